-- Per settlement of a contract by cash alone (symbol and instant): what the venue paid, what the lots closed
-- by it realized and at which price, whether it has stranded some, and the prices of the contract's own fills
-- until then.
with settlement as (
    select
        symbol,
        asset,
        occurred_at,
        sum(amount) as amount,
        array_agg(record_key) as record_keys

    from report.contract_settlement

    where account_id = :account_id

    group by
        symbol,
        asset,
        occurred_at
)

select
    settlement.symbol,
    settlement.asset,
    settlement.occurred_at,
    trim_scale(settlement.amount) as expected,
    trim_scale(coalesce(closed.realized_pnl, 0)) as found,
    case
        when closed.quantity > 0 then trim_scale(round(closed.value / closed.quantity, 10))
    end as price,
    stranded.lots > 0 as is_stranded,
    coalesce(
        stranded.quantity = 0 and abs(stranded.cost + settlement.amount) <= :fill_average::numeric,
        false
    ) as is_either_way,
    trim_scale(filled.lowest) as lowest,
    trim_scale(filled.highest) as highest,
    coalesce(
        abs(round(closed.value / closed.quantity, filled.decimals) * closed.quantity - closed.value) 
        > :fill_average::numeric,
        false
    ) as is_finer

from settlement

left join lateral (
    select
        sum(realized_pnl) as realized_pnl,
        sum(quantity) as quantity,
        sum(case direction when 'long' then proceeds else cost end) as value

    from ledger.disposal

    where
        disposal.account_id = :account_id
        and disposal.method = 'average'
        and disposal.symbol = settlement.symbol
        and disposal.fill_key = any(settlement.record_keys)
) as closed on true

-- Both sides of a hedge by the same quantity: what one price pays for one of them, another price pays for the
-- other.
left join lateral (
    select
        count(*) as lots,
        sum(quantity) as quantity,
        sum(cost) as cost

    from ledger.lot

    where
        lot.account_id = :account_id
        and lot.method = 'average'
        and lot.symbol = settlement.symbol
        and lot.stranded_at = settlement.occurred_at
) as stranded on true

left join lateral (
    select
        min(price) as lowest,
        max(price) as highest,
        max(scale(trim_scale(price))) as decimals

    from history.fill

    where
        fill.account_id = :account_id
        and fill.symbol = settlement.symbol
        and fill.occurred_at <= settlement.occurred_at
) as filled on true

order by
    settlement.symbol collate "C",
    settlement.occurred_at,
    settlement.asset collate "C"
