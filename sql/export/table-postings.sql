-- The postings of an account in a period: of each entry they sum to zero, asset by asset.
select
    journal.account_id,
    journal.entry_id,
    journal.line,
    journal.kind,
    journal.symbol,
    journal.ledger_account,
    journal.asset,
    journal.amount,
    journal.basis,
    journal.occurred_at,
    journal.posted_at,
    journal.value_at,
    journal.stream,
    journal.record_key

from report.journal

where journal.account_id = :account_id
    and journal.posted_at >= :from
    and journal.posted_at < :until

order by
    journal.posted_at,
    journal.entry_id collate "C",
    journal.line
