-- Closed periods: what a person has closed, what the books were made of then, and what came of it. These are decisions: no rebuild drops them.

create table ledger.closed_period (
    account_id text not null,
    closing_number integer not null,
    period_name text not null,
    from_time timestamptz not null,
    until_time timestamptz not null,
    time_zone text not null,
    through_sequence bigint not null,
    closed_at timestamptz not null,
    program_version text not null,
    records bigint not null,
    inputs_sha256 text not null,
    outputs_sha256 text not null,
    because text not null default '',
    accepted text not null default '',
    reopened_at timestamptz,
    reopen_reason text not null default '',
    primary key (account_id, closing_number),
    check (from_time < until_time),
    check ((reopened_at is null) = (reopen_reason = ''))
);
comment on table ledger.closed_period is 'One row per close, those that were reopened too. The books are closed up to the period''s end: what comes later and occurred before it is posted at or after it.';
comment on column ledger.closed_period.account_id is 'The account.';
comment on column ledger.closed_period.closing_number is 'The account''s first close is 1, the next one 2; a close is reopened only after all later ones.';
comment on column ledger.closed_period.period_name is 'The period as it was asked for: 2025, 2025-Q1, ….';
comment on column ledger.closed_period.from_time is 'The first instant of the period.';
comment on column ledger.closed_period.until_time is 'The first instant after it.';
comment on column ledger.closed_period.time_zone is 'The zone at whose midnights it begins and ends, and whose days its reports have.';
comment on column ledger.closed_period.through_sequence is 'The highest sequence among the account''s records at the close: what has a higher one came later.';
comment on column ledger.closed_period.closed_at is 'When it was closed, by this machine''s clock.';
comment on column ledger.closed_period.program_version is 'The version of perpbooks that closed it: another one may write other reports.';
comment on column ledger.closed_period.records is 'How many versions of records the period had at the close.';
comment on column ledger.closed_period.inputs_sha256 is 'The hash of them: stream, record, version and the hash of the body, in this order. They are never changed, so it can be taken again at any time.';
comment on column ledger.closed_period.outputs_sha256 is 'The hash of the names and hashes of the reports in ledger.closed_output.';
comment on column ledger.closed_period.because is 'Why it was closed although something was open; empty where nothing was.';
comment on column ledger.closed_period.accepted is 'What was open then, one sentence a line; empty where nothing was.';
comment on column ledger.closed_period.reopened_at is 'When it was reopened, by this machine''s clock; null while it is closed.';
comment on column ledger.closed_period.reopen_reason is 'Why; empty while it is closed.';

create table ledger.closed_output (
    account_id text not null,
    closing_number integer not null,
    report text not null,
    sha256 text not null,
    primary key (account_id, closing_number, report)
);
comment on table ledger.closed_output is 'One row per close and report: the hash of its CSV for the account and period alone.';
comment on column ledger.closed_output.account_id is 'The account.';
comment on column ledger.closed_output.closing_number is 'The close.';
comment on column ledger.closed_output.report is 'The report''s name.';
comment on column ledger.closed_output.sha256 is 'The hash of its CSV.';

create table ledger.closed_entry (
    account_id text not null,
    closing_number integer not null,
    entry_id text not null,
    asset text not null,
    amount numeric not null,
    posted_at timestamptz not null,
    primary key (account_id, closing_number, entry_id)
);
create index closed_entry_by_entry on ledger.closed_entry (account_id, entry_id);
comment on table ledger.closed_entry is 'The entries that stood in the books at a close without a cash row of their own: openings, and what was booked from fills. Later evidence no longer changes them; it is booked beside them in the open period.';
comment on column ledger.closed_entry.account_id is 'The account.';
comment on column ledger.closed_entry.closing_number is 'The first close at which it stood.';
comment on column ledger.closed_entry.entry_id is 'The entry.';
comment on column ledger.closed_entry.asset is 'The asset.';
comment on column ledger.closed_entry.amount is 'What it moves the wallet by: + in, − out.';
comment on column ledger.closed_entry.posted_at is 'When the books count it.';

create table ledger.closed_position_opening (
    account_id text not null,
    closing_number integer not null,
    symbol text not null,
    position_side text not null,
    quantity numeric not null,
    cost numeric not null,
    opened_at timestamptz not null,
    source text not null,
    evidence text not null,
    primary key (account_id, closing_number, symbol, position_side)
);
comment on table ledger.closed_position_opening is 'The positions that were open before the history, as the books had them at a close. They stay so: all that the closed reports tell of a series begins with them.';
comment on column ledger.closed_position_opening.account_id is 'The account.';
comment on column ledger.closed_position_opening.closing_number is 'The close.';
comment on column ledger.closed_position_opening.symbol is 'The contract.';
comment on column ledger.closed_position_opening.position_side is 'BOTH, LONG or SHORT.';
comment on column ledger.closed_position_opening.quantity is 'Signed: negative for a short.';
comment on column ledger.closed_position_opening.cost is 'Signed like the quantity: what the open quantity cost.';
comment on column ledger.closed_position_opening.opened_at is 'The instant it stands at: before the first fill of the series.';
comment on column ledger.closed_position_opening.source is 'configured: by a person. inferred: from evidence.';
comment on column ledger.closed_position_opening.evidence is 'What it rests on, in a sentence.';

alter table ledger.entry drop constraint entry_basis_check;
alter table ledger.entry add constraint entry_basis_check check (basis in ('cash', 'fill', 'inferred', 'reversal'));
comment on column ledger.entry.basis is 'cash: from the cash statement. fill: from the fill, because its cash row is missing. inferred: an opening balance. reversal: takes back what a closed period has from a fill, because the cash row came after the close.';
