-- The rows of the large tables that a period's reports can read, as hashes: what they are of whole days is
-- kept (`ledger.day_digest`), for the keys of folders. A row is of its earliest time; the numbers tell the
-- hashes of one table from those of another, here and in `sql/report/inputs.sql`.
drop view if exists ledger.dated_row cascade;

create view ledger.dated_row as
select
    account_id,
    posted_at,
    least(occurred_at, posted_at, value_at) as at,
    hash_record_extended(income, 18) as hash

from history.income

union all

select
    account_id,
    posted_at,
    least(occurred_at, posted_at, value_at),
    hash_record_extended(fill, 19)

from history.fill

union all

select
    account_id,
    posted_at,
    least(occurred_at, posted_at, value_at),
    hash_record_extended(entry, 27)

from ledger.entry

union all

select
    entry.account_id,
    entry.posted_at,
    least(entry.occurred_at, entry.posted_at, entry.value_at),
    hash_record_extended(movement, 28)

from ledger.entry

inner join ledger.movement
    on entry.account_id = movement.account_id
    and entry.entry_id = movement.entry_id

union all

-- A position that was open before the history begins is of no time.
select
    account_id,
    coalesce(posted_at, '-infinity'),
    coalesce(least(occurred_at, posted_at), '-infinity'),
    hash_record_extended(position_change, 29)

from ledger.position_change

union all

select
    account_id,
    closed_at,
    closed_at,
    hash_record_extended(disposal, 30)

from ledger.disposal

union all

select
    disposal.account_id,
    disposal.closed_at,
    disposal.closed_at,
    hash_record_extended(disposal_amount, 31)

from ledger.disposal

inner join ledger.disposal_amount
    on disposal.account_id = disposal_amount.account_id
    and disposal.symbol = disposal_amount.symbol
    and disposal.closing_number = disposal_amount.closing_number
    and disposal.method = disposal_amount.method
    and disposal.piece = disposal_amount.piece

union all

select
    account_id,
    closed_at,
    closed_at,
    hash_record_extended(round_trip, 32)

from ledger.round_trip;

comment on view ledger.dated_row is 'One row per row of history.income, history.fill, ledger.entry, ledger.movement, ledger.position_change, ledger.disposal, ledger.disposal_amount and ledger.round_trip.';
comment on column ledger.dated_row.account_id is 'The account.';
comment on column ledger.dated_row.posted_at is 'When the books count it.';
comment on column ledger.dated_row.at is 'The earliest of its times; -infinity where it has none.';
comment on column ledger.dated_row.hash is 'What it says, as a number.';
