--! title: Round trips
--! grain: one row per account, lot method, position and asset, from flat to flat, whose last close is in the period
--! parameters: from, until, time_zone, account
--! sign: realized_pnl: + profit, − loss, before fees and funding
--! units: quantity_closed in the contract's base unit; money in the row's asset
--! note: Rows of different methods tell of the same trades: add up one method only. The figures are those of the whole round trip, closes
--!   before the period included, so they need not add up to the period's realized PnL. state is open where a part of the position was
--!   still held after that close. Round trips that begin in the same millisecond are one row.

with round_trips as (
    select
        disposal.account_id,
        disposal.method,
        disposal.symbol,
        disposal.position_side,
        disposal.asset,
        disposal.opened_at,
        min(fill.side) as closing_side,
        (
            array_agg(
                disposal.fill_key
                order by
                    fill.posted_at desc,
                    fill.occurred_at desc,
                    length(fill.fill_id) desc,
                    fill.fill_id collate "C" desc,
                    fill.record_key collate "C" desc
            )
        )[1] as last_fill_key,
        max(closed_at) as last_closed_at,
        count(*) as closes,
        sum(disposal.quantity) as quantity_closed,
        sum(disposal.proceeds) as proceeds,
        sum(disposal.cost) as cost,
        sum(disposal.realized_pnl) as realized_pnl,
        sum(disposal.venue_realized_pnl) as venue_realized_pnl

    from ledger.disposal

    left join history.fill
        on disposal.account_id = fill.account_id
        and disposal.fill_key = fill.record_key

    where disposal.closed_at < :until
        and (:account::text is null or disposal.account_id = :account)

    group by
        disposal.account_id,
        disposal.method,
        disposal.symbol,
        disposal.position_side,
        disposal.asset,
        disposal.opened_at
),

-- What was held after each fill: of its round trip, or of the next one where it turned the position round.
held as (
    select
        account_id,
        record_key,
        sum(case side when 'BUY' then quantity else -quantity end) over (
            partition by
                account_id,
                symbol,
                position_side
            order by
                posted_at,
                occurred_at,
                length(fill_id),
                fill_id collate "C",
                record_key collate "C"
        ) as quantity

    from history.fill

    where posted_at < :until
        and (:account::text is null or account_id = :account)
)

select
    round_trips.account_id as account,
    round_trips.method as method,
    round_trips.symbol as symbol,
    round_trips.position_side as position_side,
    report.local_time(round_trips.opened_at, :time_zone) as opened_at,
    report.local_time(round_trips.last_closed_at, :time_zone) as last_closed_at,
    case
        when round_trips.closing_side = 'SELL' and held.quantity > 0 then 'open'
        when round_trips.closing_side = 'BUY' and held.quantity < 0 then 'open'
        else 'closed'
    end as state,
    round_trips.closes::text as closes,
    report.plain(round_trips.quantity_closed) as quantity_closed,
    report.plain(round_trips.proceeds) as proceeds,
    report.plain(round_trips.cost) as cost,
    report.plain(round_trips.realized_pnl) as realized_pnl,
    report.plain(round_trips.venue_realized_pnl) as venue_realized_pnl,
    round_trips.asset as asset

from round_trips

left join held
    on round_trips.account_id = held.account_id
    and round_trips.last_fill_key = held.record_key

where round_trips.last_closed_at >= :from

order by
    round_trips.account_id collate "C",
    round_trips.method collate "C",
    round_trips.last_closed_at,
    round_trips.symbol collate "C",
    round_trips.position_side collate "C",
    round_trips.opened_at,
    round_trips.asset collate "C"
