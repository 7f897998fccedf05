-- What a person has decided about what needs one, and what of a difference makes it the same one on another night.

create table raw.decision (
    account_id text not null,
    decision_number integer not null,
    what text not null,
    stream text not null,
    subject text not null,
    seen text not null,
    because text not null,
    decided_at timestamptz not null,
    withdrawn_at timestamptz,
    withdrawn_because text not null default '',
    primary key (account_id, decision_number),
    check (what in ('not_understood', 'rewritten', 'vanished', 'suspense', 'difference')),
    check (because <> ''),
    check ((withdrawn_at is null) = (withdrawn_because = ''))
);
-- One fact has one decision in force. What was seen may be longer than a key can be.
create unique index decision_in_force on raw.decision (account_id, what, stream, subject, md5(seen))
where withdrawn_at is null;
comment on table raw.decision is 'One row per decision of a person that what was seen needs nobody any more. It holds for exactly that: when anything of it changes, the view report.question asks again. Rows are never deleted.';
comment on column raw.decision.account_id is 'The account.';
comment on column raw.decision.decision_number is 'The account''s first decision is 1, the next one 2.';
comment on column raw.decision.what is 'not_understood, rewritten, vanished: a mark in raw.set_aside. suspense: an entry whose kind is not known. difference: a proof that differs.';
comment on column raw.decision.stream is 'The record''s stream; empty for a difference.';
comment on column raw.decision.subject is 'The record''s key; of a difference its check and subject, as perpbooks trace check takes them.';
comment on column raw.decision.seen is 'What was seen, in the words of report.question. Of a record: its newest version, the digest of that, and the problem. Of a difference: both figures and the time it is about.';
comment on column raw.decision.because is 'Why, in the person''s words.';
comment on column raw.decision.decided_at is 'When, by this machine''s clock.';
comment on column raw.decision.withdrawn_at is 'When it was taken back, by this machine''s clock; null while it holds.';
comment on column raw.decision.withdrawn_because is 'Why; empty while it holds.';

-- The next reconciliation says it of each row; until then a decision is about one night's.
alter table ledger.reconciliation add column is_standing boolean not null default false;
alter table ledger.reconciliation alter column is_standing drop default;
comment on column ledger.reconciliation.is_standing is 'Whether the proof is of all that there is by checked_at, and not of a time: while its figures stay as they are, another night shows the same fact again.';

alter table ledger.reconciliation drop constraint reconciliation_class_check;
alter table ledger.reconciliation add constraint reconciliation_class_check check (
    class in (
        '', 'late_row', 'snapshot_skew', 'unknown_kind', 'truncation', 'missing_row', 'doubled_row', 'altered_row', 'stranded_lot',
        'unexplained'
    )
);
comment on column ledger.reconciliation.class is 'What the evidence shows a difference to be: late_row, snapshot_skew, unknown_kind, truncation, missing_row, doubled_row, altered_row, stranded_lot; unexplained: the rest, in suspense. Empty where there is none.';
comment on column ledger.reconciliation.check_name is 'The law: wallet, position, entry_price, realized_pnl_cash, fee_cash, realized_pnl_average, funding_interval, forced_order, liquidation_order, stranded_lot, record_sequence, record_count, record_digest or record_history; of venues with a collateral statement also collateral_chain, position_chain, collateral_totals, collateral_identities, collateral_cash, fill_legs, funding_pairs, position_states, side_statistics, position_terms, position_cost, liquidation_fees, venue_status, equity_snapshots, own_transfers.';

comment on column ledger.closed_period.accepted is 'What was open then, or put to rest by a decision before, one sentence a line; empty where nothing was.';
