-- Per forced order whose fills must all be known: its signed quantity and average price, and those of its
-- fills of the same side of the position within an hour of it: the venue fills such an order at once or not
-- at all.
with settled as (
    select
        symbol,
        spans

    from report.settled_span

    where account_id = :account_id and stream = 'fills'
),

decimals as (
    select max(scale(average_price)) as decimals
    from history.forced_order
    where account_id = :account_id
),

filled as (
    select
        forced_order.record_key,
        count(fill.record_key) as fills,
        coalesce(sum(case fill.side when 'BUY' then fill.quantity else -fill.quantity end), 0) as quantity,
        coalesce(sum(fill.value), 0) as value,
        coalesce(sum(fill.quantity), 0) as unsigned_quantity

    from history.forced_order

    left join history.fill
        on forced_order.account_id = fill.account_id
        and forced_order.symbol = fill.symbol
        and forced_order.order_id = fill.order_id
        and forced_order.position_side = fill.position_side
        and fill.occurred_at >= forced_order.occurred_at - interval '1 hour'
        and fill.occurred_at <= forced_order.occurred_at + interval '1 hour'

    where forced_order.account_id = :account_id

    group by forced_order.record_key
)

select
    forced_order.symbol,
    forced_order.order_id,
    forced_order.record_key,
    forced_order.occurred_at,
    trim_scale(
        case forced_order.side when 'BUY' then forced_order.executed_quantity else -forced_order.executed_quantity end
    ) as expected_quantity,
    trim_scale(filled.quantity) as found_quantity,
    forced_order.average_price as expected_price,
    decimals.decimals as price_decimals,
    trim_scale(filled.value) as filled_value,
    trim_scale(filled.unsigned_quantity) as filled_quantity,
    filled.fills::text as fills,
    count(*) over (partition by forced_order.symbol, forced_order.order_id) > 1 as is_doubled

from history.forced_order

inner join filled on forced_order.record_key = filled.record_key

inner join settled
    on forced_order.symbol = settled.symbol and settled.spans @> forced_order.occurred_at

cross join decimals

where forced_order.account_id = :account_id

order by
    forced_order.symbol collate "C",
    forced_order.occurred_at,
    forced_order.record_key collate "C"
