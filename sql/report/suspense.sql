-- What the period has in suspense, asset by asset.
select
    asset,
    count(*)::integer as postings,
    report.plain(-sum(amount)) as amount

from report.journal

where account_id = :account
    and ledger_account = 'suspense'
    and posted_at >= :from
    and posted_at < :until

group by asset

order by journal.asset collate "C"
