-- The integrity seal of raw, and what a difference of the reconciliation is about: its asset, its contract, its time and its class.

-- Frozen: the digests in the store were made by it.
create function raw.digest_of(
    stream text,
    record_key text,
    version integer,
    symbol text,
    occurred_at timestamptz,
    sequence bigint,
    body text
) returns text
language sql stable parallel safe
return encode(
    sha256(
        convert_to(
            concat_ws(
                e'\n', stream, record_key, version::text, symbol, extract(epoch from occurred_at)::text, sequence::text, body
            ),
            'UTF8'
        )
    ),
    'hex'
);
comment on function raw.digest_of(text, text, integer, text, timestamptz, bigint, text) is
    'SHA-256 of a record as it was loaded: all of its columns, one a line, the body last.';

alter table raw.record add column digest text;
update raw.record
set digest = raw.digest_of(stream, record_key, version, symbol, occurred_at, sequence, body);
alter table raw.record alter column digest set not null;
comment on column raw.record.digest is 'SHA-256 of the row as it was loaded (raw.digest_of); another one now means that somebody changed it.';

create table raw.control_total (
    account_id text not null,
    stream text not null,
    symbol text not null,
    day timestamptz not null,
    records bigint not null,
    primary key (account_id, stream, symbol, day)
);
comment on table raw.control_total is 'How many rows of raw.record were loaded of each day, counted in the transaction that loaded them: one that is taken out or put in later is missed by symbol and day.';
comment on column raw.control_total.account_id is 'The account.';
comment on column raw.control_total.stream is 'The stream.';
comment on column raw.control_total.symbol is 'The contract, as in raw.record; empty where the rows have none.';
comment on column raw.control_total.day is 'The first instant of the day, in UTC.';
comment on column raw.control_total.records is 'Rows loaded, each version counted.';

insert into raw.control_total (account_id, stream, symbol, day, records)
select
    account_id,
    stream,
    symbol,
    date_trunc('day', occurred_at, 'UTC'),
    count(*)

from raw.record

group by
    account_id,
    stream,
    symbol,
    date_trunc('day', occurred_at, 'UTC');

-- Made anew at each reconciliation, so that no row must be carried over.
delete from ledger.reconciliation;
alter table ledger.reconciliation add column asset text not null;
alter table ledger.reconciliation add column symbol text not null;
alter table ledger.reconciliation add column from_time timestamptz;
alter table ledger.reconciliation add column class text not null;
alter table ledger.reconciliation add check (
    class in (
        '', 'late_row', 'snapshot_skew', 'unknown_kind', 'truncation', 'missing_row', 'doubled_row', 'altered_row', 'unexplained'
    )
);
create index reconciliation_by_time on ledger.reconciliation (account_id, asset, checked_at);
comment on column ledger.reconciliation.asset is 'The asset of the figures; empty where they are no amounts of one.';
comment on column ledger.reconciliation.symbol is 'The contract; empty where the proof is not about one.';
comment on column ledger.reconciliation.from_time is 'Where the time begins that the proof is about; it ends with checked_at. Null: the beginning of the books.';
comment on column ledger.reconciliation.class is 'What the evidence shows a difference to be: late_row, snapshot_skew, unknown_kind, truncation, missing_row, doubled_row, altered_row; unexplained: the rest, in suspense. Empty where there is none.';
comment on column ledger.reconciliation.check_name is 'The law: wallet, position, entry_price, realized_pnl_cash, fee_cash, realized_pnl_average, funding_interval, forced_order, liquidation_order, record_sequence, record_count, record_digest or record_history.';
comment on column ledger.reconciliation.checked_at is 'The venue''s time of the evidence: the snapshot, or the fact itself where one fact differs.';
