-- The opening balances that closes keep, each as it was at the first of them.
select
    entry_id,
    asset,
    amount,
    posted_at

from report.kept_entry

where
    account_id = :account_id
    and entry_id like 'opening/%'

order by entry_id collate "C"
