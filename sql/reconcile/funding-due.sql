-- What funding should have come to from from_time on: per contract, hour and side that was open, the
-- position on the hour times mark and rate, cut at the last decimal that the venue keeps. A position that
-- changed within the minute in which the venue settles may have been counted as it was then: such a row is
-- no more than possible.
with settled as (
    select
        symbol,
        date_trunc('hour', settled_at, 'UTC') as hour,
        rate,
        mark_price

    from price.funding_rate

    where
        account_id = :account_id
        and is_regular
        and mark_price is not null
        and settled_at >= :from_time
        and settled_at < date_trunc('hour', settled_at, 'UTC') + interval '1 minute'
),

-- This and what was held are made once: where the statistics are from before the rows, the planner expects
-- one settlement, and would make both anew for each of them.
side as materialized (
    select
        symbol,
        position_side,
        max(occurred_at) filter (where occurred_at < :from_time) as changed_before

    from ledger.position_change

    where account_id = :account_id

    group by
        symbol,
        position_side
),

-- One row per change from from_time on and the last before it, and one per settlement, which has the position
-- of the last change before it.
timeline as (
    select
        side.symbol,
        side.position_side,
        '-infinity'::timestamptz as at_time,
        0 as is_settlement,
        before_it.number,
        before_it.quantity_after

    from side

    cross join lateral (
        select
            number,
            quantity_after

        from ledger.position_change

        where account_id = :account_id
            and symbol = side.symbol
            and position_side = side.position_side
            -- Null: it was open before the history.
            and occurred_at is not distinct from side.changed_before

        order by number desc

        limit 1
    ) as before_it

    union all

    select
        position_change.symbol,
        position_change.position_side,
        position_change.occurred_at as at_time,
        0 as is_settlement,
        position_change.number,
        position_change.quantity_after

    from ledger.position_change

    where
        position_change.account_id = :account_id
        and position_change.occurred_at >= :from_time
        and position_change.symbol in (select settled.symbol from settled)

    union all

    select
        side.symbol,
        side.position_side,
        settled.hour as at_time,
        -- A fill of the very instant is of after it.
        -1 as is_settlement,
        0 as number,
        null as quantity_after

    from settled

    inner join side using (symbol)
),

counted as (
    select
        symbol,
        position_side,
        at_time,
        is_settlement,
        quantity_after,
        count(quantity_after) over (
            partition by symbol, position_side
            order by at_time, is_settlement, number
            rows between unbounded preceding and current row
        ) as change_number

    from timeline
),

held as materialized (
    select
        symbol,
        position_side,
        at_time,
        is_settlement,
        max(quantity_after) over (partition by symbol, position_side, change_number) as quantity

    from counted
)

select
    settled.symbol,
    settled.hour,
    held.position_side,
    held.is_settlement = -1 as is_on_hour,
    (-trunc(held.quantity * settled.mark_price * settled.rate, :decimals::integer))::text as amount

from settled

inner join held
    on settled.symbol = held.symbol
    -- By its hour, so that settlements and changes are matched by hash and not each with each.
    and settled.hour = date_trunc('hour', held.at_time, 'UTC')
    and held.at_time < settled.hour + interval '1 minute'

where held.quantity <> 0

order by
    settled.symbol collate "C",
    settled.hour,
    held.position_side collate "C",
    held.is_settlement,
    held.at_time,
    held.quantity
