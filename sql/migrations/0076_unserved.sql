-- What a venue does not serve of marks, prices and funding rates was requested again every night.
create table price.unserved (
    account_id text not null,
    kind text not null,
    symbol text not null,
    instant timestamptz not null,
    first_requested_at timestamptz not null,
    requested_at timestamptz not null,
    primary key (account_id, kind, symbol, instant),
    check (kind in ('mark', 'minute', 'funding_rate')),
    check (first_requested_at <= requested_at)
);
comment on table price.unserved is 'One row per mark, minute or funding rate that the books need, that the venue was asked for, and that it did not serve. It is requested again when as much time has passed since the last request as lay between the first and the last: so ever more rarely. Gone when the venue serves it.';
comment on column price.unserved.account_id is 'The account whose venue was asked.';
comment on column price.unserved.kind is 'mark, minute (the close of a minute) or funding_rate.';
comment on column price.unserved.symbol is 'The contract.';
comment on column price.unserved.instant is 'What was requested: of a mark its instant, of a minute the first of it, of a funding rate the hour of the settlement. In UTC.';
comment on column price.unserved.first_requested_at is 'By the venue''s clock.';
comment on column price.unserved.requested_at is 'The last time, by the venue''s clock.';
