-- The opening balances that stood at a close, each as it was at the first of them.
select
    closed_entry.entry_id,
    closed_entry.asset,
    closed_entry.amount,
    closed_entry.posted_at

from ledger.closed_entry

inner join ledger.closed_period
    on closed_entry.account_id = closed_period.account_id
    and closed_entry.closing_number = closed_period.closing_number

where
    closed_entry.account_id = :account_id
    and closed_period.reopened_at is null
    and closed_entry.entry_id like 'opening/%'

order by closed_entry.entry_id collate "C"
