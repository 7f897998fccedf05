--! title: Round trips
--! grain: one row per account and position from flat to flat that was closed in the period
--! parameters: from, until, time_zone, account
--! files: by month
--! sign: realized_pnl, fees, funding and result: + profit, − loss; quantities, proceeds and cost are positive
--! units: quantities in the contract's base unit; money in the row's asset
--! note: All lot methods agree on a round trip. Its figures are those of the whole of it, closes before the
--!   period included, so they need not add up to the period's realized PnL. quantity is all that was opened,
--!   largest_quantity the most that was open at once. result is realized_pnl + opening_fee + closing_fee +
--!   funding; fees and funding in other assets stand in other_assets and are not in it. A fill that goes
--!   through zero ends one round trip and begins the next. opened_at is empty where it began before the
--!   history does; basis is fill; inferred where what it cost then was, or where the cash of a settlement
--!   alone tells at what it ended.
--! trace: disposals where account_id = :account and method = 'average' and symbol = :symbol
--!     and position_side = :position_side and round_trip_key = :opening_record_key
--!   giving proceeds = sum(proceeds) giving cost = sum(cost)
--!   giving realized_pnl = sum(realized_pnl) giving opening_fee = -sum(opening_fee)
--!     giving closing_fee = -sum(closing_fee)
--!   giving funding = sum(funding) giving venue_realized_pnl = sum(venue_realized_pnl) ;
--!   fills where account_id = :account and symbol = :symbol and position_side = :position_side
--!     and (:opened_at::timestamptz is null or posted_at >= :opened_at::timestamptz)
--!       and posted_at <= :closed_at::timestamptz

with funding_known as materialized (
    select
        account_id,
        report.knows_cash(account_id, '-infinity', :until) as is_known

    from raw.account

    where :account::text is null
        or account_id = :account
),

in_other_asset as (
    select
        disposal.account_id,
        disposal.symbol,
        disposal.position_side,
        disposal.round_trip_key,
        other.kind,
        other.asset,
        sum(other.amount) as amount

    from ledger.disposal_amount as other

    inner join ledger.disposal
        on other.account_id = disposal.account_id
        and other.method = disposal.method
        and other.symbol = disposal.symbol
        and other.position_side = disposal.position_side
        and other.fill_key = disposal.fill_key
        and other.piece = disposal.piece

    where other.method = 'average'
        and (:account::text is null or other.account_id = :account)

    group by
        disposal.account_id,
        disposal.symbol,
        disposal.position_side,
        disposal.round_trip_key,
        other.kind,
        other.asset
),

other_assets as (
    select
        account_id,
        symbol,
        position_side,
        round_trip_key,
        string_agg(
            kind || ' ' || report.plain(case kind when 'funding' then amount else -amount end) || ' ' || asset,
            '; '
            order by kind collate "C" desc, asset collate "C"
        ) as amounts

    from in_other_asset

    group by
        account_id,
        symbol,
        position_side,
        round_trip_key
)

select
    round_trip.account_id as account,
    report.local_time(round_trip.closed_at, :time_zone) as closed_at,
    round_trip.symbol as symbol,
    round_trip.position_side as position_side,
    round_trip.direction as direction,
    report.local_time(round_trip.opened_at, :time_zone) as opened_at,
    report.plain(round_trip.holding_seconds) as holding_seconds,
    round_trip.opening_fills::text as opening_fills,
    round_trip.closing_fills::text as closing_fills,
    report.plain(round_trip.quantity) as quantity,
    report.plain(round_trip.largest_quantity) as largest_quantity,
    report.plain(round_trip.proceeds) as proceeds,
    report.plain(round_trip.cost) as cost,
    report.plain(round_trip.realized_pnl) as realized_pnl,
    report.plain(-round_trip.opening_fee) as opening_fee,
    report.plain(-round_trip.closing_fee) as closing_fee,
    report.plain(funding.amount) as funding,
    report.plain(
        round_trip.realized_pnl - round_trip.opening_fee - round_trip.closing_fee + funding.amount
    ) as result,
    other_assets.amounts as other_assets,
    report.plain(round_trip.venue_realized_pnl) as venue_realized_pnl,
    round_trip.asset as asset,
    case when round_trip.is_inferred then 'inferred' else 'fill' end as basis,
    round_trip.round_trip_key as opening_record_key,
    round_trip.closing_fill_key as closing_record_key

from ledger.round_trip

left join funding_known
    on round_trip.account_id = funding_known.account_id

cross join lateral (
    select case when funding_known.is_known then round_trip.funding end as amount
) as funding

left join other_assets
    on round_trip.account_id = other_assets.account_id
    and round_trip.symbol = other_assets.symbol
    and round_trip.position_side = other_assets.position_side
    and round_trip.round_trip_key = other_assets.round_trip_key

where round_trip.closed_at >= :from
    and round_trip.closed_at < :until
    and (:account::text is null or round_trip.account_id = :account)

order by
    round_trip.account_id collate "C",
    round_trip.closed_at,
    round_trip.symbol collate "C",
    round_trip.closing_number,
    round_trip.position_side collate "C"
