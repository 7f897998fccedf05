-- Sums the hashes of the rows of each day. A row is of the day of its earliest time, which is never after
-- that of its posting.
insert into ledger.day_digest (
    account_id,
    day_from,
    first_at,
    inputs,
    digest
)

select
    account_id,
    date_trunc('day', at, :time_zone) as day_from,
    min(at) as first_at,
    count(*) as inputs,
    sum(hash) as digest

from ledger.dated_row

where account_id = :account_id
    and posted_at >= :from::timestamptz - interval '1 day'
    and date_trunc('day', at, :time_zone) >= :from
    and date_trunc('day', at, :time_zone) < :until

group by
    account_id,
    date_trunc('day', at, :time_zone)
