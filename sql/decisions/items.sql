-- The items about one record, one proof or the prices of one asset, and the decision in force of each. A fact
-- that several nights show is one item.
select distinct on (item.what collate "C", item.stream collate "C", item.seen collate "C")
    what,
    stream,
    subject,
    seen,
    reason,
    until,
    decision_number,
    because

from report.item

where account_id = :account_id
    and subject = :subject
    and case when what in ('difference', 'price') then what else 'record' end = :kind
    and (:at::timestamptz is null or until = :at)

order by
    item.what collate "C",
    item.stream collate "C",
    item.seen collate "C",
    item.until
