-- The positions of one symbol before and after each of its fills, in the order of booking: those behind the
-- last change that is stored, of whichever side. They go on from what is stored: where a row belongs before
-- it, the booking has deleted all of the symbol. The cost after a fill = the cost before + the signed value +
-- the realized PnL at average cost, so that it is a sum. Gives the earliest time of what it writes.
with stored as (
    select last_change.*

    from (values ('BOTH'), ('LONG'), ('SHORT')) as side (position_side)

    cross join lateral (
        select
            position_side,
            number,
            record_key,
            fill_id,
            quantity_after,
            cost_after,
            opened,
            closed,
            posted_at,
            occurred_at

        from ledger.position_change

        where account_id = :account_id
            and symbol = :symbol
            and position_side = side.position_side

        order by number desc

        limit 1
    ) as last_change
),

-- Read once: the planner expects few fills since, and would look for those of each anew.
closed as materialized (
    select
        position_side,
        fill_key,
        realized_pnl

    from ledger.disposal

    where account_id = :account_id
        and symbol = :symbol
        and method = 'average'
        and closed_at >= :last_posted_at::timestamptz
),

changes as (
    select
        fill.account_id,
        fill.symbol,
        fill.position_side,
        fill.record_key,
        fill.fill_id,
        fill.order_id,
        case fill.side when 'BUY' then fill.quantity else -fill.quantity end as signed_quantity,
        case fill.side when 'BUY' then fill.value else -fill.value end
        + coalesce(closed.realized_pnl, 0) as signed_cost,
        fill.margin_asset,
        fill.occurred_at,
        fill.posted_at,
        1 as rank

    from history.fill

    left join closed
        on fill.position_side = closed.position_side and fill.record_key = closed.fill_key

    where fill.account_id = :account_id
        and fill.symbol = :symbol
        and (
            fill.posted_at,
            fill.occurred_at,
            length(fill.fill_id),
            fill.fill_id collate "C",
            fill.record_key collate "C"
        )
        > (
            :last_posted_at::timestamptz,
            :last_occurred_at::timestamptz,
            length(:last_fill_id),
            :last_fill_id collate "C",
            :last_key collate "C"
        )

    union all

    -- A position that was open before the history begins is the first change of its series.
    select
        account_id,
        symbol,
        position_side,
        '' as record_key,
        '' as fill_id,
        '' as order_id,
        quantity as signed_quantity,
        cost as signed_cost,
        null as margin_asset,
        null as occurred_at,
        null as posted_at,
        0 as rank

    from ledger.position_opening

    where account_id = :account_id
        and symbol = :symbol
        and position_side not in (select stored.position_side from stored)

    union all

    -- The venue ended the contract by cash alone.
    select
        account_id,
        symbol,
        position_side,
        record_key,
        '' as fill_id,
        '' as order_id,
        signed_quantity,
        signed_cost,
        null as margin_asset,
        occurred_at,
        posted_at,
        1 as rank

    from report.settled_position

    where account_id = :account_id
        and symbol = :symbol
        and (posted_at, occurred_at) > (:last_posted_at::timestamptz, :last_occurred_at::timestamptz)
),

added_up as (
    select
        changes.account_id,
        changes.symbol,
        changes.position_side,
        changes.record_key,
        changes.fill_id,
        changes.order_id,
        changes.signed_quantity,
        coalesce(stored.quantity_after, 0) + coalesce(sum(changes.signed_quantity) over before_it, 0) as quantity_before,
        coalesce(stored.quantity_after, 0) + sum(changes.signed_quantity) over up_to_it as quantity_after,
        coalesce(stored.cost_after, 0) + sum(changes.signed_cost) over up_to_it as cost_after,
        coalesce(stored.number, 0) + row_number() over in_order as number,
        coalesce(stored.opened, 0) as opened_before,
        coalesce(stored.closed, 0) as closed_before,
        changes.margin_asset,
        changes.occurred_at,
        changes.posted_at

    from changes

    left join stored
        on changes.position_side = stored.position_side

    window
        in_order as (
            partition by
                changes.position_side
            order by
                changes.rank,
                changes.posted_at,
                changes.occurred_at,
                length(changes.fill_id),
                changes.fill_id collate "C",
                changes.record_key collate "C"
        ),
        up_to_it as (in_order rows unbounded preceding),
        before_it as (in_order rows between unbounded preceding and 1 preceding)
),

flagged as (
    select
        *,
        quantity_after <> 0 and sign(quantity_after) <> sign(quantity_before) as is_opening,
        quantity_before <> 0 and sign(quantity_after) <> sign(quantity_before) as is_closing

    from added_up
),

-- Openings and closings alternate, so their counts number the positions; a fill through zero is one of each.
counted as (
    select
        *,
        opened_before + count(*) filter (where is_opening) over up_to_it as opened,
        closed_before + count(*) filter (where is_closing) over up_to_it as closed

    from flagged

    window up_to_it as (partition by position_side order by number)
),

added as (
    insert into ledger.position_change (
        account_id,
        symbol,
        position_side,
        number,
        record_key,
        fill_id,
        order_id,
        signed_quantity,
        quantity_before,
        quantity_after,
        opened,
        closed,
        is_opening,
        is_closing,
        cost_after,
        asset,
        occurred_at,
        posted_at
    )
    select
        counted.account_id,
        counted.symbol,
        position_side,
        number,
        record_key,
        fill_id,
        order_id,
        signed_quantity,
        quantity_before,
        quantity_after,
        opened,
        closed,
        is_opening,
        is_closing,
        cost_after,
        coalesce(
            counted.margin_asset,
            instrument.margin_asset,
            (
                select max(fill.margin_asset)

                from history.fill

                where fill.account_id = :account_id
                    and fill.symbol = :symbol
                    and fill.position_side = counted.position_side
            ),
            ''
        ) as asset,
        occurred_at,
        posted_at

    from counted

    left join raw.instrument
        on instrument.account_id = :account_id and instrument.symbol = :symbol

    returning coalesce(least(occurred_at, posted_at), '-infinity') as at
)

select min(at) as first_at

from added
