-- Every row of history that moves cash has its entry, which moves the wallet by its amount; and every entry
-- from cash has its row. One row per violation. Facts are stacked and grouped instead of joined: the planner
-- cannot misjudge that, however long the history. Said is what is of from_time or later; a day before it is
-- read for the other side.
with stacked as (
    select
        'income/' || record_key || case part when '' then '' else '/' || part end as entry_id,
        record_key,
        part,
        symbol,
        occurred_at,
        asset,
        amount,
        1 as history_rows,
        0 as entries,
        null as moved_asset,
        0 as moved

    from history.income

    where account_id = :account_id and occurred_at >= :from_time::timestamptz - interval '1 day'

    union all

    select
        entry.entry_id,
        entry.record_key,
        null,
        entry.symbol,
        entry.occurred_at,
        null,
        0,
        0,
        case when coalesce(movement.line, 1) = 1 then 1 else 0 end,
        movement.asset,
        case 'assets:wallet'
            when movement.debit_account then movement.amount
            when movement.credit_account then -movement.amount
            else 0
        end

    from ledger.entry

    left join ledger.movement
        on entry.account_id = movement.account_id and entry.entry_id = movement.entry_id

    where entry.account_id = :account_id
        and entry.occurred_at >= :from_time::timestamptz - interval '1 day'
        and entry.basis = 'cash'
),

by_entry as (
    select
        entry_id,
        min(record_key) as record_key,
        coalesce(min(part), substr(entry_id, length('income/' || min(record_key) || '/') + 1)) as part,
        min(symbol) as symbol,
        min(occurred_at) as occurred_at,
        coalesce(min(asset), min(moved_asset), '') as asset,
        coalesce(min(moved_asset), min(asset), '') as moved_asset,
        sum(history_rows) as history_rows,
        sum(entries) as entries,
        sum(amount) as amount,
        sum(moved) as moved

    from stacked

    group by entry_id
)

select
    record_key,
    part,
    symbol,
    occurred_at,
    asset,
    trim_scale(amount) as expected,
    trim_scale(moved) as found,
    history_rows > 0 as has_row,
    entries > 0 as has_entry

from by_entry

where
    occurred_at >= :from_time
    and (
        history_rows <> 1
        or entries <> 1
        or amount <> moved
        or asset <> moved_asset
    )

order by
    record_key collate "C",
    part collate "C"
