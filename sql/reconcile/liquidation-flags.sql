-- Whether a fill was by force is told by the fill, by its row of the collateral statement and by its change
-- of the position, by a flag each; and of a liquidation that closes something by the fee that it cost, too.
-- All of them say the same. What differs comes one by one, the rest as one row per contract. Facts are
-- stacked and grouped instead of joined.
with stacked as (
    select
        fill.symbol,
        fill.fill_id,
        fill.occurred_at,
        1 as fills,
        0 as statement_rows,
        0 as changes,
        (forced_order.kind is not distinct from 'liquidation')::integer as fill_liquidation,
        (forced_order.kind is not distinct from 'adl')::integer as fill_deleveraging,
        0 as statement_liquidation,
        0 as statement_deleveraging,
        0 as change_liquidation,
        0 as change_deleveraging,
        0 as liquidation_fee,
        0 as close_value

    from history.fill

    left join history.forced_order
        on fill.account_id = forced_order.account_id and fill.record_key = forced_order.record_key

    where fill.account_id = :account_id

    union all

    select
        symbol,
        fill_id,
        occurred_at,
        0,
        1,
        0,
        0,
        0,
        is_liquidation::integer,
        (is_deleveraging and not is_liquidation)::integer,
        0,
        0,
        liquidation_fee,
        close_value

    from history.collateral_transaction

    where account_id = :account_id
        and transaction_type in ('POSITION_BUY', 'POSITION_SELL')
        and fill_id <> ''

    union all

    select
        symbol,
        fill_id,
        occurred_at,
        0,
        0,
        1,
        0,
        0,
        0,
        0,
        is_liquidation::integer,
        (is_deleveraging and not is_liquidation)::integer,
        0,
        0

    from history.position_transaction

    where account_id = :account_id
        and transaction_type in ('BUY_POSITION', 'SELL_POSITION')
        and fill_id <> ''
),

by_fill as (
    select
        symbol,
        fill_id,
        min(occurred_at) as occurred_at,
        sum(fills) as fills,
        sum(statement_rows) as statement_rows,
        sum(changes) as changes,
        sum(fill_liquidation) as fill_liquidation,
        sum(fill_deleveraging) as fill_deleveraging,
        sum(statement_liquidation) as statement_liquidation,
        sum(statement_deleveraging) as statement_deleveraging,
        sum(change_liquidation) as change_liquidation,
        sum(change_deleveraging) as change_deleveraging,
        sum(liquidation_fee) as liquidation_fee,
        sum(close_value) as close_value

    from stacked

    group by
        symbol,
        fill_id
),

compared as (
    select
        by_fill.symbol,
        by_fill.fill_id,
        by_fill.occurred_at,
        figure.name as figure,
        figure.expected,
        figure.found

    from by_fill

    cross join lateral (
        values
            ('liquidation in the collateral statement', fill_liquidation, statement_liquidation, statement_rows = 1),
            ('liquidation as a change of position', fill_liquidation, change_liquidation, changes = 1),
            ('deleveraging in the collateral statement', fill_deleveraging, statement_deleveraging, statement_rows = 1),
            ('deleveraging as a change of position', fill_deleveraging, change_deleveraging, changes = 1),
            (
                'liquidation by its fee',
                fill_liquidation,
                (liquidation_fee <> 0)::integer,
                statement_rows = 1 and (liquidation_fee <> 0 or close_value <> 0)
            )
    ) as figure (name, expected, found, is_due)

    where by_fill.fills = 1
        and figure.is_due
),

judged as (
    select
        compared.*,
        case when expected <> found then 'fill ' || fill_id || ' ' || figure end as broken

    from compared
)

select
    'liquidation_flags' as law,
    symbol || coalesce(' ' || broken, '') as subject,
    case when broken is null then 'agrees' else 'differs' end as status,
    case when broken is null then count(*) else min(expected) end as expected,
    case when broken is null then count(*) else min(found) end as found,
    count(*) as compared,
    case
        when broken is null then ''
        else 'the fill of ' || to_char(min(occurred_at) at time zone 'UTC', 'YYYY-MM-DD')
    end as evidence,
    null as checked_at

from judged

group by
    symbol,
    broken

order by
    symbol collate "C",
    broken collate "C"
