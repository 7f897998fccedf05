-- Per contract: how many fees from from_time on are value × rate to the last digit, but for one unit of it,
-- and of no rate at all; those before keep_until apart (is_kept). Fees in another asset than the value, and
-- those of forced orders, are not compared.
select
    symbol,
    (count(*) filter (where fee = trunc(value * rate, scale(unit))))::text as agreeing,
    (count(*) filter (where fee <> trunc(value * rate, scale(unit))))::text as rounded,
    (count(*) filter (where rate is null))::text as off,
    is_kept

from (
    select
        symbol,
        fee,
        value,
        rate,
        unit,
        occurred_at < :keep_until as is_kept

    from report.recomputed_fee(:account_id, :from_time)

    where apart is null and occurred_at >= :from_time
) as compared

group by
    symbol,
    is_kept

order by
    symbol collate "C",
    is_kept desc
