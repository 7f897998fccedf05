-- The fills of an account that its books count in a period.
select
    fill.account_id,
    fill.symbol,
    fill.fill_id,
    fill.order_id,
    fill.side,
    fill.position_side,
    fill.price,
    fill.quantity,
    fill.value,
    fill.fee,
    fill.fee_asset,
    fill.realized_pnl,
    fill.margin_asset,
    fill.is_maker,
    fill.occurred_at,
    fill.posted_at,
    fill.value_at,
    fill.record_key

from history.fill

where fill.account_id = :account_id
    and fill.posted_at >= :from
    and fill.posted_at < :until

order by
    fill.posted_at,
    fill.symbol collate "C",
    fill.record_key collate "C"
