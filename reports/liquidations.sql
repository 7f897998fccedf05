--! title: Liquidations and auto-deleveraging
--! grain: one row per order that the venue placed for the account and asset that it touched; and one per
--!   booking of a liquidation whose order is not of the period
--! parameters: from, until, time_zone, account
--! sign: realized_pnl, trading_fees, clearance, wallet_change, venue_realized_pnl and fee: + came into the
--!   wallet, − went out of it; isolated_margin_lost is positive; a position is negative for a short
--! units: quantities in the contract's base unit; average_price and filled_value in its quote asset; money in
--!   the row's asset
--! note: kind is liquidation, adl (auto-deleveraging), settlement, unknown, or none for a booking without its
--!   order. adl_counterpart says whether the venue used this account's position to close somebody else's.
--!   fills, filled_quantity and filled_value are of the order's fills, and so is position_after what their
--!   last one left; venue_realized_pnl and fee are the venue's own words on them. realized_pnl and
--!   trading_fees (rebates included) are their cash as the books hold it, clearance what the venue took for
--!   its insurance fund (−) or paid back from it (+): a booking that names no fill is put to the order of its
--!   contract nearest in time, within 10 minutes. wallet_change is the sum of the three. isolated_margin_lost
--!   is what had been moved into an isolated position and never came back, as far as the venue wrote rows for
--!   it (see isolated-margin): a part of the story and never to be added to wallet_change; it is empty where
--!   no such move is known, as in cross margin, where wallet_change is the loss. An order has its row in the
--!   period that counts its first record, with all that is counted of it up to the end of the period. What is
--!   counted later has a row of its own, of kind none, and so has a charge that no order explains: entry_id
--!   names the booking, order_id the order if it is one of before. So each booking is in one period. An order
--!   that touched several assets has a row for each, on which its quantities repeat; a row without asset is
--!   an order without cash. average_price is the venue's. note is adjustment for what was learnt of a closed
--!   period after its close, and counts in the open one.
--! trace: forced_orders where account_id = :account and symbol = :symbol and (order_id = :order_id
--!     or record_key = :order_id) and posted_at < :until ;
--!   postings when kind = none where account_id = :account and asset = :asset and entry_id = :entry_id
--!   giving realized_pnl giving trading_fees = sum(coalesce(trading_fees, rebates))
--!     giving clearance = sum(liquidation)
--!   giving wallet_change = sum(wallet) ;
--!   postings where :kind <> 'none' and account_id = :account and asset = :asset and entry_id in (
--!     select forced_order_entry.entry_id from report.forced_order_entry
--!     where account_id = :account and symbol = :symbol and order_key = :order_id and known_at < :until)
--!     and (kind <> 'liquidation' or posted_at >= :from)
--!   giving realized_pnl giving trading_fees = sum(coalesce(trading_fees, rebates))
--!     giving clearance = sum(liquidation)
--!   giving wallet_change = sum(wallet) ;
--!   fills where :kind <> 'none' and account_id = :account and symbol = :symbol and order_id = :order_id
--!     and posted_at < :until
--!   giving filled_quantity = coalesce(sum(quantity), 0) giving filled_value = coalesce(sum(value), 0) ;
--!   margin_changes where :kind <> 'none' and account_id = :account and posted_at < :until
--!     and record_key in (
--!     select isolated_margin.record_key from ledger.isolated_margin
--!     inner join report.isolated_margin_episode using (account_id, symbol, position_side, episode, asset)
--!     where account_id = :account and symbol = :symbol and asset = :asset and outcome = 'liquidated'
--!       and closing_order_id = :order_id
--!       and closed_at < :until)
--!   giving isolated_margin_lost = sum(amount)

-- As in report.forced_order, of the records that are counted by the end of the period.
with orders as (
    select
        account_id,
        symbol,
        case order_id when '' then record_key else order_id end as order_key,
        string_agg(distinct kind collate "C", '+' order by kind collate "C") as kind,
        string_agg(distinct status collate "C", '+' order by status collate "C") as status,
        string_agg(distinct side collate "C", '+' order by side collate "C") as side,
        string_agg(distinct position_side collate "C", '+' order by position_side collate "C") as position_side,
        case when count(distinct average_price) = 1 then min(average_price) end as average_price,
        sum(executed_quantity) as executed_quantity,
        min(order_id collate "C") as order_id,
        min(occurred_at) as occurred_at,
        max(report.adjustment(occurred_at, posted_at)) as note

    from history.forced_order

    where posted_at < :until
        and (:account::text is null or account_id = :account)

    group by
        account_id,
        symbol,
        case order_id when '' then record_key else order_id end

    having min(posted_at) >= :from
),

fills_of_orders as (
    select
        orders.account_id,
        orders.symbol,
        orders.order_key,
        fill.record_key,
        fill.quantity,
        fill.value,
        fill.fee,
        fill.fee_asset,
        fill.realized_pnl,
        coalesce(fill.margin_asset, instrument.margin_asset) as pnl_asset

    from orders

    inner join history.fill
        on orders.account_id = fill.account_id
        and orders.symbol = fill.symbol
        and orders.order_id = fill.order_id
        and fill.posted_at < :until

    left join raw.instrument
        on fill.account_id = instrument.account_id
        and fill.symbol = instrument.symbol
),

fill_totals as (
    select
        account_id,
        symbol,
        order_key,
        count(*) as fills,
        sum(quantity) as filled_quantity,
        sum(value) as filled_value

    from fills_of_orders

    group by
        account_id,
        symbol,
        order_key
),

-- The position before the order's first fill and after its last one.
positions as (
    select distinct
        fills_of_orders.account_id,
        fills_of_orders.symbol,
        fills_of_orders.order_key,
        first_value(position_change.quantity_before) over by_number as position_before,
        last_value(position_change.quantity_after) over by_number as position_after

    from fills_of_orders

    inner join ledger.position_change
        on fills_of_orders.account_id = position_change.account_id
        and fills_of_orders.record_key = position_change.record_key

    window by_number as (
        partition by
            fills_of_orders.account_id,
            fills_of_orders.symbol,
            fills_of_orders.order_key
        order by position_change.number
        rows between unbounded preceding and unbounded following
    )
),

entries_of_orders as materialized (
    select
        account_id,
        entry_id,
        symbol,
        order_key,
        known_at

    from report.forced_order_entry

    where known_at < :until
        and (:account::text is null or account_id = :account)
),

-- Charges count when they are posted, other bookings once they, their fill and their order are known. Those
-- of an order of the period are on its row.
entries as (
    select
        entries_of_orders.account_id,
        entries_of_orders.entry_id,
        entries_of_orders.symbol,
        entries_of_orders.order_key,
        orders.order_key is not null as is_on_row

    from entries_of_orders

    inner join ledger.entry
        on entries_of_orders.account_id = entry.account_id
        and entries_of_orders.entry_id = entry.entry_id

    left join orders
        on entries_of_orders.account_id = orders.account_id
        and entries_of_orders.symbol = orders.symbol
        and entries_of_orders.order_key = orders.order_key

    where case when entry.kind = 'liquidation' then entry.posted_at else entries_of_orders.known_at end >= :from

    union all

    -- Charges that no order explains, as far as is known by the end of the period.
    select
        entry.account_id,
        entry.entry_id,
        entry.symbol,
        null,
        false

    from ledger.entry

    where entry.kind = 'liquidation'
        and entry.posted_at >= :from
        and entry.posted_at < :until
        and (:account::text is null or entry.account_id = :account)
        and not exists (
            select

            from entries_of_orders

            where entries_of_orders.account_id = entry.account_id
                and entries_of_orders.entry_id = entry.entry_id
        )
),

booked as (
    select
        entries.account_id,
        entries.entry_id,
        entries.symbol,
        entries.order_key,
        entries.is_on_row,
        journal.asset,
        journal.wallet,
        journal.realized_pnl,
        coalesce(journal.trading_fees, journal.rebates) as trading_fees,
        journal.liquidation,
        journal.occurred_at,
        journal.posted_at

    from entries

    inner join report.journal
        on entries.account_id = journal.account_id
        and entries.entry_id = journal.entry_id
),

-- What had moved into isolated positions that an order of the period liquidated.
margin_lost as (
    select
        isolated_margin_episode.account_id,
        isolated_margin_episode.symbol,
        isolated_margin_episode.closing_order_id,
        isolated_margin_episode.asset,
        sum(isolated_margin.amount) as amount

    from report.isolated_margin_episode

    inner join ledger.isolated_margin
        on isolated_margin_episode.account_id = isolated_margin.account_id
        and isolated_margin_episode.symbol = isolated_margin.symbol
        and isolated_margin_episode.position_side = isolated_margin.position_side
        and isolated_margin_episode.episode = isolated_margin.episode
        and isolated_margin_episode.asset = isolated_margin.asset

    where isolated_margin_episode.outcome = 'liquidated'
        and isolated_margin_episode.closed_at < :until
        and isolated_margin.posted_at < :until

    group by
        isolated_margin_episode.account_id,
        isolated_margin_episode.symbol,
        isolated_margin_episode.closing_order_id,
        isolated_margin_episode.asset
),

amounts as (
    select
        account_id,
        symbol,
        order_key,
        asset,
        wallet,
        realized_pnl,
        trading_fees,
        liquidation,
        null::numeric as venue_realized_pnl,
        null::numeric as fee

    from booked

    where is_on_row

    union all

    select
        account_id,
        symbol,
        order_key,
        pnl_asset,
        null,
        null,
        null,
        null,
        realized_pnl,
        null

    from fills_of_orders

    union all

    select
        account_id,
        symbol,
        order_key,
        fee_asset,
        null,
        null,
        null,
        null,
        null,
        fee

    from fills_of_orders

    where fee <> 0
),

amounts_by_order as (
    select
        account_id,
        symbol,
        order_key,
        asset,
        sum(realized_pnl) as realized_pnl,
        sum(trading_fees) as trading_fees,
        sum(liquidation) as clearance,
        sum(wallet) as wallet_change,
        sum(venue_realized_pnl) as venue_realized_pnl,
        sum(fee) as fee

    from amounts

    group by
        account_id,
        symbol,
        order_key,
        asset
),

stories as (
    select
        orders.account_id,
        orders.occurred_at,
        orders.symbol,
        orders.kind,
        case when orders.kind like '%adl%' then 'yes' else 'no' end as adl_counterpart,
        orders.status,
        orders.side,
        orders.position_side,
        orders.average_price,
        orders.executed_quantity,
        coalesce(fill_totals.fills, 0) as fills,
        coalesce(fill_totals.filled_quantity, 0) as filled_quantity,
        coalesce(fill_totals.filled_value, 0) as filled_value,
        positions.position_before,
        positions.position_after,
        amounts_by_order.realized_pnl,
        amounts_by_order.trading_fees,
        amounts_by_order.clearance,
        amounts_by_order.wallet_change,
        margin_lost.amount as isolated_margin_lost,
        amounts_by_order.venue_realized_pnl,
        amounts_by_order.fee,
        amounts_by_order.asset,
        orders.order_key,
        null as entry_id,
        orders.note

    from orders

    left join fill_totals
        on orders.account_id = fill_totals.account_id
        and orders.symbol = fill_totals.symbol
        and orders.order_key = fill_totals.order_key

    left join positions
        on orders.account_id = positions.account_id
        and orders.symbol = positions.symbol
        and orders.order_key = positions.order_key

    left join amounts_by_order
        on orders.account_id = amounts_by_order.account_id
        and orders.symbol = amounts_by_order.symbol
        and orders.order_key = amounts_by_order.order_key

    left join margin_lost
        on orders.account_id = margin_lost.account_id
        and orders.symbol = margin_lost.symbol
        and orders.order_key = margin_lost.closing_order_id
        and amounts_by_order.asset = margin_lost.asset

    union all

    select
        account_id,
        occurred_at,
        symbol,
        'none',
        'no',
        null,
        null,
        null,
        null,
        null,
        0,
        0,
        0,
        null,
        null,
        sum(realized_pnl),
        sum(trading_fees),
        sum(liquidation),
        sum(wallet),
        null,
        null,
        null,
        asset,
        order_key,
        entry_id,
        report.adjustment(occurred_at, posted_at)

    from booked

    where not is_on_row

    group by
        account_id,
        occurred_at,
        posted_at,
        symbol,
        order_key,
        entry_id,
        asset
)

select
    account_id as account,
    report.local_time(occurred_at, :time_zone) as occurred_at,
    symbol as symbol,
    kind as kind,
    adl_counterpart as adl_counterpart,
    status as status,
    side as side,
    position_side as position_side,
    report.plain(average_price) as average_price,
    report.plain(executed_quantity) as executed_quantity,
    fills::text as fills,
    report.plain(filled_quantity) as filled_quantity,
    report.plain(filled_value) as filled_value,
    report.plain(position_before) as position_before,
    report.plain(position_after) as position_after,
    report.plain(realized_pnl) as realized_pnl,
    report.plain(trading_fees) as trading_fees,
    report.plain(clearance) as clearance,
    report.plain(wallet_change) as wallet_change,
    report.plain(isolated_margin_lost) as isolated_margin_lost,
    report.plain(venue_realized_pnl) as venue_realized_pnl,
    report.plain(-fee) as fee,
    asset as asset,
    order_key as order_id,
    entry_id as entry_id,
    note as note

from stories

order by
    stories.account_id collate "C",
    stories.occurred_at,
    stories.symbol collate "C",
    stories.order_key collate "C",
    stories.asset collate "C",
    stories.entry_id collate "C"
