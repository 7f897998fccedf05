-- The differences whose evidence overlaps the period, from the evidence before it up to its own; and why a
-- person has accepted them.
select
    subject,
    report.plain(-amount) as difference,
    reason as note,
    because

from report.item

where account_id = :account
    and what = 'difference'
    and until >= :from
    and (since is null or since < :until)

order by
    item.subject collate "C",
    item.until
