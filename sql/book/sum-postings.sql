-- Sums the postings of days, whole ones of the zone. A midnight that clocks show twice is the later one, so
-- days are compared by their midnights, and instants only to find them.
insert into ledger.day_sum (
    account_id,
    day_from,
    ledger_account,
    asset,
    kind,
    symbol,
    basis,
    amount,
    debits,
    postings
)

select
    account_id,
    date_trunc('day', posted_at, :time_zone) as day_from,
    ledger_account,
    asset,
    kind,
    symbol,
    basis,
    sum(amount) as amount,
    coalesce(sum(amount) filter (where amount > 0), 0) as debits,
    count(*) as postings

from report.journal

where account_id = :account_id
    and posted_at >= :from::timestamptz - interval '1 day'
    and posted_at < :until::timestamptz + interval '1 day'
    and date_trunc('day', posted_at, :time_zone) >= :from
    and date_trunc('day', posted_at, :time_zone) < :until

group by
    account_id,
    date_trunc('day', posted_at, :time_zone),
    ledger_account,
    asset,
    kind,
    symbol,
    basis
