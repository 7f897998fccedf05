-- What of an account needs a person or has been decided by one, whatever the period; gaps stand by
-- themselves.
select
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

where account_id = :account

order by
    item.what collate "C",
    item.stream collate "C",
    item.subject collate "C",
    item.until,
    item.asset collate "C"
