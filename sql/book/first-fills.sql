-- The first fills of a series in their order, until an instant.
select
    fill.side,
    fill.quantity,
    fill.value,
    fill.realized_pnl

from history.fill

where
    fill.account_id = :account_id
    and fill.symbol = :symbol
    and fill.position_side = :position_side
    and fill.occurred_at <= :until::timestamptz

order by
    fill.occurred_at,
    length(fill.fill_id),
    fill.fill_id collate "C",
    fill.record_key collate "C"

limit :batch::integer
