-- A snapshot is a row of its own: what it does not list was zero, and a venue that lists nothing has answered all the same.

create table snapshot.taken (
    account_id text not null,
    taken_at timestamptz not null,
    answered_at timestamptz not null,
    has_statement boolean not null,
    primary key (account_id, taken_at)
);
comment on table snapshot.taken is 'One row per snapshot: the venue was asked for balances and positions, and answered. An asset that snapshot.balance does not have of it was zero, a position that snapshot.position does not have was flat.';
comment on column snapshot.taken.account_id is 'The account.';
comment on column snapshot.taken.taken_at is 'The venue''s time just before the question.';
comment on column snapshot.taken.answered_at is 'The venue''s time just after the answer; what it shows is of some instant between the two.';
comment on column snapshot.taken.has_statement is 'Whether the answer told what the account''s collateral statement comes to (edgeX): snapshot.collateral, snapshot.position_state and snapshot.side_statistics.';

insert into snapshot.taken (account_id, taken_at, answered_at, has_statement)
select
    account_id,
    taken_at,
    max(answered_at),
    bool_or(has_statement)

from (
    select account_id, taken_at, answered_at, false as has_statement from snapshot.balance
    union all
    select account_id, taken_at, answered_at, false from snapshot.position
    union all
    select account_id, taken_at, answered_at, true from snapshot.collateral
) as shown

group by
    account_id,
    taken_at;

comment on table snapshot.balance is 'One row per asset that a snapshot lists: the wallet as the venue showed it. One that is not there was zero.';
comment on table snapshot.position is 'One row per open position that a snapshot lists, as the venue showed it. One that is not there was flat.';
comment on column ledger.entry.stream is 'The stream of the record it was booked from; snapshot for an opening balance that no record tells.';
comment on column ledger.entry.record_key is 'The record it was booked from: of an opening balance the first row of the statement, which says what was there before it, or the asset where there is no such row.';
comment on column ledger.reconciliation.status is 'agrees; within_tolerance (a named one); inferred (taken from evidence, and so not proven by it); differs.';
