-- The rows of an account's cash statement that its books count in a period.
select
    income.account_id,
    income.kind,
    income.income_type,
    income.amount,
    income.asset,
    income.symbol,
    income.tran_id,
    income.trade_id,
    income.info,
    income.occurred_at,
    income.posted_at,
    income.value_at,
    income.record_key,
    income.part

from history.income

where income.account_id = :account_id
    and income.posted_at >= :from
    and income.posted_at < :until

order by
    income.posted_at,
    income.record_key collate "C",
    income.part collate "C"
