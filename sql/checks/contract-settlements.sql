-- Per settlement of a contract by cash alone (symbol and instant): what the venue paid, and what the lots closed by it realized. What was stranded by
-- one is told as stranded.
select
    settlement.symbol,
    settlement.asset,
    settlement.occurred_at,
    trim_scale(settlement.amount) as expected,
    trim_scale(coalesce(sum(disposal.realized_pnl), 0)) as found,
    count(disposal.fill_key) > 0 as has_closed

from (
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
) as settlement

left join ledger.disposal
    on disposal.account_id = :account_id
    and disposal.method = 'average'
    and disposal.symbol = settlement.symbol
    and disposal.fill_key = any(settlement.record_keys)

where not exists (
    select

    from ledger.lot

    where
        lot.account_id = :account_id
        and lot.symbol = settlement.symbol
        and lot.stranded_at = settlement.occurred_at
)

group by
    settlement.symbol,
    settlement.asset,
    settlement.occurred_at,
    settlement.amount

order by
    settlement.symbol collate "C",
    settlement.occurred_at,
    settlement.asset collate "C"
