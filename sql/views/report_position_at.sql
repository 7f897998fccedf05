-- Positions as of any instant, of what the booking keeps of each change. Sought series by series: two steps
-- down an index each, however long the history is.
drop function if exists report.position_at(timestamptz);

create function report.position_at(instant timestamptz)
returns table (
    account_id text,
    symbol text,
    position_side text,
    quantity numeric,
    cost numeric,
    asset text,
    opened_at timestamptz,
    changed_at timestamptz,
    is_inferred boolean
)
language sql stable parallel safe rows 20
as $$
select
    change.account_id,
    change.symbol,
    change.position_side,
    open.quantity,
    open.cost,
    change.asset,
    opening.occurred_at as opened_at,
    change.posted_at as changed_at,
    -- What was open before the history begins is the series' first position.
    change.opened = 1 and coalesce(before_history.source = 'inferred', false) as is_inferred

from ledger.position_change as series

cross join lateral (
    select max(earlier.posted_at) as posted_at

    from ledger.position_change as earlier

    where earlier.account_id = series.account_id
        and earlier.symbol = series.symbol
        and earlier.position_side = series.position_side
        and earlier.posted_at < position_at.instant
) as last_posting

cross join lateral (
    select max(earlier.number) as number

    from ledger.position_change as earlier

    where earlier.account_id = series.account_id
        and earlier.symbol = series.symbol
        and earlier.position_side = series.position_side
        and earlier.posted_at = last_posting.posted_at
) as last_change

inner join ledger.position_change as change
    on series.account_id = change.account_id
    and series.symbol = change.symbol
    and series.position_side = change.position_side
    and change.number = coalesce(last_change.number, case when series.posted_at is null then 1 end)

-- A contract whose ticker was given to another one ended without a row of its own.
left join (
    select
        lot.account_id,
        lot.symbol,
        lot.position_side,
        sum(lot.quantity) as quantity,
        sum(lot.cost) as cost

    from ledger.lot

    where lot.method = 'average'
        and lot.stranded_at < position_at.instant
        and not exists (
            select

            from ledger.position_change as settlement

            where settlement.account_id = lot.account_id
                and settlement.symbol = lot.symbol
                and settlement.position_side = lot.position_side
                and settlement.occurred_at = lot.stranded_at
                and settlement.fill_id = ''
                and settlement.record_key <> ''
        )

    group by
        lot.account_id,
        lot.symbol,
        lot.position_side
) as stranded
    on series.account_id = stranded.account_id
    and series.symbol = stranded.symbol
    and series.position_side = stranded.position_side

cross join lateral (
    select
        change.quantity_after - coalesce(stranded.quantity, 0) as quantity,
        change.cost_after - coalesce(stranded.cost, 0) as cost
) as open

left join ledger.position_change as opening
    on change.account_id = opening.account_id
    and change.symbol = opening.symbol
    and change.position_side = opening.position_side
    and change.opened = opening.opened
    and opening.is_opening

left join ledger.position_opening as before_history
    on change.account_id = before_history.account_id
    and change.symbol = before_history.symbol
    and change.position_side = before_history.position_side

where series.number = 1 and open.quantity <> 0
$$;

comment on function report.position_at(timestamptz) is
    'One row per account, contract and side with a position open just before the instant, as the books count it: quantity and cost are negative for a short, the cost is at average cost in the asset, and the average entry price is cost ÷ quantity. opened_at is when it left flat, null where that was before the history begins; changed_at when the books count the last change of it; is_inferred says whether it rests on an inferred opening.';
