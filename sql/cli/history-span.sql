-- From the first event the books know of to the last snapshot.
select
    (
        select min(entry.occurred_at)
        from ledger.entry
        where :account_ids::jsonb is null or jsonb_exists(:account_ids::jsonb, entry.account_id)
    ) as from_time,
    (
        select max(balance.answered_at)
        from snapshot.balance
        where :account_ids::jsonb is null or jsonb_exists(:account_ids::jsonb, balance.account_id)
    ) as until_time
