-- Series whose first snapshot shows another position than the fills until then add up to: what they held before the first fill, and what the
-- venue showed as entry price behind how many fills.
with first_snapshot as (
    select min(taken_at) as taken_at
    from snapshot.taken
    where account_id = :account_id
),

shown as (
    select
        position.symbol,
        position.position_side,
        position.quantity,
        position.entry_price

    from snapshot.position

    inner join first_snapshot on position.taken_at = first_snapshot.taken_at

    where position.account_id = :account_id
),

filled as (
    select
        fill.symbol,
        fill.position_side,
        sum(case fill.side when 'BUY' then fill.quantity else -fill.quantity end) as quantity,
        count(*) as fills

    from history.fill

    cross join first_snapshot

    where fill.account_id = :account_id and fill.occurred_at <= first_snapshot.taken_at

    group by
        fill.symbol,
        fill.position_side
)

select
    coalesce(shown.symbol, filled.symbol) as symbol,
    coalesce(shown.position_side, filled.position_side) as position_side,
    coalesce(shown.quantity, 0) - coalesce(filled.quantity, 0) as quantity,
    shown.entry_price,
    coalesce(filled.fills, 0)::integer as fills,
    first_snapshot.taken_at

from shown

full join filled
    on shown.symbol = filled.symbol and shown.position_side = filled.position_side

cross join first_snapshot

where coalesce(shown.quantity, 0) <> coalesce(filled.quantity, 0)

order by
    coalesce(shown.symbol, filled.symbol) collate "C",
    coalesce(shown.position_side, filled.position_side) collate "C"
