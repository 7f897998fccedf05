-- What is known of the contracts that had rows before a time, as a digest. A contract whose first row is
-- later is none of them.
select
    md5(
        coalesce(
            string_agg(
                concat_ws(' ', symbol, margin_asset, listed_at at time zone 'UTC'), ', '
                order by symbol collate "C"
            ),
            ''
        )
    ) as digest

from raw.instrument

where account_id = :account_id
    and symbol in (
        select control_total.symbol

        from raw.control_total

        where control_total.account_id = :account_id
            and control_total.stream in ('income', 'fills')
            and control_total.day < :until::timestamptz
    )
