-- The contracts and hours at which the account paid or received funding, and whose rate the books lack. A
-- payment is stamped up to a minute behind the hour that it settles, and so is the rate.
with settled as (
    select
        symbol,
        date_trunc('hour', occurred_at, 'UTC') as hour

    from history.income

    where
        account_id = :account_id
        and kind = 'funding'
        and symbol <> ''
        and occurred_at < date_trunc('hour', occurred_at, 'UTC') + interval '1 minute'

    group by
        symbol,
        date_trunc('hour', occurred_at, 'UTC')
)

select
    settled.symbol,
    settled.hour

from settled

where not exists (
    select funding_rate.rate

    from price.funding_rate

    where
        funding_rate.account_id = :account_id
        and settled.symbol = funding_rate.symbol
        and funding_rate.settled_at >= settled.hour
        and funding_rate.settled_at < settled.hour + interval '1 minute'
)

order by
    settled.symbol collate "C",
    settled.hour
