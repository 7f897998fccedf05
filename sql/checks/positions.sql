-- Per series: the position the venue showed at the last snapshot, and the sum of all fills up to then. Where the venue shows the cost itself
-- (snapshot.position_state), that is compared elsewhere, and not an entry price divided from it.
with last_snapshot as (
    select
        taken_at,
        answered_at

    from snapshot.balance

    where account_id = :account_id

    order by taken_at desc

    limit 1
),

shown as (
    select
        position.symbol,
        position.position_side,
        position.quantity,
        position.entry_price

    from snapshot.position

    inner join last_snapshot on position.taken_at = last_snapshot.taken_at

    where position.account_id = :account_id
),

filled as (
    select
        fill.symbol,
        fill.position_side,
        sum(case fill.side when 'BUY' then fill.quantity else -fill.quantity end) filter (
            where fill.occurred_at <= last_snapshot.taken_at
        ) as until_question,
        sum(case fill.side when 'BUY' then fill.quantity else -fill.quantity end) as until_answer,
        count(*) as fill_count

    from history.fill

    cross join last_snapshot

    where fill.account_id = :account_id and fill.occurred_at <= last_snapshot.answered_at

    group by
        fill.symbol,
        fill.position_side
)

select
    coalesce(shown.symbol, filled.symbol) as symbol,
    coalesce(shown.position_side, filled.position_side) as position_side,
    trim_scale(coalesce(shown.quantity, 0)) as shown_quantity,
    case when position_state.symbol is null then shown.entry_price end as shown_entry_price,
    trim_scale(coalesce(filled.until_question, 0)) as until_question,
    trim_scale(coalesce(filled.until_answer, 0)) as until_answer,
    coalesce(filled.fill_count, 0) as fill_count,
    booked.quantity as booked_quantity,
    booked.cost as booked_cost,
    last_snapshot.taken_at

from shown

full join filled
    on shown.symbol = filled.symbol and shown.position_side = filled.position_side

cross join last_snapshot

left join snapshot.position_state
    on position_state.account_id = :account_id
    and position_state.taken_at = last_snapshot.taken_at
    and position_state.symbol = coalesce(shown.symbol, filled.symbol)

left join ledger.position as booked
    on booked.account_id = :account_id
    and booked.method = 'average'
    and booked.symbol = coalesce(shown.symbol, filled.symbol)
    and booked.position_side = coalesce(shown.position_side, filled.position_side)

order by
    coalesce(shown.symbol, filled.symbol) collate "C",
    coalesce(shown.position_side, filled.position_side) collate "C"
