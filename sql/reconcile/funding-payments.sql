-- The funding of each contract and hour from from_time on for which the venue published a rate with its mark:
-- one row a payment.
select
    income.symbol,
    income.asset,
    date_trunc('hour', income.occurred_at, 'UTC') as hour,
    income.amount::text as amount,
    income.occurred_at < :keep_until as is_kept

from history.income

where
    income.account_id = :account_id
    and income.kind = 'funding'
    and income.occurred_at >= :from_time
    and income.occurred_at < date_trunc('hour', income.occurred_at, 'UTC') + interval '1 minute'
    and exists (
        select funding_rate.rate

        from price.funding_rate

        where
            funding_rate.account_id = :account_id
            and income.symbol = funding_rate.symbol
            and funding_rate.is_regular
            and funding_rate.mark_price is not null
            and funding_rate.settled_at >= date_trunc('hour', income.occurred_at, 'UTC')
            and funding_rate.settled_at < date_trunc('hour', income.occurred_at, 'UTC') + interval '1 minute'
    )

order by
    income.symbol collate "C",
    date_trunc('hour', income.occurred_at, 'UTC'),
    income.asset collate "C",
    income.record_key collate "C"
