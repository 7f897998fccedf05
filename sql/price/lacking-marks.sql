-- The contracts and instants whose mark the books need and lack: the midnights of the zone, and the ends of
-- closed periods that are none, at which a position was open or changed.
with change as (
    select
        symbol,
        posted_at,
        quantity_after,
        lead(posted_at) over (
            partition by symbol, position_side
            order by number
        ) as next_at

    from ledger.position_change

    where account_id = :account_id
),

held as (
    select
        change.symbol,
        coalesce(change.posted_at, beginning.begins_at) as from_time,
        least(coalesce(change.next_at, :until::timestamptz), :until::timestamptz) as until_time

    from change

    left join ledger.beginning on beginning.account_id = :account_id

    where change.quantity_after <> 0
),

local_held as (
    select
        symbol,
        from_time at time zone :time_zone as from_local,
        until_time at time zone :time_zone as until_local

    from held
),

midnight as (
    select
        local_held.symbol,
        day.local at time zone :time_zone as marked_at

    from local_held

    cross join lateral generate_series(
        date_trunc('day', local_held.from_local + interval '1 day' - interval '1 microsecond'),
        local_held.until_local,
        interval '1 day'
    ) as day (local)

    where date_trunc('day', local_held.from_local - interval '1 microsecond')
        <> date_trunc('day', local_held.until_local)
),

other_end as (
    select
        held.symbol,
        closed_period.until_time as marked_at

    from ledger.closed_period

    inner join held
        on closed_period.until_time >= held.from_time
        and closed_period.until_time <= held.until_time

    where
        closed_period.account_id = :account_id
        and closed_period.until_time at time zone :time_zone
        <> date_trunc('day', closed_period.until_time at time zone :time_zone)
),

needed as (
    select
        symbol,
        marked_at

    from midnight

    union

    select
        symbol,
        marked_at

    from other_end
)

select
    needed.symbol,
    needed.marked_at

from needed

left join price.mark
    on mark.account_id = :account_id
    and needed.symbol = mark.symbol
    and needed.marked_at = mark.marked_at

where mark.price is null

order by
    needed.symbol collate "C",
    needed.marked_at
