-- Each fill is there three times: as a fill, as a row of the collateral statement, and as a change of its
-- position; values and fees agree. A leg that its stream is not settled for yet is left for a later run. A
-- liquidation fee inside a row's value is no part of what was exchanged. What the wallet moved by beyond the
-- collateral is what the open position's cost moved by. What differs comes one by one, the rest as one row
-- per contract. Facts are stacked and grouped instead of joined.
with settled as (
    select
        (select spans from report.settled_span where account_id = :account_id and stream = 'fills' and symbol = '') as of_fills,
        (select spans from report.settled_span where account_id = :account_id and stream = 'income' and symbol = '') as of_statement,
        (select spans from report.settled_span where account_id = :account_id and stream = 'position_transactions' and symbol = '') as of_changes
),

stacked as (
    select
        symbol,
        fill_id,
        occurred_at,
        1 as fills,
        0 as statement_rows,
        0 as changes,
        value as fill_value,
        fee as fill_fee,
        0 as statement_value,
        0 as statement_open_value,
        0 as statement_close_value,
        0 as statement_open_fee,
        0 as statement_close_fee,
        0 as statement_liquidation_fee,
        0 as statement_cost,
        0 as change_cost,
        0 as change_open_value,
        0 as change_close_value,
        0 as change_open_fee,
        0 as change_close_fee,
        0 as change_liquidation_fee

    from history.fill

    where account_id = :account_id

    union all

    select
        symbol,
        case fill_id when '' then 'of row ' || transaction_id else fill_id end,
        occurred_at,
        0,
        1,
        0,
        0,
        0,
        abs(open_value + close_value + case liquidation_fee_basis when 'inside_value' then liquidation_fee else 0 end),
        open_value,
        close_value,
        open_fee,
        close_fee,
        liquidation_fee,
        legacy_amount - amount,
        0,
        0,
        0,
        0,
        0,
        0

    from history.collateral_transaction

    where account_id = :account_id and transaction_type in ('POSITION_BUY', 'POSITION_SELL')

    union all

    select
        symbol,
        case fill_id when '' then 'of change ' || transaction_id else fill_id end,
        occurred_at,
        0,
        0,
        1,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        open_value,
        fill_open_value,
        fill_close_value,
        fill_open_fee,
        fill_close_fee,
        liquidation_fee

    from history.position_transaction

    where account_id = :account_id and transaction_type in ('BUY_POSITION', 'SELL_POSITION')
),

by_fill as (
    select
        symbol,
        fill_id,
        min(occurred_at) as occurred_at,
        sum(fills) as fills,
        sum(statement_rows) as statement_rows,
        sum(changes) as changes,
        sum(fill_value) as fill_value,
        sum(fill_fee) as fill_fee,
        sum(statement_value) as statement_value,
        sum(statement_open_value) as statement_open_value,
        sum(statement_close_value) as statement_close_value,
        sum(statement_open_fee) as statement_open_fee,
        sum(statement_close_fee) as statement_close_fee,
        sum(statement_liquidation_fee) as statement_liquidation_fee,
        sum(statement_cost) as statement_cost,
        sum(change_cost) as change_cost,
        sum(change_open_value) as change_open_value,
        sum(change_close_value) as change_close_value,
        sum(change_open_fee) as change_open_fee,
        sum(change_close_fee) as change_close_fee,
        sum(change_liquidation_fee) as change_liquidation_fee

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

    cross join settled

    cross join lateral (
        values
            ('as a fill', 1, fills, fills > 0 or settled.of_fills @> occurred_at),
            ('in the collateral statement', 1, statement_rows, statement_rows > 0 or settled.of_statement @> occurred_at),
            ('as a change of position', 1, changes, changes > 0 or settled.of_changes @> occurred_at),
            ('value', fill_value, statement_value, fills = 1 and statement_rows = 1),
            ('fee', fill_fee, -statement_open_fee - statement_close_fee, fills = 1 and statement_rows = 1),
            ('cost', statement_cost, change_cost, changes = 1 and statement_rows = 1),
            ('open value', statement_open_value, change_open_value, changes = 1 and statement_rows = 1),
            ('close value', statement_close_value, change_close_value, changes = 1 and statement_rows = 1),
            ('open fee', statement_open_fee, change_open_fee, changes = 1 and statement_rows = 1),
            ('close fee', statement_close_fee, change_close_fee, changes = 1 and statement_rows = 1),
            ('liquidation fee', statement_liquidation_fee, change_liquidation_fee, changes = 1 and statement_rows = 1)
    ) as figure (name, expected, found, is_due)

    where figure.is_due
),

judged as (
    select
        compared.*,
        case when expected <> found then 'fill ' || fill_id || ' ' || figure end as broken

    from compared
)

select
    'fill_legs' as law,
    symbol || coalesce(' ' || broken, '') as subject,
    case when broken is null then 'agrees' else 'differs' end as status,
    case when broken is null then count(*) else trim_scale(min(expected)) end as expected,
    case when broken is null then count(*) else trim_scale(min(found)) end as found,
    count(*) as compared,
    case
        when broken is null then ''
        else 'the fill of ' || to_char(min(occurred_at) at time zone 'UTC', 'YYYY-MM-DD')
    end as evidence,
    null as checked_at,
    case
        when min(found) > 0 then null
        when min(figure) = 'as a fill' then 'fills'
        when min(figure) = 'in the collateral statement' then 'income'
        when min(figure) = 'as a change of position' then 'position_transactions'
    end as lacking_stream,
    min(occurred_at) as lacking_from,
    max(occurred_at) as lacking_until

from judged

group by
    symbol,
    broken

order by
    symbol collate "C",
    broken collate "C"
