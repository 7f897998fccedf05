-- What the comparison of fills and cash before a time depends on beside records, entries and contracts, as a
-- digest: the spans that are settled, by which trades are due. A contract whose first row is later is none of
-- it.
select
    md5(
        coalesce(
            string_agg(
                concat_ws(' ', stream, symbol, spans * tstzmultirange(tstzrange(null, :until::timestamptz))), ', '
                order by
                    stream,
                    symbol collate "C"
            ),
            ''
        )
    ) as depends_on

from report.settled_span

where account_id = :account_id
    and stream in ('income', 'fills')
    and (
        symbol = ''
        or symbol in (
            select control_total.symbol

            from raw.control_total

            where control_total.account_id = :account_id
                and control_total.stream in ('income', 'fills')
                and control_total.day < :until::timestamptz
        )
    )
