-- Each funding settlement is there twice: as a row of the collateral statement and as a change of its
-- position, with one amount. A leg that its stream is not settled for yet is left for a later run. What
-- differs comes one by one, the rest as one row per contract.
with settled as (
    select
        (select spans from report.settled_span where account_id = :account_id and stream = 'income' and symbol = '') as of_statement,
        (select spans from report.settled_span where account_id = :account_id and stream = 'position_transactions' and symbol = '') as of_changes
),

stacked as (
    select
        symbol,
        transaction_id,
        occurred_at,
        1 as statement_rows,
        0 as changes,
        amount as paid,
        0 as noted

    from history.collateral_transaction

    where account_id = :account_id and transaction_type = 'POSITION_FUNDING'

    union all

    select
        symbol,
        case collateral_transaction_id when '' then 'of change ' || transaction_id else collateral_transaction_id end,
        occurred_at,
        0,
        1,
        0,
        funding_fee

    from history.position_transaction

    where account_id = :account_id and transaction_type = 'SETTLE_FUNDING_FEE'
),

by_settlement as (
    select
        symbol,
        transaction_id,
        min(occurred_at) as occurred_at,
        sum(statement_rows) as statement_rows,
        sum(changes) as changes,
        sum(paid) as paid,
        sum(noted) as noted

    from stacked

    group by
        symbol,
        transaction_id
),

compared as (
    select
        by_settlement.symbol,
        by_settlement.transaction_id,
        by_settlement.occurred_at,
        figure.name as figure,
        figure.expected,
        figure.found

    from by_settlement

    cross join settled

    cross join lateral (
        values
            ('in the collateral statement', 1, statement_rows, statement_rows > 0 or settled.of_statement @> occurred_at),
            ('as a change of position', 1, changes, changes > 0 or settled.of_changes @> occurred_at),
            ('amount', paid, noted, statement_rows = 1 and changes = 1)
    ) as figure (name, expected, found, is_due)

    where figure.is_due
),

judged as (
    select
        compared.*,
        case when expected <> found then 'funding ' || transaction_id || ' ' || figure end as broken

    from compared
)

select
    'funding_pairs' as law,
    symbol || coalesce(' ' || broken, '') as subject,
    case when broken is null then 'agrees' else 'differs' end as status,
    case when broken is null then count(*) else trim_scale(min(expected)) end as expected,
    case when broken is null then count(*) else trim_scale(min(found)) end as found,
    count(*) as compared,
    case
        when broken is null then ''
        else 'the settlement of ' || to_char(min(occurred_at) at time zone 'UTC', 'YYYY-MM-DD')
    end as evidence,
    null as checked_at,
    case
        when min(found) > 0 then null
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
