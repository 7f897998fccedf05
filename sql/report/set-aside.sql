-- What of the period is set aside, stream by stream; what a person has accepted by the reason.
select
    what as kind,
    stream,
    count(*)::integer as records,
    because

from report.item

where account_id = :account
    and what in ('not_understood', 'rewritten', 'vanished')
    and until >= :from
    and since < :until

group by
    what,
    stream,
    because

order by
    item.what collate "C",
    item.stream collate "C",
    item.because collate "C"
