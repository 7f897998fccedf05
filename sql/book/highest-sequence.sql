-- The highest sequence of the account's fills and cash rows.
select
    greatest(
        coalesce((select max(sequence) from history.fill where account_id = :account_id), 0),
        coalesce((select max(sequence) from history.income where account_id = :account_id), 0)
    ) as highest
