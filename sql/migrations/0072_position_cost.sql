-- The cost of a position after each change of it is kept with it, so that positions can be told as of any instant: the lots are those of now.
alter table ledger.position_change
    add column cost_after numeric,
    add column asset text;

with changes as (
    select
        change.account_id,
        change.symbol,
        change.position_side,
        change.number,
        coalesce(
            opening.cost,
            case when change.signed_quantity > 0 then fill.value else -fill.value end + coalesce(disposal.realized_pnl, 0),
            case disposal.direction when 'long' then -disposal.cost else disposal.proceeds end,
            -stranded.cost
        ) as cost,
        coalesce(
            fill.margin_asset,
            instrument.margin_asset,
            max(fill.margin_asset) over (
                partition by
                    change.account_id,
                    change.symbol,
                    change.position_side
            ),
            ''
        ) as asset

    from ledger.position_change as change

    left join history.fill
        on change.account_id = fill.account_id
        and change.symbol = fill.symbol
        and change.fill_id = fill.fill_id
        and change.record_key = fill.record_key

    left join ledger.disposal
        on change.account_id = disposal.account_id
        and disposal.method = 'average'
        and change.symbol = disposal.symbol
        and change.position_side = disposal.position_side
        and change.record_key = disposal.fill_key

    left join ledger.position_opening as opening
        on change.account_id = opening.account_id
        and change.symbol = opening.symbol
        and change.position_side = opening.position_side
        and change.record_key = ''

    left join ledger.lot as stranded
        on change.account_id = stranded.account_id
        and stranded.method = 'average'
        and change.symbol = stranded.symbol
        and change.position_side = stranded.position_side
        and change.occurred_at = stranded.stranded_at
        and change.fill_id = ''

    left join raw.instrument
        on change.account_id = instrument.account_id
        and change.symbol = instrument.symbol
),

added_up as (
    select
        account_id,
        symbol,
        position_side,
        number,
        sum(cost) over (
            partition by
                account_id,
                symbol,
                position_side
            order by number
        ) as cost_after,
        asset

    from changes
)

update ledger.position_change
set cost_after = added_up.cost_after, asset = added_up.asset
from added_up
where
    position_change.account_id = added_up.account_id
    and position_change.symbol = added_up.symbol
    and position_change.position_side = added_up.position_side
    and position_change.number = added_up.number;

alter table ledger.position_change
    alter column cost_after set not null,
    alter column asset set not null;
comment on column ledger.position_change.cost_after is 'What the position after it cost, at average cost: negative for a short.';
comment on column ledger.position_change.asset is 'The asset of the cost; empty where neither fill nor contract names it.';

-- The last change before an instant, and the one that opened the position, are looked up series by series.
create index position_change_by_posting on ledger.position_change (account_id, symbol, position_side, posted_at, number);
create index position_change_of_series on ledger.position_change (account_id) where number = 1;
create index position_change_of_opening on ledger.position_change (account_id, symbol, position_side, opened) where is_opening;
