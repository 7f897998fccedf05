-- Per contract, settlement and asset: funding that came after the close of its time and could be given to no
-- position, where the contract had traded by then.
select
    unassigned_funding.symbol,
    unassigned_funding.asset,
    unassigned_funding.settled_at,
    trim_scale(sum(unassigned_funding.amount)) as amount,
    closed.period_name

from ledger.unassigned_funding

cross join lateral (
    select period_name

    from ledger.closed_period

    where
        account_id = :account_id
        and reopened_at is null
        and until_time > unassigned_funding.settled_at

    order by closing_number

    limit 1
) as closed

where
    unassigned_funding.account_id = :account_id
    and unassigned_funding.posted_at > unassigned_funding.settled_at
    and exists (
        select

        from history.fill

        where
            fill.account_id = :account_id
            and fill.symbol = unassigned_funding.symbol
            and fill.occurred_at < unassigned_funding.settled_at
    )

group by
    unassigned_funding.symbol,
    unassigned_funding.asset,
    unassigned_funding.settled_at,
    closed.period_name

order by
    unassigned_funding.symbol collate "C",
    unassigned_funding.settled_at,
    unassigned_funding.asset collate "C"
