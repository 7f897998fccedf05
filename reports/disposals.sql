--! title: Realized PnL by disposal
--! grain: one row per lot method and closed piece of a position
--! parameters: from, until, time_zone, account
--! sign: realized_pnl: + profit, − loss, before fees and funding; quantity, proceeds and cost are positive
--! units: quantity in the contract's base unit; money in the row's asset
--! note: Rows of different methods tell of the same closes: add up one method only.
--!   proceeds is what the sale brought and cost what the purchase cost; of a short the sale comes first. opened_at is when the position
--!   left flat. difference is realized_pnl − venue_realized_pnl, where the venue cuts its figure off at 8 decimals.
--! trace: disposals where account_id = :account and method = :method and fill_key = :record_key
--!     and opened_at = :opened_at::timestamptz
--!   giving quantity = sum(quantity) giving proceeds = sum(proceeds) giving cost = sum(cost)
--!   giving realized_pnl = sum(realized_pnl) giving venue_realized_pnl = sum(venue_realized_pnl) ;
--!   fills where account_id = :account and symbol = :symbol and position_side = :position_side
--!     and occurred_at >= :opened_at::timestamptz and occurred_at <= :closed_at::timestamptz ;
--!   postings where account_id = :account and symbol = :symbol and ledger_account = 'income:realized_pnl'
--!     and (record_key = :record_key and stream = 'fills' or stream = 'income' and record_key in (
--!       select record_key from history.income where account_id = :account and symbol = :symbol and trade_id = :fill_id))
--!   giving realized_pnl_booked = -sum(amount)

select
    disposal.account_id as account,
    disposal.method as method,
    report.local_time(disposal.closed_at, :time_zone) as closed_at,
    disposal.symbol as symbol,
    disposal.position_side as position_side,
    case fill.side when 'SELL' then 'long' when 'BUY' then 'short' end as direction,
    report.local_time(disposal.opened_at, :time_zone) as opened_at,
    report.plain(disposal.quantity) as quantity,
    report.plain(disposal.proceeds) as proceeds,
    report.plain(disposal.cost) as cost,
    report.plain(disposal.realized_pnl) as realized_pnl,
    report.plain(disposal.venue_realized_pnl) as venue_realized_pnl,
    report.plain(disposal.realized_pnl - disposal.venue_realized_pnl) as difference,
    disposal.asset as asset,
    fill.fill_id as fill_id,
    fill.order_id as order_id,
    disposal.fill_key as record_key

from ledger.disposal

left join history.fill
    on disposal.account_id = fill.account_id
    and disposal.fill_key = fill.record_key

where disposal.closed_at >= :from
    and disposal.closed_at < :until
    and (:account::text is null or disposal.account_id = :account)

order by
    disposal.account_id collate "C",
    disposal.method collate "C",
    disposal.closed_at,
    disposal.symbol collate "C",
    disposal.position_side collate "C",
    length(fill.fill_id),
    fill.fill_id collate "C",
    disposal.fill_key collate "C",
    disposal.opened_at
