-- Entries that were booked from a fill because its cash row was missing, and whose cash row has come since.
with from_fills as (
    select
        entry.entry_id,
        fill.symbol,
        fill.fill_id,
        fill.occurred_at,
        case entry.kind when 'realized_pnl' then 'REALIZED_PNL' else 'COMMISSION' end as income_type

    from ledger.entry

    inner join history.fill
        on entry.account_id = fill.account_id and entry.record_key = fill.record_key

    where entry.account_id = :account_id and entry.basis = 'fill'
)

select from_fills.entry_id

from from_fills

inner join history.income
    on income.account_id = :account_id
    and from_fills.symbol = income.symbol
    and from_fills.income_type = case income.income_type when 'DELIVERED_SETTELMENT' then 'REALIZED_PNL' else income.income_type end
    and from_fills.fill_id = income.trade_id

union

select from_fills.entry_id

from from_fills

inner join history.income
    on income.account_id = :account_id
    and income.trade_id = ''
    and from_fills.symbol = income.symbol
    and from_fills.income_type = income.income_type
    and date_trunc('second', from_fills.occurred_at) = date_trunc('second', income.occurred_at)
