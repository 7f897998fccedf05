-- One name for each thing, the field's own: the value date, position cycles, open items. The views that had other names go here; those of sql/views are
-- made anew after the migrations.
drop view if exists report.question cascade;

alter table history.income rename column recorded_at to value_at;
alter table history.fill rename column recorded_at to value_at;
alter table history.collateral_transaction rename column recorded_at to value_at;
alter table history.position_transaction rename column recorded_at to value_at;
alter table ledger.entry rename column recorded_at to value_at;
comment on column history.income.value_at is 'The value date: from when on the venue''s wallet holds it, in UTC; later than occurred_at where a settlement is booked some time after its instant.';
comment on column history.fill.value_at is 'The value date: from when on the venue''s position counts it, in UTC.';
comment on column history.collateral_transaction.value_at is 'The value date: from when on the venue''s wallet holds it, in UTC.';
comment on column history.position_transaction.value_at is 'The value date: from when on the venue''s position counts it, in UTC.';
comment on column ledger.entry.value_at is 'The value date: from when on the venue''s wallet holds it, in UTC; the checks of wallets go by it.';

alter table history.position_term rename to position_cycle;
alter table history.position_cycle rename column term_number to cycle_number;
alter table history.position_cycle rename constraint position_term_pkey to position_cycle_pkey;
alter table history.position_cycle rename constraint position_term_side_check to position_cycle_side_check;

-- The stream was called position_terms until now. Seals of records and of closed periods are over the name that it had then, and stay as they are.
create function raw.sealed_stream(stream text) returns text
language sql immutable parallel safe
return case stream when 'position_cycles' then 'position_terms' else stream end;
comment on function raw.sealed_stream(text) is 'The name by which seals know a stream: position_cycles was position_terms when the first ones were made.';

create or replace function raw.digest_of(
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
                e'\n',
                raw.sealed_stream(stream),
                record_key,
                version::text,
                symbol,
                extract(epoch from occurred_at)::text,
                sequence::text,
                body
            ),
            'UTF8'
        )
    ),
    'hex'
);
comment on function raw.digest_of(text, text, integer, text, timestamptz, bigint, text) is
    'SHA-256 of a record as it was loaded: all of its columns, one a line, the body last. The stream goes by raw.sealed_stream.';

update raw.record set stream = 'position_cycles' where stream = 'position_terms';
update raw.control_total set stream = 'position_cycles' where stream = 'position_terms';
update raw.window set stream = 'position_cycles' where stream = 'position_terms';
update raw.gap set stream = 'position_cycles' where stream = 'position_terms';
update raw.probe set stream = 'position_cycles' where stream = 'position_terms';
update raw.reread set stream = 'position_cycles' where stream = 'position_terms';
update raw.refused_symbol set stream = 'position_cycles' where stream = 'position_terms';
update raw.denied_stream set stream = 'position_cycles' where stream = 'position_terms';
update raw.set_aside set stream = 'position_cycles' where stream = 'position_terms';
update raw.decision set stream = 'position_cycles' where stream = 'position_terms';
-- The check is called as its stream is, and checks of records name their stream. What a person decided of a difference holds on.
update raw.decision set subject = regexp_replace(subject, '\mposition_terms\M', 'position_cycles', 'g') where what = 'difference';
update raw.open_item set subject = regexp_replace(subject, '\mposition_terms\M', 'position_cycles', 'g');
update ledger.reconciliation
set check_name = regexp_replace(check_name, '\mposition_terms\M', 'position_cycles', 'g'),
    subject = regexp_replace(subject, '\mposition_terms\M', 'position_cycles', 'g'),
    note = regexp_replace(note, '\mposition_terms\M', 'position_cycles', 'g');
comment on column ledger.reconciliation.check_name is 'The check: wallet, wallet_opening, position, entry_price, realized_pnl_cash, fee_cash, realized_pnl_average, funding_interval, forced_order, liquidation_order, contract_settlement, stranded_lot, late_funding, coin_name, record_sequence, record_count, record_digest, record_history or record_entries; of venues with a collateral statement also collateral_chain, position_chain, collateral_totals, collateral_identities, collateral_cash, fill_legs, funding_pairs, position_states, side_statistics, position_cycles, position_cost, liquidation_fees, liquidation_flags, venue_status, equity_snapshots, own_transfers; across accounts same_account.';

comment on column raw.account.history_from is 'The instant from which history was requested (since); null for as far back as the venue serves.';
comment on column raw.account.sweep_until is 'Up to here the history of every listed symbol was requested, not only of those seen in a record.';
comment on table raw.decision is 'One row per open item that a person has accepted. A decision holds for exactly what was seen: when anything of it changes, the item is open again. Rows are never deleted.';
comment on column raw.decision.seen is 'What was seen, in the words of report.item. Of a record: its newest version, the digest of that, and the problem. Of a difference: both figures and the time it is about. Of missing prices: which, and in how many minutes of which time.';
comment on table raw.download is 'Files of a history that were requested from the venue. Each request spends some of the venue''s monthly allowance, which is counted from here.';
comment on column raw.download.from_time is 'The first instant that was requested.';
comment on column raw.download.requested_at is 'The venue''s time of the request; written before it is sent.';
comment on column raw.download.download_id is 'The venue''s id of the file; null where its answer never came. The request counts all the same: the venue may have counted it.';
comment on column raw.import.command is 'import: files that a person gave. download: files that the venue made on request.';
comment on column raw.window.evidence is 'venue: requested from its interface, and the answer proven whole. import: a file the venue made. decision: a person''s, with the reason in note.';
comment on table snapshot.taken is 'One row per snapshot: balances and positions were requested, and the venue answered. An asset that snapshot.balance does not have of it was zero, a position that snapshot.position does not have was flat.';
comment on column snapshot.taken.taken_at is 'The venue''s time just before the request.';
comment on column snapshot.balance.taken_at is 'The venue''s time just before the request.';
comment on column snapshot.position.taken_at is 'The venue''s time just before the request.';
comment on column snapshot.collateral.taken_at is 'The venue''s time just before the request.';
comment on column snapshot.collateral.version is 'The venue''s number of the account''s state: the same before and after the requests, or the snapshot was taken again.';
comment on column snapshot.position_state.taken_at is 'The venue''s time just before the request.';
comment on column snapshot.side_statistics.taken_at is 'The venue''s time just before the request.';
comment on column ledger.closed_period.period_name is 'The period as the close named it: 2025, 2025-Q1, ….';
comment on column ledger.closed_period.accepted is 'What was open then, or accepted by a decision before, one sentence a line; empty where nothing was.';
