-- Entries that were booked from a fill because its cash row was missing, and whose cash row has come since.
select entry.entry_id

from ledger.entry

inner join history.fill
    on entry.account_id = fill.account_id and entry.record_key = fill.record_key

where
    entry.account_id = :account_id
    and entry.basis = 'fill'
    and exists (
        select

        from history.income

        where
            income.account_id = fill.account_id
            and income.symbol = fill.symbol
            and income.income_type = case entry.kind when 'realized_pnl' then 'REALIZED_PNL' else 'COMMISSION' end
            and (
                income.trade_id = fill.fill_id
                or (income.trade_id = '' and income.occurred_at = fill.occurred_at)
            )
    )

order by entry.entry_id collate "C"
