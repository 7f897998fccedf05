--! title: Realized PnL by symbol
--! grain: one row per account, symbol and asset with a close or a realized PnL in the period
--! parameters: from, until, account
--! sign: + profit, − loss; before fees and funding
--! units: amounts in the row's asset; quantity_closed in the contract's base unit
--! note: realized_pnl_booked is the cash that the books hold, from the venue's cash statement.
--!   realized_pnl_average is what the fills give at average cost, and venue_realized_pnl the venue's own figure for the same fills. The
--!   next three are what they give by other lot methods; while a position is open the methods differ by the cost of what is open.
--!   The venue cuts its figures off at its last decimal, so each close may differ by a unit of it or so; and a close whose cash is stamped in
--!   the next period shows in booked_minus_venue of both. basis says what the booked figure comes from: cash, fill or both.
--! trace: postings where account_id = :account and symbol = :symbol and asset = :asset
--!     and ledger_account = 'income:realized_pnl' and posted_at >= :from and posted_at < :until
--!   giving realized_pnl_booked = -sum(amount) ;
--!   disposals where account_id = :account and symbol = :symbol and asset = :asset and method = 'average'
--!     and closed_at >= :from and closed_at < :until
--!   giving closes = count(*) giving quantity_closed = sum(quantity) giving realized_pnl_average = sum(realized_pnl)
--!   giving venue_realized_pnl = sum(venue_realized_pnl)

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
        count(*) filter (where method = 'average') as closes,
        sum(quantity) filter (where method = 'average') as quantity_closed,
        sum(realized_pnl) filter (where method = 'average') as by_average,
        sum(realized_pnl) filter (where method = 'fifo') as by_fifo,
        sum(realized_pnl) filter (where method = 'lifo') as by_lifo,
        sum(realized_pnl) filter (where method = 'hifo') as by_hifo,
        sum(venue_realized_pnl) as venue_realized_pnl

    from ledger.disposal

    where closed_at >= :from
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
        coalesce(disposed.by_average, 0) as average_pnl,
        coalesce(disposed.by_fifo, 0) as fifo_pnl,
        coalesce(disposed.by_lifo, 0) as lifo_pnl,
        coalesce(disposed.by_hifo, 0) as hifo_pnl,
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
    report.plain(fifo_pnl) as realized_pnl_fifo,
    report.plain(lifo_pnl) as realized_pnl_lifo,
    report.plain(hifo_pnl) as realized_pnl_hifo,
    report.plain(venue_pnl) as venue_realized_pnl,
    report.plain(booked_pnl - venue_pnl) as booked_minus_venue,
    report.plain(average_pnl - venue_pnl) as average_minus_venue,
    basis as basis

from compared

order by
    compared.account_id collate "C",
    compared.symbol collate "C",
    compared.asset collate "C"
