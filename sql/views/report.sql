-- Views and a function for people's own SQL, and for the reports. Made again whenever a file of this folder
-- changes; they come after posting.sql, which they are built on.
create schema if not exists report;
comment on schema report is 'Views for people''s own SQL. Their names and columns are kept; they hold no rows of their own.';

create or replace function report.local_time(moment timestamptz, time_zone text) returns text
language sql stable parallel safe
return to_char(moment at time zone time_zone, 'YYYY-MM-DD"T"HH24:MI:SS.MS')
    || case when moment at time zone time_zone < moment at time zone 'UTC' then '-' else '+' end
    || to_char(
        greatest(
            (moment at time zone time_zone) - (moment at time zone 'UTC'),
            (moment at time zone 'UTC') - (moment at time zone time_zone)
        ),
        'HH24:MI'
    );
comment on function report.local_time(timestamptz, text) is
    'An instant as ISO 8601 text: the time that clocks in the zone show, and their offset from UTC.';

create or replace function report.plain(amount numeric) returns text
language sql immutable parallel safe
return trim_scale(amount)::text;
comment on function report.plain(numeric) is
    'A number as plain digits without trailing zeros, so that equal numbers are equal texts.';

create or replace function report.adjustment(occurred_at timestamptz, posted_at timestamptz) returns text
language sql immutable parallel safe
return case when posted_at <> occurred_at then 'adjustment' end;
comment on function report.adjustment(timestamptz, timestamptz) is
    'adjustment where an event counts later than it occurred, because its period was closed before it was known; else null.';

create or replace function report.finding_text(note text, suspect text, next text) returns text
language sql stable parallel safe
return concat_ws('; ', nullif(note, ''), 'suspect: ' || nullif(suspect, ''), 'next: ' || nullif(next, ''));
comment on function report.finding_text(text, text, text) is
    'What a proof found, in one text: its note; of a difference, what it may come from and what a person can do.';

drop view if exists report.journal cascade;

create view report.journal as
select
    posting.*,
    entry.kind,
    entry.symbol,
    entry.basis,
    entry.occurred_at,
    entry.stream,
    entry.record_key,
    entry.value_at,
    entry.posted_at

from ledger.posting

inner join ledger.entry
    on posting.account_id = entry.account_id
    and posting.entry_id = entry.entry_id;

comment on view report.journal is 'One row per posting, with the event it belongs to.';
comment on column report.journal.account_id is 'The account.';
comment on column report.journal.entry_id is 'The entry.';
comment on column report.journal.line is 'The posting''s number within the entry, from 1.';
comment on column report.journal.kind is 'The kind of event, as in ledger.entry.';
comment on column report.journal.symbol is 'The contract; empty where the event has none.';
comment on column report.journal.ledger_account is 'The ledger account, as in the chart of accounts.';
comment on column report.journal.asset is 'The asset.';
comment on column report.journal.amount is 'Debits positive, credits negative.';
comment on column report.journal.basis is 'cash: from the cash statement. fill: from the fill, because its cash row is missing. inferred: an opening balance. reversal: takes back what a closed period has from a fill.';
comment on column report.journal.occurred_at is 'When, in UTC.';
comment on column report.journal.stream is 'The stream of the record it was booked from.';
comment on column report.journal.record_key is 'The record it was booked from.';
comment on column report.journal.value_at is 'From when on the venue''s wallet holds it, in UTC; the proofs of wallets count by it.';
comment on column report.journal.posted_at is 'When the books count it, in UTC: occurred_at, but for an adjustment of a closed period. Periods go by it.';

drop view if exists report.proof cascade;

create view report.proof as
select
    account_id,
    check_name,
    subject,
    expected,
    found,
    difference,
    status,
    class,
    asset,
    symbol,
    report.finding_text(note, suspect, next) as note,
    from_time as checked_since,
    checked_at,
    lead(checked_at) over same_subject is null as is_newest

from ledger.reconciliation

window same_subject as (
    partition by
        account_id,
        check_name,
        subject
    order by checked_at
);

comment on view report.proof is 'One row per proof, with the time it is about. All are as of the last reconciliation, so one that differs is open.';
comment on column report.proof.account_id is 'The account.';
comment on column report.proof.check_name is 'The law that was checked.';
comment on column report.proof.subject is 'What was compared: an asset, a symbol, a fill.';
comment on column report.proof.expected is 'The venue''s figure.';
comment on column report.proof.found is 'The books'' figure.';
comment on column report.proof.difference is 'found − expected.';
comment on column report.proof.status is 'agrees; within_tolerance (a named one); inferred (taken from evidence); differs.';
comment on column report.proof.class is 'What the evidence shows a difference to be, as in ledger.reconciliation; empty where there is none.';
comment on column report.proof.asset is 'The asset of the figures; empty where they are no amounts of one.';
comment on column report.proof.symbol is 'The contract; empty where the proof is not about one.';
comment on column report.proof.note is 'What was compared; of a difference, the evidence, what it may come from and what a person can do.';
comment on column report.proof.checked_since is 'From when on this row proves: the snapshot before, or the fact''s own time; null for the beginning of the books.';
comment on column report.proof.checked_at is 'The venue''s time of the evidence.';
comment on column report.proof.is_newest is 'Whether it is the last proof of its check and subject.';
