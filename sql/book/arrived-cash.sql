-- Entries that were booked from a fill because its cash row was missing, and whose cash row has come since.
-- An entry of a close stays and is reversed once: when the books count the cash row (by its sequence), or
-- when they counted the reversal at a later close.
with from_fills as (
    select
        entry.entry_id,
        entry.kind,
        entry.record_key,
        fill.symbol,
        fill.fill_id,
        fill.occurred_at

    from ledger.entry

    inner join history.fill
        on entry.account_id = fill.account_id and entry.record_key = fill.record_key

    where entry.account_id = :account_id and entry.basis = 'fill'
),

cash as (
    select
        from_fills.entry_id,
        income.sequence

    from from_fills

    inner join history.income
        on income.account_id = :account_id
        and from_fills.symbol = income.symbol
        and from_fills.kind = case income.kind when 'contract_settlement' then 'realized_pnl' else income.kind end
        and from_fills.fill_id = income.trade_id
        and from_fills.occurred_at between income.occurred_at - report.trade_span()
        and income.occurred_at + report.trade_span()

    union all

    select
        from_fills.entry_id,
        income.sequence

    from from_fills

    inner join history.income
        on income.account_id = :account_id
        and income.trade_id = ''
        and from_fills.symbol = income.symbol
        and from_fills.kind = case income.kind when 'contract_settlement' then 'realized_pnl' else income.kind end
        and date_trunc('second', from_fills.occurred_at) = date_trunc('second', income.occurred_at)
),

first_cash as (
    select
        entry_id,
        min(sequence) as sequence

    from cash

    group by entry_id
)

select
    from_fills.entry_id,
    from_fills.kind,
    from_fills.record_key,
    from_fills.symbol,
    from_fills.occurred_at,
    first_cash.sequence,
    kept_entry.asset,
    kept_entry.amount,
    kept_reversal.posted_at

from from_fills

inner join first_cash on from_fills.entry_id = first_cash.entry_id

left join report.kept_entry
    on kept_entry.account_id = :account_id and from_fills.entry_id = kept_entry.entry_id

left join report.kept_entry as kept_reversal
    on kept_reversal.account_id = :account_id and from_fills.entry_id || '/reversal' = kept_reversal.entry_id

left join ledger.entry as reversal
    on reversal.account_id = :account_id and from_fills.entry_id || '/reversal' = reversal.entry_id

where reversal.entry_id is null

order by from_fills.entry_id collate "C"
