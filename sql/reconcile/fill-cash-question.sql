-- What the comparison of fills and cash before a time depends on beside records and entries, as a digest: the
-- spans that are settled, by which trades are due, and the assets that contracts are settled in. A contract
-- whose first row is later is none of it.
with known as (
    select distinct symbol

    from raw.control_total

    where account_id = :account_id
        and stream in ('income', 'fills')
        and day < :until::timestamptz
),

facts as (
    select
        stream,
        symbol,
        (spans * tstzmultirange(tstzrange(null, :until)))::text as fact

    from report.settled_span

    where account_id = :account_id
        and stream in ('income', 'fills')
        and (symbol = '' or symbol in (select known.symbol from known))

    union all

    select
        'instrument',
        symbol,
        margin_asset

    from raw.instrument

    where account_id = :account_id
        and symbol in (select known.symbol from known)
)

select
    md5(
        coalesce(
            string_agg(
                concat_ws(' ', stream, symbol, fact), ', '
                order by
                    stream,
                    symbol collate "C"
            ),
            ''
        )
    ) as depends_on

from facts
