-- The period's amounts that have no price, by asset and by what is missing; each movement is counted once.
select
    asset,
    missing,
    count(*)::integer as amounts,
    min(occurred_at) as first_at

from report.valued_entry

where account_id = :account
    and amount > 0
    and missing is not null
    and posted_at >= :from
    and posted_at < :until

group by
    asset,
    missing

order by
    valued_entry.asset collate "C",
    valued_entry.missing collate "C"
