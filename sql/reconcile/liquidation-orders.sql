-- Per contract: liquidation clearances, and how many of them have a liquidation order of the contract within
-- an hour. Those that have none come one by one (record_key not null). Only where the stream of forced orders
-- is known to be complete.
with settled as (
    select
        symbol,
        spans

    from report.settled_span

    where account_id = :account_id and stream = 'forced_orders'
),

clearances as (
    select
        income.symbol,
        income.record_key,
        income.occurred_at,
        exists (
            select
            from history.forced_order
            where
                forced_order.account_id = income.account_id
                and forced_order.symbol = income.symbol
                and forced_order.kind in ('liquidation', 'unknown')
                and forced_order.occurred_at >= income.occurred_at - interval '1 hour'
                and forced_order.occurred_at <= income.occurred_at + interval '1 hour'
        ) as has_order

    from history.income

    inner join settled
        on settled.symbol in ('', income.symbol) and settled.spans @> income.occurred_at

    where
        income.account_id = :account_id
        and income.kind = 'liquidation'
        and income.symbol <> ''
)

select
    symbol,
    case when not has_order then record_key end as record_key,
    max(occurred_at) as occurred_at,
    count(*)::integer as clearances,
    count(*) filter (where has_order)::integer as orders

from clearances

group by
    symbol,
    case when not has_order then record_key end

order by
    symbol collate "C",
    case when not has_order then record_key end collate "C" nulls first
