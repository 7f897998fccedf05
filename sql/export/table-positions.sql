-- An account's positions before and after each change that its books count in a period.
select
    position_change.account_id,
    position_change.symbol,
    position_change.position_side,
    position_change.number,
    position_change.signed_quantity,
    position_change.quantity_before,
    position_change.quantity_after,
    position_change.cost_after,
    position_change.asset,
    position_change.is_opening,
    position_change.is_closing,
    position_change.fill_id,
    position_change.order_id,
    position_change.occurred_at,
    position_change.posted_at,
    position_change.record_key

from ledger.position_change

where position_change.account_id = :account_id
    and (
        (position_change.posted_at >= :from and position_change.posted_at < :until)
        -- What was open before the history has no time, and is before all that is counted.
        or position_change.posted_at is null
    )

order by
    position_change.symbol collate "C",
    position_change.position_side collate "C",
    position_change.number
