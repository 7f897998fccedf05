-- Per series and snapshot: the position the venue showed, and the sum of all fills up to just before the
-- request and just after the answer, by the time from which on the venue's position counts them: their
-- quantity, and their cost at average. The cost after a fill = the cost before + the signed value + the
-- realized PnL, so that it can be summed up to any instant. Where the venue shows the cost itself
-- (snapshot.position_state), that is compared elsewhere, and not an entry price divided from it.
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

    left join ledger.disposal
        on fill.account_id = disposal.account_id
        and disposal.method = 'average'
        and fill.symbol = disposal.symbol
        and fill.position_side = disposal.position_side
        and fill.record_key = disposal.fill_key

    where fill.account_id = :account_id

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

    where account_id = :account_id

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

    where account_id = :account_id
),

series as (
    select symbol, position_side from changes
    union
    select symbol, position_side from shown
),

-- One line of time per series: changes, and a marker behind all changes of its instant where a sum is wanted.
timeline as (
    select symbol, position_side, at, 0 as marker, at as taken_at, quantity, cost, fills, openings from changes
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
