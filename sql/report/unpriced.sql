-- The period's amounts that have no price, by asset and by what is missing: each movement once, and each lot of a coin that came before the period
-- and was disposed of in it.
with unpriced as (
    select
        asset,
        missing,
        occurred_at

    from report.valued_entry

    where account_id = :account
        and amount > 0
        and missing is not null
        and posted_at >= :from
        and posted_at < :until

    union all

    select distinct
        coin_disposal.asset,
        valuation.missing,
        coin_disposal.acquired_at

    from ledger.coin_disposal

    inner join ledger.valuation
        on coin_disposal.account_id = valuation.account_id
        and coin_disposal.asset = valuation.asset
        and date_trunc('minute', coin_disposal.acquired_at) = valuation.minute

    where coin_disposal.account_id = :account
        and valuation.missing is not null
        and coin_disposal.acquired_by <> 'opening'
        and coin_disposal.acquired_at < :from
        and coin_disposal.posted_at >= :from
        and coin_disposal.posted_at < :until
)

select
    asset,
    missing,
    count(*)::integer as amounts,
    min(occurred_at) as first_at

from unpriced

group by
    asset,
    missing

order by
    unpriced.asset collate "C",
    unpriced.missing collate "C"
