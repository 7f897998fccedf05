-- Each asset with each minute that must be valued: those in which the books have something of it (is_booked),
-- and the last ones before a midnight of the zone, the end of a closed period and the last snapshot, at which
-- the account held it or had a position open that pays in it (is_held).
with moved as (
    select
        movement.asset,
        date_trunc('minute', entry.occurred_at) as minute,
        (entry.posted_at at time zone :time_zone)::date as day,
        sum(
            case 'assets:wallet'
                when movement.debit_account then movement.amount
                when movement.credit_account then -movement.amount
                else 0
            end
        ) as change

    from ledger.movement

    inner join ledger.entry
        on movement.account_id = entry.account_id and movement.entry_id = entry.entry_id

    where movement.account_id = :account_id

    group by
        movement.asset,
        2,
        3
),

booked as (
    select
        asset,
        minute

    from moved

    union

    select
        asset,
        date_trunc('minute', closed_at)

    from ledger.disposal

    where account_id = :account_id
),

last_snapshot as (
    select max(taken_at) as taken_at

    from snapshot.taken

    where account_id = :account_id
),

-- What each wallet held after each day, until the next one that changed it.
wallet_day as (
    select
        asset,
        day,
        sum(change) over in_time as wallet,
        lead(day) over in_time as next_day

    from (
        select
            asset,
            day,
            sum(change) as change

        from moved

        group by
            asset,
            day
    ) as changes

    window in_time as (
        partition by asset
        order by day
    )
),

position_span as (
    select
        change.asset,
        coalesce(change.posted_at, beginning.begins_at) as from_time,
        coalesce(change.next_at, 'infinity') as until_time

    from (
        select
            asset,
            posted_at,
            quantity_after,
            lead(posted_at) over (
                partition by symbol, position_side
                order by number
            ) as next_at

        from ledger.position_change

        where account_id = :account_id
    ) as change

    left join ledger.beginning on beginning.account_id = :account_id

    where change.quantity_after <> 0
),

-- Spans of days at whose ends something is there.
held_days as (
    select
        wallet_day.asset,
        wallet_day.day as first_day,
        coalesce(wallet_day.next_day, 'infinity') as until_day

    from wallet_day

    where wallet_day.wallet <> 0

    union all

    select
        asset,
        (from_time at time zone :time_zone)::date,
        -- What changes at the very midnight is of the day that begins there.
        (until_time at time zone :time_zone)::date

    from position_span
),

midnight as (
    select
        held_days.asset,
        day.first::date::timestamp at time zone :time_zone as instant

    from held_days

    cross join last_snapshot

    cross join lateral generate_series(
        held_days.first_day + interval '1 day',
        -- Without a snapshot nobody knows until when it is held; least() would take the infinite end for it.
        case
            when last_snapshot.taken_at is not null
                then least(held_days.until_day, (last_snapshot.taken_at at time zone :time_zone)::date)::timestamp
        end,
        interval '1 day'
    ) as day (first)
),

other_end as (
    select taken_at as instant

    from last_snapshot

    where taken_at is not null

    union

    select until_time

    from ledger.closed_period

    where account_id = :account_id
        and until_time at time zone :time_zone <> date_trunc('day', until_time at time zone :time_zone)
),

held as (
    select
        asset,
        instant

    from midnight

    union all

    -- A wallet is told by days: what it held then, before or after it.
    select
        wallet_day.asset,
        other_end.instant

    from other_end

    inner join wallet_day
        on wallet_day.day <= (other_end.instant at time zone :time_zone)::date
        and coalesce(wallet_day.next_day, 'infinity') >= (other_end.instant at time zone :time_zone)::date

    where wallet_day.wallet <> 0

    union all

    select
        position_span.asset,
        other_end.instant

    from other_end

    inner join position_span
        on position_span.from_time < other_end.instant
        and position_span.until_time >= other_end.instant
),

needed as (
    select
        asset,
        minute,
        true as is_booked,
        false as is_held

    from booked

    union all

    select
        asset,
        report.price_minute(instant),
        false,
        true

    from held
)

select
    asset,
    minute,
    bool_or(is_booked) as is_booked,
    bool_or(is_held) as is_held

from needed

where asset <> ''

group by
    asset,
    minute

order by
    needed.asset collate "C",
    needed.minute
