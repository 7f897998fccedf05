--! title: Liquidations and auto-deleveraging
--! grain: one row per order that the venue placed for the account and asset; and one per liquidation charge that no such order explains
--! parameters: from, until, time_zone, account
--! sign: venue_realized_pnl and clearance: + came into the wallet, − went out of it; fee is positive when paid
--! units: quantities in the contract's base unit; average_price in its quote asset; money in the row's asset
--! note: kind is liquidation, adl (auto-deleveraging), settlement, unknown, or none for a charge without an order.
--!   fills, filled_quantity, venue_realized_pnl and fee are of the order's fills up to the end of the period. clearance is what the venue
--!   took for, or paid back from, its insurance fund: each such booking of the period is put to the order of its contract nearest in time,
--!   within 10 minutes, and has a row of its own where the period has none. An order that touched several assets has a row for each, on
--!   which its quantities repeat; a row without asset is an order without fills. note is adjustment for an order or charge of a closed
--!   period that was learnt of after its close.

with orders as (
    select
        account_id,
        record_key,
        symbol,
        order_id,
        kind,
        status,
        side,
        position_side,
        average_price,
        executed_quantity,
        occurred_at,
        posted_at

    from history.forced_order

    where posted_at >= :from
        and posted_at < :until
        and (:account::text is null or account_id = :account)
),

clearances as (
    select
        account_id,
        entry_id,
        symbol,
        asset,
        -sum(amount) as clearance,
        occurred_at,
        posted_at

    from report.journal

    where ledger_account = 'expenses:liquidation'
        and posted_at >= :from
        and posted_at < :until
        and (:account::text is null or account_id = :account)

    group by
        account_id,
        entry_id,
        symbol,
        asset,
        occurred_at,
        posted_at
),

clearances_with_order as (
    select
        clearances.account_id,
        clearances.entry_id,
        clearances.symbol,
        clearances.asset,
        clearances.clearance,
        clearances.occurred_at,
        clearances.posted_at,
        nearest.record_key

    from clearances

    left join lateral (
        select orders.record_key

        from orders

        where orders.account_id = clearances.account_id
            and orders.symbol = clearances.symbol
            and orders.occurred_at >= clearances.occurred_at - interval '10 minutes'
            and orders.occurred_at <= clearances.occurred_at + interval '10 minutes'

        order by
            abs(extract(epoch from orders.occurred_at - clearances.occurred_at)),
            orders.record_key collate "C"

        limit 1
    ) as nearest
        on true
),

fills_of_orders as (
    select
        orders.account_id,
        orders.record_key,
        fill.quantity,
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
        record_key,
        count(*) as fills,
        sum(quantity) as filled_quantity

    from fills_of_orders

    group by
        account_id,
        record_key
),

amounts as (
    select
        account_id,
        record_key,
        pnl_asset as asset,
        realized_pnl,
        null::numeric as fee,
        null::numeric as clearance

    from fills_of_orders

    union all

    select
        account_id,
        record_key,
        fee_asset,
        null,
        fee,
        null

    from fills_of_orders

    where fee <> 0

    union all

    select
        account_id,
        record_key,
        asset,
        null,
        null,
        clearance

    from clearances_with_order

    where record_key is not null
),

amounts_by_order as (
    select
        account_id,
        record_key,
        asset,
        sum(realized_pnl) as realized_pnl,
        sum(fee) as fee,
        sum(clearance) as clearance

    from amounts

    group by
        account_id,
        record_key,
        asset
),

stories as (
    select
        orders.account_id,
        orders.occurred_at,
        orders.posted_at,
        orders.symbol,
        orders.kind,
        orders.status,
        orders.side,
        orders.position_side,
        orders.average_price,
        orders.executed_quantity,
        coalesce(fill_totals.fills, 0) as fills,
        coalesce(fill_totals.filled_quantity, 0) as filled_quantity,
        amounts_by_order.realized_pnl,
        amounts_by_order.fee,
        amounts_by_order.clearance,
        amounts_by_order.asset,
        orders.order_id,
        orders.record_key

    from orders

    left join fill_totals
        on orders.account_id = fill_totals.account_id
        and orders.record_key = fill_totals.record_key

    left join amounts_by_order
        on orders.account_id = amounts_by_order.account_id
        and orders.record_key = amounts_by_order.record_key

    union all

    select
        account_id,
        occurred_at,
        posted_at,
        symbol,
        'none',
        null,
        null,
        null,
        null,
        null,
        0,
        0,
        null,
        null,
        clearance,
        asset,
        null,
        entry_id

    from clearances_with_order

    where record_key is null
)

select
    account_id as account,
    report.local_time(occurred_at, :time_zone) as occurred_at,
    symbol as symbol,
    kind as kind,
    status as status,
    side as side,
    position_side as position_side,
    report.plain(average_price) as average_price,
    report.plain(executed_quantity) as executed_quantity,
    fills::text as fills,
    report.plain(filled_quantity) as filled_quantity,
    report.plain(realized_pnl) as venue_realized_pnl,
    report.plain(fee) as fee,
    report.plain(clearance) as clearance,
    asset as asset,
    order_id as order_id,
    report.adjustment(occurred_at, posted_at) as note

from stories

order by
    stories.account_id collate "C",
    stories.occurred_at,
    stories.symbol collate "C",
    stories.record_key collate "C",
    stories.asset collate "C"
