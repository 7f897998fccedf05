-- What checks have proven of the time that is over, so that a night goes on from there.
create table ledger.proven (
    account_id text not null,
    check_name text not null,
    until_time timestamptz not null,
    last_sequence bigint not null,
    question text not null,
    whole_at timestamptz not null,
    kept text not null,
    primary key (account_id, check_name)
);
comment on table ledger.proven is 'Per check that found nothing amiss: up to when it was proven, and what it counted until then. A row goes where something before its end is written or taken away, and the whole is proven anew.';
comment on column ledger.proven.account_id is 'The account.';
comment on column ledger.proven.check_name is 'The statement under sql/reconcile.';
comment on column ledger.proven.until_time is 'Up to when, in UTC.';
comment on column ledger.proven.last_sequence is 'The last record that there was then.';
comment on column ledger.proven.question is 'A digest of what else the check depends on.';
comment on column ledger.proven.whole_at is 'The snapshot at which the whole history was proven.';
comment on column ledger.proven.kept is 'JSON: the rows of the statement for the time until then.';

-- Fills that came after the close of their time are few, and every night looks for them.
create index fill_late on history.fill (account_id, symbol, position_side, occurred_at) where posted_at > occurred_at;
