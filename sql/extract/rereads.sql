-- What is due of the spans that a proof says lack a row: all of one that was not read again yet, and else what was young when it was.
with due as (
    select
        stream,
        symbol,
        greatest(from_time, read_at - :young_ms::bigint * interval '1 millisecond') as from_time,
        until_time

    from raw.reread

    where account_id = :account_id
)

select distinct
    stream,
    symbol,
    from_time,
    until_time

from due

where from_time < until_time

order by
    stream,
    symbol,
    from_time,
    until_time
