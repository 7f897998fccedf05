--! title: Open positions
--! grain: one row per account, symbol and position side that is open in the books or at the venue, as of the
--!   last sync
--! parameters: time_zone, account
--! sign: quantity and cost are negative for a short; opening_fee and funding: + received, − paid
--! units: quantity in the contract's base unit; cost and prices in its quote asset; opening_fee and funding
--!   in asset
--! note: The positions are those of now, whatever the period. cost is what the open quantity cost, exactly.
--!   average_entry_price_rounded is cost ÷ quantity, rounded to 10 decimals. The venue's columns are those of
--!   its last snapshot, empty where there is none; its entry price is rounded by the venue.
--!   quantity_difference is what the books had at that instant less venue_quantity: fills since then are in
--!   quantity alone. opening_fee and funding are what the position holds of them, in its own asset: what a
--!   close would release. opened_at is empty where some of it was open before the history begins; funding is
--!   empty where no cash statement was ever read, quantity and cost where no fills were. basis is fill;
--!   inferred where what that cost was.
--! trace: position_changes where account_id = :account and symbol = :symbol
--!     and position_side = :position_side
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

    where :account::text is null
        or account_id = :account

    group by account_id
),

venue_positions as (
    select
        position.account_id,
        position.symbol,
        position.position_side,
        position.quantity,
        position.entry_price

    from snapshot.position

    inner join last_snapshot
        on position.account_id = last_snapshot.account_id
        and position.taken_at = last_snapshot.taken_at

    where position.quantity <> 0
),

booked_positions as (
    select
        account_id,
        symbol,
        position_side,
        quantity,
        cost,
        opened_at,
        opening_fee,
        funding,
        asset,
        is_inferred

    from ledger.position

    where method = 'average'
        and (:account::text is null or account_id = :account)
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
        booked_positions.opening_fee,
        booked_positions.funding,
        booked_positions.asset,
        booked_positions.is_inferred,
        (
            select max(fill.posted_at)

            from history.fill

            where fill.account_id = booked_positions.account_id
                and fill.symbol = booked_positions.symbol
                and fill.position_side = booked_positions.position_side
        ) as last_fill_at,
        coalesce(venue_positions.quantity, 0) as venue_quantity,
        venue_positions.entry_price as venue_entry_price

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
    report.local_time(compared.opened_at, :time_zone) as opened_at,
    report.local_time(compared.last_fill_at, :time_zone) as last_fill_at,
    case
        when last_snapshot.taken_at is not null then report.plain(compared.venue_quantity)
    end as venue_quantity,
    report.plain(compared.venue_entry_price) as venue_entry_price,
    case
        when last_snapshot.taken_at is null or not known.is_known then null
        when compared.quantity - since.answer = compared.venue_quantity then '0'
        else report.plain(compared.quantity - since.request - compared.venue_quantity)
    end as quantity_difference,
    report.local_time(last_snapshot.taken_at, :time_zone) as venue_position_at,
    report.plain(-compared.opening_fee) as opening_fee,
    case
        when report.knows_cash(compared.account_id, '-infinity', 'infinity') then report.plain(compared.funding)
    end as funding,
    compared.asset as asset,
    case compared.is_inferred when true then 'inferred' when false then 'fill' end as basis

from compared

left join last_snapshot
    on compared.account_id = last_snapshot.account_id

-- Where no fills were ever read, what the books have not is unknown, and not nothing.
cross join lateral (
    select
        compared.is_inferred is not null
        or report.knows_fills(compared.account_id, '-infinity', 'infinity') as is_known
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
    ) as signed
) as since

order by
    compared.account_id collate "C",
    compared.symbol collate "C",
    compared.position_side collate "C"
