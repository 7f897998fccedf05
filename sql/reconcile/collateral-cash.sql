-- The cash events of each row of the statement are together what it moved the conventional wallet by, and
-- none is without its row. What differs comes one by one, the rest as one row. Facts are stacked and grouped
-- instead of joined.
with stacked as (
    select
        record_key,
        asset,
        transaction_id,
        occurred_at,
        1 as statement_rows,
        legacy_amount as moved,
        0 as cash

    from history.collateral_transaction

    where account_id = :account_id

    union all

    select
        record_key,
        asset,
        null,
        value_at,
        0,
        0,
        amount

    from history.income

    where account_id = :account_id
),

by_record as (
    select
        asset,
        coalesce(min(transaction_id), record_key) as transaction_id,
        min(occurred_at) as occurred_at,
        sum(statement_rows) as statement_rows,
        sum(moved) as moved,
        sum(cash) as cash

    from stacked

    group by
        asset,
        record_key
),

judged as (
    select
        by_record.*,
        case when moved <> cash or statement_rows <> 1 then 'row ' || transaction_id end as broken

    from by_record
)

select
    'collateral_cash' as law,
    asset || coalesce(' ' || broken, '') as subject,
    case when broken is null then 'agrees' else 'differs' end as status,
    case when broken is null then count(*) else trim_scale(sum(moved)) end as expected,
    case when broken is null then count(*) else trim_scale(sum(cash)) end as found,
    count(*) as compared,
    case
        when broken is null then ''
        when sum(statement_rows) = 0
            then 'cash of ' || to_char(min(occurred_at) at time zone 'UTC', 'YYYY-MM-DD') || ' without a row of the statement'
        else 'the row of ' || to_char(min(occurred_at) at time zone 'UTC', 'YYYY-MM-DD')
    end as evidence,
    null as checked_at

from judged

group by
    asset,
    broken

order by
    asset collate "C",
    broken collate "C"
