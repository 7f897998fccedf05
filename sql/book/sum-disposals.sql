-- Sums what was closed by lots, as sum-postings does the postings.
insert into ledger.day_disposal (
    account_id,
    day_from,
    method,
    symbol,
    asset,
    closings,
    quantity,
    realized_pnl,
    fees,
    funding,
    settled_pnl
)

select
    account_id,
    date_trunc('day', posted_at, :time_zone) as day_from,
    method,
    symbol,
    asset,
    sum(closings) as closings,
    sum(quantity) as quantity,
    sum(realized_pnl) as realized_pnl,
    sum(fees) as fees,
    sum(funding) as funding,
    sum(settled_pnl) as settled_pnl

from ledger.disposed

where account_id = :account_id
    and posted_at >= :from::timestamptz - interval '1 day'
    and posted_at < :until::timestamptz + interval '1 day'
    and date_trunc('day', posted_at, :time_zone) >= :from
    and date_trunc('day', posted_at, :time_zone) < :until

group by
    account_id,
    date_trunc('day', posted_at, :time_zone),
    method,
    symbol,
    asset
