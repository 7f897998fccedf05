--! title: Collateral statement
--! grain: one row per row of a venue's own collateral statement
--! parameters: from, until, time_zone, account
--! files: by month
--! sign: amount and wallet_amount: + in, − out; open_value and close_value: + bought, − sold; fees: − paid
--! units: amounts in the row's asset
--! changes_after_close: it is the venue's own statement, with every row that it has served since
--! note: The statement as the venue keeps it (edgeX), in its order; other venues have none. In it a purchase
--!   takes its whole notional and a sale brings it, so collateral_after is no balance while a position is
--!   open. wallet_after is: the collateral and the cost of open positions. liquidation_fee_basis says where
--!   the row's own arithmetic shows that fee to be. Periods go by the row's own instant; funding stands about
--!   a minute behind the instant it was settled at, by which the other reports count it.
--! trace: records where account_id = :account and record_key = :record_key and stream = 'income' ;
--!   income where account_id = :account and record_key = :record_key and asset = :asset
--!   giving wallet_amount = sum(amount)

select
    account_id as account,
    report.local_time(occurred_at, :time_zone) as occurred_at,
    event_number as event_number,
    transaction_type as transaction_type,
    symbol as symbol,
    asset as asset,
    report.plain(amount) as amount,
    report.plain(amount_before + amount) as collateral_after,
    report.plain(legacy_amount) as wallet_amount,
    report.plain(legacy_amount_before + legacy_amount) as wallet_after,
    report.plain(open_value) as open_value,
    report.plain(close_value) as close_value,
    report.plain(open_fee) as open_fee,
    report.plain(close_fee) as close_fee,
    report.plain(liquidation_fee) as liquidation_fee,
    liquidation_fee_basis as liquidation_fee_basis,
    transfer_reason as transfer_reason,
    transfer_id as transfer_id,
    fill_id as fill_id,
    status as status,
    transaction_id as transaction_id,
    record_key as record_key

from history.collateral_transaction

where occurred_at >= :from
    and occurred_at < :until
    and (:account::text is null or account_id = :account)

order by
    collateral_transaction.account_id collate "C",
    report.event_place(
        collateral_transaction.event_number, collateral_transaction.transaction_id, collateral_transaction.record_key
    ) collate "C"
