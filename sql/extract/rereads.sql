-- What is due of the spans that are to be read again: of what a proof says lacks a row, and around records of
-- which the venue said something else than at first, or nothing any more. All of one that was not read again
-- yet, and else what was young when it was.
with marked as (
    select
        stream,
        symbol,
        greatest(occurred_at, read_again_at - :young_ms::bigint * interval '1 millisecond') as from_time,
        occurred_at + interval '1 millisecond' as until_time

    from raw.set_aside

    where account_id = :account_id and kind in ('vanished', 'rewritten')
),

due as (
    select
        stream,
        symbol,
        greatest(from_time, read_at - :young_ms::bigint * interval '1 millisecond') as from_time,
        until_time

    from raw.reread

    where account_id = :account_id

    union all

    -- One span costs one request, however many they are.
    select
        stream,
        symbol,
        min(from_time),
        max(until_time)

    from marked

    where from_time < until_time

    group by
        stream,
        symbol
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
