-- The period's result in the reporting currency as far as it has prices (null where none of it has one), and
-- how many amounts have none. No row where nothing was ever valued.
select
    valued.currency,
    coalesce(
        -sum(valued_entry.value) filter (where valued_entry.net_result is not null),
        -- Nothing came and nothing went, as far as anybody knows; what has no price is no such nothing.
        case
            when count(valued_entry.net_result) = 0 and report.knows_cash(:account, :from, :until) then 0
        end
    )::text as net_result,
    (count(*) filter (where valued_entry.amount > 0 and valued_entry.value is null))::integer as unpriced

from (
    select currency
    from ledger.valuation
    where account_id = :account
    limit 1
) as valued

left join (
    select
        amount,
        value,
        net_result

    from report.valued_entry

    where account_id = :account
        and posted_at >= :from
        and posted_at < :until
) as valued_entry
    on true

group by valued.currency
