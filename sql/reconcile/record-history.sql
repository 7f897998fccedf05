-- Every record is decoded or set aside, and every row of history has its record. One row per violation, of
-- records and rows from from_time on. A row may be of another time than its record (a position's end, a
-- deposit's confirmation): their others are looked for from a day before it.
with kept as (
    select
        'income' as stream,
        symbol,
        record_key,
        occurred_at,
        sequence

    from history.income

    where account_id = :account_id and occurred_at >= :from_time::timestamptz - interval '1 day'

    union all

    select 'income', symbol, record_key, occurred_at, sequence
    from history.collateral_transaction
    where account_id = :account_id and occurred_at >= :from_time::timestamptz - interval '1 day'

    union all

    select 'fills', symbol, record_key, occurred_at, sequence
    from history.fill
    where account_id = :account_id and occurred_at >= :from_time::timestamptz - interval '1 day'

    union all

    -- A fill that says why it was forced is a forced order too (edgeX).
    select
        case when fill.record_key is null then 'forced_orders' else 'fills' end,
        forced_order.symbol,
        forced_order.record_key,
        forced_order.occurred_at,
        forced_order.sequence

    from history.forced_order

    left join history.fill
        on forced_order.account_id = fill.account_id and forced_order.record_key = fill.record_key

    where forced_order.account_id = :account_id
        and forced_order.occurred_at >= :from_time::timestamptz - interval '1 day'

    union all

    select 'margin_changes', symbol, record_key, occurred_at, sequence
    from history.margin_change
    where account_id = :account_id and occurred_at >= :from_time::timestamptz - interval '1 day'

    union all

    select 'position_transactions', symbol, record_key, occurred_at, sequence
    from history.position_transaction
    where account_id = :account_id and occurred_at >= :from_time::timestamptz - interval '1 day'

    union all

    select 'position_cycles', symbol, record_key, occurred_at, sequence
    from history.position_cycle
    where account_id = :account_id and occurred_at >= :from_time::timestamptz - interval '1 day'

    union all

    select case "interval" when 'hour' then 'hourly_equity' else 'daily_equity' end, '', record_key, occurred_at, sequence
    from history.equity_snapshot
    where account_id = :account_id and occurred_at >= :from_time::timestamptz - interval '1 day'
),

done as (
    select coalesce(max(sequence), 0) as sequence
    from history.progress
    where account_id = :account_id and stage = 'normalise'
),

-- Set differences, which look at each row once whatever the planner believes of their sizes. An anti-join
-- that it believes to be small goes through all rows of the one for each row of the other, and much of a
-- history that was just decoded is not analyzed yet.
undecoded as (
    select stream, record_key
    from raw.record
    where
        account_id = :account_id
        and version = 1
        and occurred_at >= :from_time::timestamptz
        and sequence <= (select sequence from done)

    except

    select stream, record_key
    from kept

    except

    select stream, record_key
    from raw.set_aside
    where account_id = :account_id and kind = 'not_understood'
),

unfounded as (
    select stream, record_key, sequence
    from kept
    where occurred_at >= :from_time::timestamptz

    except

    select stream, record_key, sequence
    from raw.record
    where account_id = :account_id and occurred_at >= :from_time::timestamptz - interval '1 day'
)

select
    record.stream,
    record.symbol,
    record.record_key,
    record.occurred_at,
    '1' as expected,
    '0' as found

from undecoded

inner join raw.record
    on
        record.account_id = :account_id
        and record.stream = undecoded.stream
        and record.record_key = undecoded.record_key
        and record.version = 1

union all

-- A record may have several rows, one for each of its events.
select
    kept.stream,
    min(kept.symbol),
    kept.record_key,
    min(kept.occurred_at),
    '0',
    '1'

from unfounded

inner join kept
    on
        kept.stream = unfounded.stream
        and kept.record_key = unfounded.record_key
        and kept.sequence = unfounded.sequence

group by
    kept.stream,
    kept.record_key
