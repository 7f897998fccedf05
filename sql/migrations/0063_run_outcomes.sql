-- What became of a run is one column, and the words of what stopped it another, so that nobody reads a text to know which it was.
alter table raw.run add column stopped_by text;

update raw.run
set outcome = 'stopped',
    stopped_by = substr(outcome, length('stopped: ') + 1)
where starts_with(outcome, 'stopped: ');

alter table raw.run add constraint run_outcome_check check (outcome in ('done', 'stopped'));
alter table raw.run add constraint run_stopped_by_check check (coalesce(outcome = 'stopped', false) = (stopped_by is not null));

comment on table raw.run is 'One row per account and invocation.';
comment on column raw.run.outcome is 'done; stopped: by an error, or by whoever interrupted it. Null while it runs, or if it was killed before it had read everything.';
comment on column raw.run.stopped_by is 'The first line of the error that stopped it; null where none did.';

-- Booking needs it, and is before the proofs.
comment on table ledger.tolerance is 'One row per account: how far its venue''s figures may be from ours. Written whenever the account is booked.';
comment on column ledger.tolerance.fill_average is 'Ten units of it: the venue''s realized PnL of a fill against ours at average cost, since its average is short too; and the cash that settles a contract against the fills or positions it may be of.';
