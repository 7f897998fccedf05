--! title: Fills
--! grain: one row per execution
--! parameters: from, until, time_zone, account
--! files: by month
--! sign: quantity and turnover are positive; fee: − paid, + a rebate; venue_realized_pnl: + profit, − loss
--! units: quantity in the contract's base unit; price and turnover in its quote asset; fee in fee_asset,
--!   venue_realized_pnl in pnl_asset
--! note: Fee and PnL are the venue's own words on the fill. The books hold the cash of them, so never add
--!   these to it. turnover is what was exchanged for the quantity: price × quantity, exactly, or the venue's
--!   own figure where it prints a rounded price. role is empty where the venue does not say it. pnl_asset is
--!   empty where neither the fill nor the list of contracts says it. note is adjustment for a fill of a
--!   closed period that was learnt of after its close, and counts in the open one.
--! trace: fills where account_id = :account and record_key = :record_key
--!   giving quantity = sum(quantity) giving fee = -sum(fee) giving venue_realized_pnl = sum(realized_pnl) ;
--!   postings where account_id = :account and symbol = :symbol
--!     and (record_key = :record_key and stream = 'fills' or stream = 'income' and record_key in (
--!       select record_key from history.income where account_id = :account and symbol = :symbol
--!         and trade_id = :fill_id))
--!   giving wallet_change = sum(wallet) ;
--!   disposals where account_id = :account and fill_key = :record_key

select
    fill.account_id as account,
    report.local_time(fill.occurred_at, :time_zone) as occurred_at,
    fill.symbol as symbol,
    fill.side as side,
    fill.position_side as position_side,
    report.plain(fill.price) as price,
    report.plain(fill.quantity) as quantity,
    report.plain(fill.value) as turnover,
    report.plain(-fill.fee) as fee,
    fill.fee_asset as fee_asset,
    report.plain(fill.realized_pnl) as venue_realized_pnl,
    coalesce(fill.margin_asset, instrument.margin_asset) as pnl_asset,
    case when fill.is_maker then 'maker' when not fill.is_maker then 'taker' end as role,
    fill.fill_id as fill_id,
    fill.order_id as order_id,
    fill.record_key as record_key,
    report.adjustment(fill.occurred_at, fill.posted_at) as note

from history.fill

left join raw.instrument
    on fill.account_id = instrument.account_id
    and fill.symbol = instrument.symbol

where fill.posted_at >= :from
    and fill.posted_at < :until
    and (:account::text is null or fill.account_id = :account)

order by
    fill.account_id collate "C",
    fill.occurred_at,
    fill.symbol collate "C",
    length(fill.fill_id),
    fill.fill_id collate "C",
    fill.record_key collate "C"
