-- Per snapshot and open position of which the venue shows a mark and its own unrealized PnL: the same
-- position in the books, as it was just after the answer or just before the request.
select
    shown.symbol,
    shown.position_side,
    shown.taken_at,
    trim_scale(shown.quantity) as quantity,
    trim_scale(mark.price) as mark_price,
    trim_scale(coalesce(shown.unrealized_pnl, state.unrealized_pnl)) as unrealized_pnl,
    max(scale(shown.entry_price)) over (partition by shown.symbol) as entry_decimals,
    booked.asset,
    trim_scale(booked.cost) as cost

from snapshot.position as shown

inner join snapshot.taken
    on shown.account_id = taken.account_id
    and shown.taken_at = taken.taken_at

left join report.mark
    on shown.account_id = mark.account_id
    and shown.symbol = mark.symbol
    and shown.taken_at = mark.marked_at
    and mark.basis = 'snapshot'

left join snapshot.position_state as state
    on shown.account_id = state.account_id
    and shown.taken_at = state.taken_at
    and shown.symbol = state.symbol

left join lateral (
    select
        open.asset,
        open.cost

    from (
        values
            (1, taken.taken_at + interval '1 microsecond'),
            (2, taken.answered_at + interval '1 microsecond')
    ) as side (rank, instant)

    cross join lateral report.position_at(side.instant) as open

    where open.account_id = :account_id
        and open.symbol = shown.symbol
        and open.position_side = shown.position_side
        and open.quantity = shown.quantity

    order by side.rank

    limit 1
) as booked
    on true

where shown.account_id = :account_id and shown.quantity <> 0

order by
    shown.taken_at,
    shown.symbol collate "C",
    shown.position_side collate "C"
