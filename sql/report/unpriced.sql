-- The period's amounts that have no price, by asset and by what is missing: each movement once, and each lot
-- of a coin that came before the period and was disposed of in it. due_at where a price is only not due yet;
-- because where a person has accepted that it is missing.
with unpriced as (
    select
        valued_entry.asset,
        valued_entry.missing,
        valued_entry.minute,
        valued_entry.occurred_at

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
        valuation.minute,
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
),

judged as (
    select
        unpriced.asset,
        unpriced.missing,
        unpriced.occurred_at,
        case
            when coalesce(valuation.due_at, unpriced.minute + interval '1 minute') > valued_until.until
                then coalesce(valuation.due_at, unpriced.minute + interval '1 minute')
        end as due_at

    from unpriced

    left join ledger.valuation
        on valuation.account_id = :account
        and unpriced.asset = valuation.asset
        and unpriced.minute = valuation.minute

    left join report.valued_until
        on valued_until.account_id = :account
),

items as (
    select
        subject,
        reason,
        because,
        asset is null as is_all

    from report.item

    where account_id = :account and what = 'price'
)

select
    case when items.is_all then items.subject else judged.asset end as asset,
    case when items.is_all then items.reason else judged.missing end as missing,
    coalesce(items.is_all, false) as is_all,
    case when judged.due_at is null then items.because end as because,
    max(judged.due_at) as due_at,
    count(*)::integer as amounts,
    min(judged.occurred_at) as first_at

from judged

left join items
    on (items.is_all or judged.asset = items.subject)
    and judged.due_at is null

group by
    case when items.is_all then items.subject else judged.asset end,
    case when items.is_all then items.reason else judged.missing end,
    coalesce(items.is_all, false),
    case when judged.due_at is null then items.because end,
    judged.due_at is null

order by
    1,
    2,
    5 nulls first
