-- The closed pieces of an account's positions in a period, by every lot method: never add those of two.
select
    disposal.account_id,
    disposal.method,
    disposal.symbol,
    disposal.position_side,
    disposal.direction,
    disposal.opened_at,
    disposal.closed_at,
    disposal.holding_seconds,
    disposal.quantity,
    disposal.proceeds,
    disposal.cost,
    disposal.realized_pnl,
    disposal.opening_fee,
    disposal.closing_fee,
    disposal.funding,
    disposal.asset,
    disposal.is_inferred,
    disposal.fill_key,
    disposal.opening_fill_key,
    disposal.round_trip_key,
    disposal.closing_number,
    disposal.piece

from ledger.disposal

where disposal.account_id = :account_id
    and disposal.closed_at >= :from
    and disposal.closed_at < :until

order by
    disposal.method collate "C",
    disposal.closed_at,
    disposal.symbol collate "C",
    disposal.closing_number,
    disposal.piece
