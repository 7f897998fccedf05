--! title: Realized PnL by symbol
--! grain: one row per account, symbol and asset with a close or a realized PnL in the period
--! parameters: from, until, time_zone, account
--! sign: + profit, − loss; before fees and funding
--! units: amounts in the row's asset; quantity_closed in the contract's base unit
--! note: realized_pnl_booked is the cash that the books hold, from the venue's cash statement.
--!   realized_pnl_average is what the fills give at average cost, and venue_realized_pnl the venue's own
--!   figure: the sum over all fills of the period, whether the books find that they close something or not,
--!   and over what was settled by cash alone. The next three are what they give by other lot methods; while a
--!   position is open the methods differ by the cost of what is open. The venue cuts its figures off at its
--!   last decimal, so each close may differ by a unit of it or so; and a close whose cash is stamped in the
--!   next period shows in booked_minus_venue of both. What is not booked though the venue names a result of
--!   the fills, and what the fills give where none were read, is empty. basis says what the booked figure
--!   comes from: cash, fill or both.
--! trace: postings where account_id = :account and symbol = :symbol and asset = :asset
--!     and realized_pnl is not null and posted_at >= :from and posted_at < :until
--!   giving realized_pnl_booked = sum(realized_pnl) ;
--!   disposals where account_id = :account and symbol = :symbol and asset = :asset and method = 'average'
--!     and closed_at >= :from and closed_at < :until
--!   giving closes = count(*) giving quantity_closed = sum(quantity)
--!     giving realized_pnl_average = sum(realized_pnl) ;
--!   fills where account_id = :account and symbol = :symbol and realized_pnl <> 0 and posted_at >= :from
--!     and posted_at < :until
--!   giving venue_realized_pnl_of_fills = sum(realized_pnl)

-- Of fills that were read, none closed anything. Materialized, here and in other reports: Postgres would ask
-- anew for every row.
with fills as materialized (
    select
        account_id,
        case when report.knows_fills(account_id, :from, :until) then 0 end as none

    from raw.account
),

booked as (
    select
        account_id,
        symbol,
        asset,
        sum(realized_pnl) as realized_pnl,
        string_agg(distinct basis collate "C", '+' order by basis collate "C") as basis

    from ledger.summed_posting(:time_zone, :from, :until, :account)

    where realized_pnl is not null

    group by
        account_id,
        symbol,
        asset
),

disposed as materialized (
    select
        account_id,
        symbol,
        asset,
        coalesce(sum(closings) filter (where method = 'average'), 0) as closes,
        sum(quantity) filter (where method = 'average') as quantity_closed,
        sum(realized_pnl) filter (where method = 'average') as by_average,
        sum(realized_pnl) filter (where method = 'fifo') as by_fifo,
        sum(realized_pnl) filter (where method = 'lifo') as by_lifo,
        sum(realized_pnl) filter (where method = 'hifo') as by_hifo,
        sum(settled_pnl) as settled_pnl

    from ledger.day_disposed(:time_zone, :from, :until, :account)

    where closings > 0

    group by
        account_id,
        symbol,
        asset
),

-- A result of a fill that closes nothing in the books is a result of the venue's all the same.
told as (
    select
        fill.account_id,
        fill.symbol,
        coalesce(nullif(fill.margin_asset, ''), instrument.margin_asset, '') as asset,
        fill.realized_pnl

    from ledger.day_filled(:time_zone, :from, :until, :account) as fill

    left join raw.instrument
        on fill.account_id = instrument.account_id
        and fill.symbol = instrument.symbol

    where fill.closing_fills > 0

    union all

    -- What was settled by cash alone has no fill.
    select
        account_id,
        symbol,
        asset,
        settled_pnl

    from disposed

    where settled_pnl is not null
),

figures as (
    select
        account_id,
        symbol,
        asset,
        null::bigint as closes,
        null::numeric as quantity_closed,
        realized_pnl as booked_pnl,
        null::numeric as average_pnl,
        null::numeric as fifo_pnl,
        null::numeric as lifo_pnl,
        null::numeric as hifo_pnl,
        null::numeric as venue_pnl,
        basis

    from booked

    union all

    select
        account_id,
        symbol,
        asset,
        closes,
        quantity_closed,
        null,
        by_average,
        by_fifo,
        by_lifo,
        by_hifo,
        null,
        null

    from disposed

    union all

    select
        account_id,
        symbol,
        asset,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        realized_pnl,
        null

    from told
),

compared as (
    select
        figures.account_id,
        symbol,
        asset,
        coalesce(sum(closes), fills.none) as closes,
        coalesce(sum(quantity_closed), fills.none) as quantity_closed,
        -- Fills of which the venue itself says 0 leave no cash.
        coalesce(sum(booked_pnl), case when sum(venue_pnl) is null then fills.none end) as booked_pnl,
        coalesce(sum(average_pnl), fills.none) as average_pnl,
        coalesce(sum(fifo_pnl), fills.none) as fifo_pnl,
        coalesce(sum(lifo_pnl), fills.none) as lifo_pnl,
        coalesce(sum(hifo_pnl), fills.none) as hifo_pnl,
        coalesce(sum(venue_pnl), fills.none) as venue_pnl,
        max(basis) as basis

    from figures

    inner join fills
        on figures.account_id = fills.account_id

    group by
        figures.account_id,
        symbol,
        asset,
        fills.none
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
