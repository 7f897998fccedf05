--! title: Realized PnL by disposal
--! grain: one row per lot method and closed piece of a position
--! parameters: from, until, time_zone, account
--! files: by month
--! sign: realized_pnl, fees, funding and results: + profit, − loss; quantity, proceeds and cost are positive
--! units: quantity in the contract's base unit; money in the row's asset
--! note: Rows of different methods tell of the same closes: add up one method only. hifo closes the lot with
--!   the least gain first. proceeds is what the sale brought and cost what the purchase cost; of a short the
--!   sale comes first. At average cost opened_at is when the position left flat; it is empty where the piece
--!   was open before the history begins. realized_pnl is before fees and funding; the next columns are the
--!   piece's shares of them, and its result with fees inside, with funding inside, and with both.
--!   other_assets lists shares in other assets, which are in no result. funding, and what has it inside, is
--!   empty where no cash statement was ever read. venue_realized_pnl is the venue's figure for the whole
--!   closing fill, on the rows of average alone; difference is realized_pnl less it, where the venue cuts its
--!   figure off at its last decimal. basis is fill; inferred where the piece was open before the history
--!   begins, or no fill but the cash of a settlement tells what it was closed at.
--! trace: disposals where account_id = :account and method = :method and fill_key = :record_key
--!     and symbol = :symbol and position_side = :position_side and piece = :piece::integer
--!   giving quantity = sum(quantity) giving proceeds = sum(proceeds) giving cost = sum(cost)
--!   giving realized_pnl = sum(realized_pnl) giving venue_realized_pnl = sum(venue_realized_pnl) ;
--!   fills where account_id = :account and symbol = :symbol and position_side = :position_side
--!     and record_key in (:record_key, :opening_record_key) ;
--!   postings where account_id = :account and symbol = :symbol and realized_pnl is not null
--!     and (record_key = :record_key and stream = 'fills' or stream = 'income' and record_key in (
--!       select record_key from history.income where account_id = :account and symbol = :symbol
--!         and trade_id = :fill_id))
--!   giving realized_pnl_booked = sum(realized_pnl)

with funding_known as materialized (
    select
        account_id,
        report.knows_cash(account_id, '-infinity', :until) as is_known

    from raw.account

    where :account::text is null
        or account_id = :account
),

other_assets as (
    select
        account_id,
        method,
        symbol,
        position_side,
        fill_key,
        piece,
        string_agg(
            kind || ' ' || report.plain(case kind when 'funding' then amount else -amount end) || ' ' || asset,
            '; '
            order by kind collate "C" desc, asset collate "C"
        ) as amounts

    from ledger.disposal_amount

    where :account::text is null
        or account_id = :account

    group by
        account_id,
        method,
        symbol,
        position_side,
        fill_key,
        piece
)

select
    disposal.account_id as account,
    disposal.method as method,
    report.local_time(disposal.closed_at, :time_zone) as closed_at,
    disposal.symbol as symbol,
    disposal.position_side as position_side,
    disposal.direction as direction,
    report.local_time(disposal.opened_at, :time_zone) as opened_at,
    report.plain(disposal.holding_seconds) as holding_seconds,
    report.plain(disposal.quantity) as quantity,
    report.plain(disposal.proceeds) as proceeds,
    report.plain(disposal.cost) as cost,
    report.plain(disposal.realized_pnl) as realized_pnl,
    report.plain(disposal.opening_fee) as opening_fee,
    report.plain(disposal.closing_fee) as closing_fee,
    report.plain(funding.amount) as funding,
    report.plain(disposal.realized_pnl + disposal.opening_fee + disposal.closing_fee) as result_fees_inside,
    report.plain(disposal.realized_pnl + funding.amount) as result_funding_inside,
    report.plain(
        disposal.realized_pnl + disposal.opening_fee + disposal.closing_fee + funding.amount
    ) as result_both_inside,
    other_assets.amounts as other_assets,
    report.plain(disposal.venue_realized_pnl) as venue_realized_pnl,
    report.plain(disposal.realized_pnl - disposal.venue_realized_pnl) as difference,
    disposal.asset as asset,
    case when disposal.is_inferred then 'inferred' else 'fill' end as basis,
    fill.fill_id as fill_id,
    fill.order_id as order_id,
    disposal.piece::text as piece,
    disposal.fill_key as record_key,
    disposal.opening_fill_key as opening_record_key

from report.disposal

left join funding_known
    on disposal.account_id = funding_known.account_id

cross join lateral (
    select case when funding_known.is_known then disposal.funding end as amount
) as funding

left join history.fill
    on disposal.account_id = fill.account_id
    and disposal.fill_key = fill.record_key

left join other_assets
    on disposal.account_id = other_assets.account_id
    and disposal.method = other_assets.method
    and disposal.symbol = other_assets.symbol
    and disposal.position_side = other_assets.position_side
    and disposal.fill_key = other_assets.fill_key
    and disposal.piece = other_assets.piece

where disposal.closed_at >= :from
    and disposal.closed_at < :until
    and (:account::text is null or disposal.account_id = :account)

order by
    disposal.account_id collate "C",
    disposal.method collate "C",
    disposal.closed_at,
    disposal.symbol collate "C",
    disposal.closing_number,
    disposal.piece
