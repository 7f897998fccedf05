--! title: Open positions
--! grain: one row per account, symbol and position side that is open at the end of the period, in the books
--!   or at the venue's last snapshot before it
--! parameters: until, time_zone, account
--! sign: quantity, cost and market_value are negative for a short; unrealized_pnl: + profit, − loss
--! units: quantity in the contract's base unit; prices in its quote asset; cost, market_value and
--!   unrealized_pnl in asset
--! changes_after_close: a mark that was missing at the close may be there since
--! note: The positions are those of the period's end, or of the last sync where the period goes on. cost is
--!   what the open quantity cost at average cost, exactly. average_entry_price_rounded is cost ÷ quantity,
--!   rounded to 10 decimals. market_value is quantity × mark_price, and unrealized_pnl is market_value −
--!   cost, before fees and funding. mark_source says what the mark is: mark, the venue's public mark of the
--!   period's end; snapshot, what the venue showed at mark_at, where the period goes on. The venue's columns
--!   are those of its last snapshot before the end, empty where there is none; its entry price is rounded by
--!   the venue, and its unrealized PnL is at its mark of then. quantity_difference is what the books had at
--!   that instant less venue_quantity: fills since then are in quantity alone. opened_at is empty where some
--!   of it was open before the history begins; quantity and cost are where no fills were read. basis is fill;
--!   inferred where what that cost was.
--! trace: position_changes where account_id = :account and symbol = :symbol
--!     and position_side = :position_side and coalesce(posted_at, '-infinity') < :until
--!   giving quantity = sum(signed_quantity) ;
--!   positions where account_id = :account and symbol = :symbol and position_side = :position_side
--!     and taken_at = :venue_position_at::timestamptz
--!   giving venue_quantity = sum(quantity)

-- A position that a snapshot does not show was flat.
with last_snapshot as (
    select
        account_id,
        max(taken_at) as taken_at,
        max(answered_at) as answered_at

    from snapshot.taken

    where answered_at < :until
        and (:account::text is null or account_id = :account)

    group by account_id
),

venue_positions as (
    select
        position.account_id,
        position.symbol,
        position.position_side,
        position.quantity,
        position.entry_price,
        position.unrealized_pnl

    from snapshot.position

    inner join last_snapshot
        on position.account_id = last_snapshot.account_id
        and position.taken_at = last_snapshot.taken_at

    where position.quantity <> 0
),

booked_positions as (
    select *

    from report.position_at(:until)

    where :account::text is null or account_id = :account
),

compared as (
    select
        coalesce(booked_positions.account_id, venue_positions.account_id) as account_id,
        coalesce(booked_positions.symbol, venue_positions.symbol) as symbol,
        coalesce(booked_positions.position_side, venue_positions.position_side) as position_side,
        coalesce(booked_positions.quantity, 0) as quantity,
        coalesce(booked_positions.cost, 0) as cost,
        round(booked_positions.cost / booked_positions.quantity, 10) as average_entry_price,
        booked_positions.opened_at,
        booked_positions.changed_at,
        booked_positions.asset,
        booked_positions.is_inferred,
        coalesce(venue_positions.quantity, 0) as venue_quantity,
        venue_positions.entry_price as venue_entry_price,
        venue_positions.unrealized_pnl as venue_unrealized_pnl

    from booked_positions

    full join venue_positions
        on booked_positions.account_id = venue_positions.account_id
        and booked_positions.symbol = venue_positions.symbol
        and booked_positions.position_side = venue_positions.position_side
)

select
    compared.account_id as account,
    compared.symbol as symbol,
    compared.position_side as position_side,
    case when known.is_known then report.plain(compared.quantity) end as quantity,
    case when known.is_known then report.plain(compared.cost) end as cost,
    report.plain(compared.average_entry_price) as average_entry_price_rounded,
    report.plain(mark.price) as mark_price,
    mark.basis as mark_source,
    report.local_time(mark.marked_at, :time_zone) as mark_at,
    case when known.is_known then report.plain(compared.quantity * mark.price) end as market_value,
    case
        when known.is_known then report.plain(compared.quantity * mark.price - compared.cost)
    end as unrealized_pnl,
    report.local_time(compared.opened_at, :time_zone) as opened_at,
    report.local_time(compared.changed_at, :time_zone) as last_fill_at,
    case
        when last_snapshot.taken_at is not null then report.plain(compared.venue_quantity)
    end as venue_quantity,
    report.plain(compared.venue_entry_price) as venue_entry_price,
    report.plain(compared.venue_unrealized_pnl) as venue_unrealized_pnl,
    case
        when last_snapshot.taken_at is null or not known.is_known then null
        when compared.quantity - since.answer = compared.venue_quantity then '0'
        else report.plain(compared.quantity - since.request - compared.venue_quantity)
    end as quantity_difference,
    report.local_time(last_snapshot.taken_at, :time_zone) as venue_position_at,
    compared.asset as asset,
    case compared.is_inferred when true then 'inferred' when false then 'fill' end as basis

from compared

left join last_snapshot
    on compared.account_id = last_snapshot.account_id

left join report.last_snapshot as newest_snapshot
    on compared.account_id = newest_snapshot.account_id

left join report.mark
    on compared.account_id = mark.account_id
    and compared.symbol = mark.symbol
    and mark.marked_at = report.mark_time(:until, newest_snapshot.taken_at)

-- Where no fills were ever read, what the books have not is unknown, and not nothing.
cross join lateral (
    select
        compared.is_inferred is not null
        or report.knows_fills(compared.account_id, '-infinity', :until) as is_known
) as known

-- The venue's position is of some instant between request and answer, so the books may agree with it at
-- either.
cross join lateral (
    select
        coalesce(sum(signed.quantity) filter (where signed.occurred_at > last_snapshot.taken_at), 0) as request,
        coalesce(sum(signed.quantity) filter (where signed.occurred_at > last_snapshot.answered_at), 0) as answer

    from (
        select
            occurred_at,
            case side when 'BUY' then quantity else -quantity end as quantity

        from history.fill

        where fill.account_id = compared.account_id
            and fill.symbol = compared.symbol
            and fill.position_side = compared.position_side
            and fill.occurred_at > last_snapshot.taken_at
            and fill.posted_at < :until
    ) as signed
) as since

order by
    compared.account_id collate "C",
    compared.symbol collate "C",
    compared.position_side collate "C"
