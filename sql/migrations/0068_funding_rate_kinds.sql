-- A dividend is paid beside the regular rate, perhaps at its very instant.
alter table price.funding_rate
    add column is_regular boolean not null,
    drop constraint funding_rate_pkey,
    add primary key (account_id, symbol, settled_at, is_regular);
comment on column price.funding_rate.is_regular is 'Not where it was paid beside the regular rate, as dividends of stocks are.';
comment on table price.funding_rate is 'One row per contract, settlement of funding and kind of rate: the public rate, and the mark it was settled at.';
