-- What the fills of each series add to its position between one instant of a snapshot (its request or its
-- answer) and the next, by the time from which on the venue's position counts them: until_instant is the
-- first that they are in, infinity where none is yet. Of a position that was open before the history, and of
-- settlements, the same. The cost after a fill = the cost before + the signed value + the realized PnL at
-- average cost, so that it is a sum.
with instants as (
    select array_agg(distinct instant order by instant) as instants

    from snapshot.taken

    cross join lateral (values (taken_at), (answered_at)) as asked (instant)

    where account_id = :account_id
),

changes as (
    select
        fill.symbol,
        fill.position_side,
        fill.value_at as at,
        case fill.side when 'BUY' then fill.quantity else -fill.quantity end as quantity,
        case fill.side when 'BUY' then fill.value else -fill.value end + coalesce(disposal.realized_pnl, 0) as cost,
        1 as fills,
        0 as openings

    from history.fill

    -- What a fill closed may be of another time than the fill: it is looked for from a day before.
    left join ledger.disposal
        on fill.account_id = disposal.account_id
        and disposal.method = 'average'
        and fill.symbol = disposal.symbol
        and fill.position_side = disposal.position_side
        and fill.record_key = disposal.fill_key
        and disposal.closed_at >= :from_time::timestamptz - interval '1 day'

    where fill.account_id = :account_id and fill.value_at >= :from_time

    union all

    select
        symbol,
        position_side,
        '-infinity',
        quantity,
        cost,
        0,
        1

    from ledger.position_opening

    where account_id = :account_id and :from_time::timestamptz = '-infinity'

    union all

    select
        symbol,
        position_side,
        occurred_at,
        signed_quantity,
        signed_cost,
        0,
        0

    from report.settled_position

    where account_id = :account_id and occurred_at >= :from_time
),

placed as (
    select
        changes.*,
        changes.at < :keep_until as is_kept,
        width_bucket(changes.at - interval '1 microsecond', instants.instants) + 1 as place

    from changes

    cross join instants
)

select
    placed.symbol,
    placed.position_side,
    coalesce(instants.instants[placed.place], 'infinity') as until_instant,
    placed.is_kept,
    trim_scale(sum(placed.quantity)) as quantity,
    trim_scale(sum(placed.cost)) as cost,
    sum(placed.fills)::text as fills,
    sum(placed.openings)::text as openings

from placed

cross join instants

group by
    placed.symbol,
    placed.position_side,
    placed.place,
    placed.is_kept,
    instants.instants

order by
    placed.symbol collate "C",
    placed.position_side collate "C",
    placed.place,
    placed.is_kept desc
