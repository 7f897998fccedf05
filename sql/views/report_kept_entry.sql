-- What closes that stand keep of the books: an entry that a later close keeps as well is kept by the first
-- alone, and one of a close that was reopened no more.
drop view if exists report.kept_entry cascade;

create view report.kept_entry as
select
    closed_entry.account_id,
    closed_entry.entry_id,
    closed_entry.asset,
    closed_entry.amount,
    closed_entry.posted_at

from ledger.closed_entry

inner join ledger.closed_period
    on closed_entry.account_id = closed_period.account_id
    and closed_entry.closing_number = closed_period.closing_number

where closed_period.reopened_at is null;

comment on view report.kept_entry is 'One row per entry that stood at a close, without a cash row of its own, and has to stay as it was while that close stands.';
comment on column report.kept_entry.account_id is 'The account.';
comment on column report.kept_entry.entry_id is 'The entry.';
comment on column report.kept_entry.asset is 'The asset.';
comment on column report.kept_entry.amount is 'What it moves the wallet by: + in, − out.';
comment on column report.kept_entry.posted_at is 'When the books count it, in UTC.';
