-- Fees that are of no rate, where the neighbours' rate is known: per contract, asset and day (UTC), with what
-- that rate makes of them.
select
    symbol,
    fee_asset as asset,
    (occurred_at at time zone 'UTC')::date::text as day,
    count(*)::integer as fills,
    min(record_key collate "C") as record_key,
    trim_scale(-sum(expected_fee))::text as expected,
    trim_scale(-sum(fee))::text as found,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at

from report.charged_fill(:account_id)

where kind = 'other_rate' and rate is null

group by
    symbol,
    fee_asset,
    (occurred_at at time zone 'UTC')::date

order by
    symbol collate "C",
    (occurred_at at time zone 'UTC')::date,
    fee_asset collate "C"
