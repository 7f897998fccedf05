-- Sums the fills, as sum-postings does the postings.
insert into ledger.day_fill (
    account_id,
    day_from,
    symbol,
    margin_asset,
    fee_asset,
    fee,
    realized_pnl,
    closing_fills
)

select
    account_id,
    date_trunc('day', posted_at, :time_zone) as day_from,
    symbol,
    margin_asset,
    fee_asset,
    sum(fee) as fee,
    sum(realized_pnl) as realized_pnl,
    sum(closing_fills) as closing_fills

from ledger.filled

where account_id = :account_id
    and posted_at >= :from::timestamptz - interval '1 day'
    and posted_at < :until::timestamptz + interval '1 day'
    and date_trunc('day', posted_at, :time_zone) >= :from
    and date_trunc('day', posted_at, :time_zone) < :until

group by
    account_id,
    date_trunc('day', posted_at, :time_zone),
    symbol,
    margin_asset,
    fee_asset
