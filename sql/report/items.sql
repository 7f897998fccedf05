-- What of one account, or of all (null), needs a person or has been decided by one, whatever the period;
-- gaps stand by themselves.
select
    account_id,
    what,
    class,
    stream,
    subject,
    asset,
    report.plain(amount) as amount,
    reason,
    because,
    occurred_at,
    since,
    until

from report.item

where :account::text is null or account_id = :account

order by
    item.account_id collate "C",
    item.what collate "C",
    item.stream collate "C",
    item.subject collate "C",
    item.until,
    item.asset collate "C"
