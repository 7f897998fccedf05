--! title: Journal
--! grain: one row per posting
--! parameters: from, until, time_zone, account
--! files: by month
--! sign: debit and credit are positive, and one of the two is empty; the wallet is debited with what comes in
--! units: amounts in the row's asset
--! note: Within an entry, debits equal credits asset by asset. record_key in its stream is the venue's own
--!   record behind the entry. basis: cash, from the cash statement; fill, from a fill whose cash row is
--!   missing; inferred, an opening balance; reversal, the taking back of what a closed period has from a
--!   fill. note is adjustment for an event of a closed period that was learnt of after its close, and counts
--!   in the open one.
--! trace: postings where account_id = :account and entry_id = :entry_id
--!   giving debit = sum(amount) filter (where line::text = :line and amount > 0)
--!   giving credit = -sum(amount) filter (where line::text = :line and amount < 0)
--!   giving sum_of_entry = sum(amount)

select
    account_id as account,
    report.local_time(occurred_at, :time_zone) as occurred_at,
    entry_id as entry_id,
    kind as kind,
    symbol as symbol,
    line::text as line,
    ledger_account as ledger_account,
    case when amount > 0 then report.plain(amount) end as debit,
    case when amount < 0 then report.plain(-amount) end as credit,
    asset as asset,
    basis as basis,
    stream as stream,
    record_key as record_key,
    report.adjustment(occurred_at, posted_at) as note

from report.journal

where posted_at >= :from
    and posted_at < :until
    and (:account::text is null or account_id = :account)

order by
    journal.account_id collate "C",
    journal.occurred_at,
    journal.entry_id collate "C",
    journal.line
