-- The assets and minutes of the account's books that have no worth in the reporting currency.
select
    asset,
    minute

from ledger.valuation

where account_id = :account_id and missing is not null

order by
    asset collate "C",
    minute
