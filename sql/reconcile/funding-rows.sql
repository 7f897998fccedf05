-- Per contract and full hour: how many rows settle funding there. Venues stamp them up to a minute behind the
-- hour.
select
    symbol,
    asset,
    date_trunc('hour', occurred_at, 'UTC') as hour,
    count(*)::integer as rows

from history.income

where
    account_id = :account_id
    and kind = 'funding'
    and occurred_at < date_trunc('hour', occurred_at, 'UTC') + interval '1 minute'

group by
    symbol,
    asset,
    date_trunc('hour', occurred_at, 'UTC')

order by
    symbol collate "C",
    date_trunc('hour', occurred_at, 'UTC'),
    asset collate "C"
