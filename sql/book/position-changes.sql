-- The positions of one symbol before and after each of its fills, in the order of booking; only changes that
-- are not stored yet. The cost after a fill = the cost before + the signed value + the realized PnL at
-- average cost, so that it is a sum.
with changes as (
    select
        fill.account_id,
        fill.symbol,
        fill.position_side,
        fill.record_key,
        fill.fill_id,
        fill.order_id,
        case fill.side when 'BUY' then fill.quantity else -fill.quantity end as signed_quantity,
        case fill.side when 'BUY' then fill.value else -fill.value end
        + coalesce(disposal.realized_pnl, 0) as signed_cost,
        fill.margin_asset,
        fill.occurred_at,
        fill.posted_at,
        1 as rank

    from history.fill

    left join ledger.disposal
        on disposal.account_id = :account_id
        and disposal.symbol = :symbol
        and disposal.method = 'average'
        and fill.position_side = disposal.position_side
        and fill.record_key = disposal.fill_key

    where fill.account_id = :account_id and fill.symbol = :symbol

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

    where account_id = :account_id and symbol = :symbol

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

    where account_id = :account_id and symbol = :symbol
),

added_up as (
    select
        account_id,
        symbol,
        position_side,
        record_key,
        fill_id,
        order_id,
        signed_quantity,
        coalesce(sum(signed_quantity) over before_it, 0) as quantity_before,
        coalesce(sum(signed_quantity) over before_it, 0) + signed_quantity as quantity_after,
        sum(signed_cost) over (in_order rows unbounded preceding) as cost_after,
        row_number() over in_order as number,
        margin_asset,
        occurred_at,
        posted_at

    from changes

    window
        in_order as (
            partition by
                account_id,
                symbol,
                position_side
            order by
                rank,
                posted_at,
                occurred_at,
                length(fill_id),
                fill_id collate "C",
                record_key collate "C"
        ),
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
        count(*) filter (where is_opening) over up_to_it as opened,
        count(*) filter (where is_closing) over up_to_it as closed

    from flagged

    window up_to_it as (
        partition by
            account_id,
            symbol,
            position_side
        order by number
    )
)

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
        max(counted.margin_asset) over (partition by counted.position_side),
        ''
    ) as asset,
    occurred_at,
    posted_at

from counted

left join raw.instrument
    on instrument.account_id = :account_id and instrument.symbol = :symbol

on conflict (account_id, symbol, position_side, number) do nothing
