-- Per contract: how many fees are value × rate to the last digit, but for one unit of it, and of no rate at
-- all. Fees in another asset than the value, and those of forced orders, are not compared.
select
    symbol,
    count(*) filter (where fee = trunc(value * rate, scale(unit)))::integer as agreeing,
    count(*) filter (where fee <> trunc(value * rate, scale(unit)))::integer as rounded,
    count(*) filter (where rate is null)::integer as off

from report.recomputed_fee(:account_id)

where apart is null

group by symbol

order by symbol collate "C"
