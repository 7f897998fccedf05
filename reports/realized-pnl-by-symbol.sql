--! title: Realized PnL by symbol
--! grain: one row per account, symbol and asset with a close or a realized PnL in the period
--! parameters: from, until, account
--! sign: + profit, − loss; before fees and funding
--! units: amounts in the row's asset; quantity_closed in the contract's base unit
--! note: realized_pnl_booked is the cash that the books hold, from the venue's cash statement.
--!   realized_pnl_average is what the fills give at average cost, and venue_realized_pnl the venue's own figure for the same fills.
--!   The venue cuts its figures off at 8 decimals, so each close may differ by 0.00000001 or so; and a close whose cash is stamped in
--!   the next period shows in booked_minus_venue of both. basis says what the booked figure comes from: cash, fill or both.

with booked as (
    select
        account_id,
        symbol,
        asset,
        -sum(amount) as realized_pnl,
        string_agg(distinct basis collate "C", '+' order by basis collate "C") as basis

    from report.journal

    where ledger_account = 'income:realized_pnl'
        and posted_at >= :from
        and posted_at < :until
        and (:account::text is null or account_id = :account)

    group by
        account_id,
        symbol,
        asset
),

disposed as (
    select
        account_id,
        symbol,
        asset,
        count(*) as closes,
        sum(quantity) as quantity_closed,
        sum(realized_pnl) as realized_pnl,
        sum(venue_realized_pnl) as venue_realized_pnl

    from ledger.disposal

    where method = 'average'
        and closed_at >= :from
        and closed_at < :until
        and (:account::text is null or account_id = :account)

    group by
        account_id,
        symbol,
        asset
),

compared as (
    select
        coalesce(booked.account_id, disposed.account_id) as account_id,
        coalesce(booked.symbol, disposed.symbol) as symbol,
        coalesce(booked.asset, disposed.asset) as asset,
        coalesce(disposed.closes, 0) as closes,
        coalesce(disposed.quantity_closed, 0) as quantity_closed,
        coalesce(booked.realized_pnl, 0) as booked_pnl,
        coalesce(disposed.realized_pnl, 0) as average_pnl,
        coalesce(disposed.venue_realized_pnl, 0) as venue_pnl,
        booked.basis

    from booked

    full join disposed
        on booked.account_id = disposed.account_id
        and booked.symbol = disposed.symbol
        and booked.asset = disposed.asset
)

select
    account_id as account,
    symbol as symbol,
    asset as asset,
    closes::text as closes,
    report.plain(quantity_closed) as quantity_closed,
    report.plain(booked_pnl) as realized_pnl_booked,
    report.plain(average_pnl) as realized_pnl_average,
    report.plain(venue_pnl) as venue_realized_pnl,
    report.plain(booked_pnl - venue_pnl) as booked_minus_venue,
    report.plain(average_pnl - venue_pnl) as average_minus_venue,
    basis as basis

from compared

order by
    compared.account_id collate "C",
    compared.symbol collate "C",
    compared.asset collate "C"
