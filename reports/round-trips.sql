--! title: Round trips
--! grain: one row per account, lot method, position and asset, from flat to flat, whose last close is in the period
--! parameters: from, until, time_zone, account
--! sign: realized_pnl: + profit, − loss, before fees and funding
--! units: quantity_closed in the contract's base unit; money in the row's asset
--! note: Rows of different methods tell of the same trades: add up one method only. The figures are those of the whole round trip, closes
--!   before the period included, so they need not add up to the period's realized PnL. state is open while a part of the position is
--!   still held. Round trips that begin in the same millisecond are one row.
--! trace: disposals where account_id = :account and method = :method and symbol = :symbol
--!     and position_side = :position_side and asset = :asset and opened_at = :opened_at::timestamptz and closed_at < :until
--!   giving closes = count(*) giving quantity_closed = sum(quantity) giving proceeds = sum(proceeds) giving cost = sum(cost)
--!   giving realized_pnl = sum(realized_pnl) giving venue_realized_pnl = sum(venue_realized_pnl) ;
--!   fills where account_id = :account and symbol = :symbol and position_side = :position_side
--!     and occurred_at >= :opened_at::timestamptz and occurred_at <= :last_closed_at::timestamptz

with round_trips as (
    select
        account_id,
        method,
        symbol,
        position_side,
        asset,
        opened_at,
        max(closed_at) as last_closed_at,
        count(*) as closes,
        sum(quantity) as quantity_closed,
        sum(proceeds) as proceeds,
        sum(cost) as cost,
        sum(realized_pnl) as realized_pnl,
        sum(venue_realized_pnl) as venue_realized_pnl

    from ledger.disposal

    where closed_at < :until
        and (:account::text is null or account_id = :account)

    group by
        account_id,
        method,
        symbol,
        position_side,
        asset,
        opened_at
)

select
    round_trips.account_id as account,
    round_trips.method as method,
    round_trips.symbol as symbol,
    round_trips.position_side as position_side,
    report.local_time(round_trips.opened_at, :time_zone) as opened_at,
    report.local_time(round_trips.last_closed_at, :time_zone) as last_closed_at,
    case when position.quantity <> 0 then 'open' else 'closed' end as state,
    round_trips.closes::text as closes,
    report.plain(round_trips.quantity_closed) as quantity_closed,
    report.plain(round_trips.proceeds) as proceeds,
    report.plain(round_trips.cost) as cost,
    report.plain(round_trips.realized_pnl) as realized_pnl,
    report.plain(round_trips.venue_realized_pnl) as venue_realized_pnl,
    round_trips.asset as asset

from round_trips

left join ledger.position
    on round_trips.account_id = position.account_id
    and round_trips.method = position.method
    and round_trips.symbol = position.symbol
    and round_trips.position_side = position.position_side
    and round_trips.opened_at = position.opened_at

where round_trips.last_closed_at >= :from

order by
    round_trips.account_id collate "C",
    round_trips.method collate "C",
    round_trips.last_closed_at,
    round_trips.symbol collate "C",
    round_trips.position_side collate "C",
    round_trips.opened_at,
    round_trips.asset collate "C"
