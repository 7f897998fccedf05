-- The period's result in the reporting currency as far as it has prices, and how many amounts have none. No row where nothing was ever valued.
select
    valued.currency,
    coalesce(-sum(valued_entry.value) filter (
        where valued_entry.ledger_account in (
            'income:realized_pnl', 'expenses:trading_fees', 'income:rebates', 'income:funding', 'expenses:funding',
            'expenses:liquidation', 'income:rewards'
        )
    ), 0)::text as net_result,
    (count(*) filter (where valued_entry.amount > 0 and valued_entry.value is null))::integer as unpriced

from (
    select currency
    from ledger.valuation
    where account_id = :account
    limit 1
) as valued

left join report.valued_entry
    on valued_entry.account_id = :account
    and valued_entry.posted_at >= :from
    and valued_entry.posted_at < :until

group by valued.currency
