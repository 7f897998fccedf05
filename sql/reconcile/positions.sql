-- Per series and snapshot: the position the venue showed, and the sum of all fills up to just before the
-- request and just after the answer: their quantity, and their cost at average. Where the venue shows the
-- cost itself (snapshot.position_state), that is compared elsewhere, and not an entry price divided from it.
with instants as (
    select
        taken_at,
        answered_at

    from snapshot.taken

    where account_id = :account_id
),

shown as (
    select
        position.symbol,
        position.position_side,
        position.taken_at,
        position.quantity,
        position.entry_price

    from snapshot.position

    inner join instants on position.taken_at = instants.taken_at

    where position.account_id = :account_id
),

-- The venue may print an entry price with fewer decimals where it is a round one: the most it ever printed
-- are those it keeps.
precisions as (
    select
        symbol,
        max(scale(entry_price)) as entry_decimals

    from shown

    group by symbol
),

-- As reconcile/position-sums adds them up, whatever was kept of them.
sums as (
    select
        symbol,
        position_side,
        until_instant,
        sum(quantity) as quantity,
        sum(cost) as cost,
        sum(fills) as fills,
        sum(openings) as openings

    from json_to_recordset(:sums::json) as row (
        symbol text,
        position_side text,
        until_instant timestamptz,
        quantity numeric,
        cost numeric,
        fills bigint,
        openings bigint
    )

    group by
        symbol,
        position_side,
        until_instant
),

series as (
    select symbol, position_side from sums
    union
    select symbol, position_side from shown
),

-- One line of time per series: sums, and a marker behind those of its instant where a total is wanted.
timeline as (
    select symbol, position_side, until_instant as at, 0 as marker, until_instant as taken_at, quantity, cost, fills, openings from sums
    union all
    select symbol, position_side, taken_at, 1, taken_at, 0, 0, 0, 0 from series cross join instants
    union all
    select symbol, position_side, answered_at, 2, taken_at, 0, 0, 0, 0 from series cross join instants
),

summed as (
    select
        symbol,
        position_side,
        marker,
        taken_at,
        sum(quantity) over series_until as quantity,
        sum(cost) over series_until as cost,
        sum(fills) over series_until as fills,
        sum(openings) over series_until as openings

    from timeline

    window series_until as (
        partition by
            symbol,
            position_side
        order by at, least(marker, 1)
        range between unbounded preceding and current row
    )
)

select
    before_request.symbol,
    before_request.position_side,
    before_request.taken_at,
    trim_scale(coalesce(shown.quantity, 0)) as shown_quantity,
    case when position_state.symbol is null then shown.entry_price end as shown_entry_price,
    coalesce(precisions.entry_decimals, 0) as entry_decimals,
    trim_scale(before_request.quantity) as until_request,
    trim_scale(after_answer.quantity) as until_answer,
    trim_scale(before_request.cost) as cost_until_request,
    trim_scale(after_answer.cost) as cost_until_answer,
    after_answer.fills::text as fills,
    after_answer.openings > 0 as has_opening

from summed as before_request

inner join summed as after_answer
    on before_request.symbol = after_answer.symbol
    and before_request.position_side = after_answer.position_side
    and before_request.taken_at = after_answer.taken_at
    and after_answer.marker = 2

left join shown
    on before_request.symbol = shown.symbol
    and before_request.position_side = shown.position_side
    and before_request.taken_at = shown.taken_at

left join snapshot.position_state
    on position_state.account_id = :account_id
    and before_request.taken_at = position_state.taken_at
    and before_request.symbol = position_state.symbol

left join precisions
    on before_request.symbol = precisions.symbol

where before_request.marker = 1

order by
    before_request.symbol collate "C",
    before_request.position_side collate "C",
    before_request.taken_at
