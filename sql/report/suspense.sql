-- What the period has in suspense, asset by asset; what a person has accepted by the reason.
select
    asset,
    count(*)::integer as postings,
    report.plain(sum(amount)) as amount,
    because

from report.item

where account_id = :account
    and what = 'suspense'
    and until >= :from
    and since < :until

group by
    asset,
    because

order by
    item.asset collate "C",
    item.because collate "C"
