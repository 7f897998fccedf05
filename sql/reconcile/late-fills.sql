-- Per position: the first of its fills that came after the close of its time, and that close. It is booked
-- behind fills that occurred after it.
select distinct on (fill.symbol, fill.position_side)
    fill.symbol,
    fill.position_side,
    fill.occurred_at,
    closed_period.period_name

from history.fill

inner join ledger.closed_period
    on closed_period.account_id = :account_id
    and closed_period.reopened_at is null
    and fill.occurred_at < closed_period.until_time

where
    fill.account_id = :account_id
    and fill.posted_at > fill.occurred_at

order by
    fill.symbol,
    fill.position_side,
    fill.occurred_at,
    closed_period.closing_number
