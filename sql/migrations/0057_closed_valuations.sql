-- What a close counted each amount at. A price that is declared or imported otherwise later would change what a closed period says, and no hash could tell
-- that from a price that was only missing at the close.
create table ledger.closed_valuation (
    account_id text not null,
    closing_number integer not null,
    asset text not null,
    minute timestamptz not null,
    currency text not null,
    price numeric not null,
    primary key (account_id, closing_number, asset, minute)
);
create index closed_valuation_by_minute on ledger.closed_valuation (account_id, asset, minute);
comment on table ledger.closed_valuation is 'The prices at which the books of a close stood, as in ledger.valuation, those up to the period''s end that no earlier close keeps. What had no price then is not here: its price may still come.';
comment on column ledger.closed_valuation.account_id is 'The account.';
comment on column ledger.closed_valuation.closing_number is 'The first close at which it stood.';
comment on column ledger.closed_valuation.asset is 'The asset.';
comment on column ledger.closed_valuation.minute is 'The first instant of the minute, in UTC.';
comment on column ledger.closed_valuation.currency is 'The reporting currency at the close.';
comment on column ledger.closed_valuation.price is 'Units of the currency for one of the asset, at the close.';
