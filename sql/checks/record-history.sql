-- Every record of the common streams is decoded or set aside, and every row of history has its record. One row per violation.
with kept as (
    select
        'income' as stream,
        symbol,
        record_key,
        occurred_at,
        sequence

    from history.income

    where account_id = :account_id

    union all

    select 'income', symbol, record_key, occurred_at, sequence
    from history.collateral_transaction
    where account_id = :account_id

    union all

    select 'fills', symbol, record_key, occurred_at, sequence
    from history.fill
    where account_id = :account_id

    union all

    -- edgeX tells of a forced order in the rows of its fills.
    select
        case when fill.record_key is null then 'forced_orders' else 'fills' end,
        forced_order.symbol,
        forced_order.record_key,
        forced_order.occurred_at,
        forced_order.sequence
    from history.forced_order
    left join history.fill
        on forced_order.account_id = fill.account_id
        and forced_order.record_key = fill.record_key
        and forced_order.sequence = fill.sequence
    where forced_order.account_id = :account_id

    union all

    select 'margin_changes', symbol, record_key, occurred_at, sequence
    from history.margin_change
    where account_id = :account_id
),

done as (
    select coalesce(max(sequence), 0) as sequence
    from history.progress
    where account_id = :account_id and stage = 'normalise'
)

-- Anti-joins, which are hashed whatever their size; a "not in" is looked through row by row once its list is longer than working memory.
select
    record.stream,
    record.symbol,
    record.record_key,
    record.occurred_at,
    '1' as expected,
    '0' as found

from raw.record

cross join done

where
    record.account_id = :account_id
    and record.version = 1
    and record.sequence <= done.sequence
    and record.stream in ('income', 'fills', 'forced_orders', 'margin_changes')
    and not exists (
        select
        from kept
        where kept.stream = record.stream and kept.record_key = record.record_key
    )
    and not exists (
        select
        from raw.set_aside
        where
            set_aside.account_id = record.account_id
            and set_aside.stream = record.stream
            and set_aside.record_key = record.record_key
            and set_aside.kind = 'not_understood'
    )

union all

select
    kept.stream,
    kept.symbol,
    kept.record_key,
    kept.occurred_at,
    '0',
    '1'

from kept

where not exists (
    select
    from raw.record
    where
        record.account_id = :account_id
        and record.stream = kept.stream
        and record.record_key = kept.record_key
        and record.sequence = kept.sequence
)
