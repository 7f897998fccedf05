-- The two signed lines of each movement: the debited account gains, the credited one gives; they sum to zero by construction.
drop view if exists ledger.posting cascade;

create view ledger.posting as
select
    movement.account_id,
    movement.entry_id,
    side.line,
    side.ledger_account,
    movement.asset,
    side.amount

from ledger.movement

cross join lateral (
    values
        (movement.line * 2 - 1, movement.debit_account, movement.amount),
        (movement.line * 2, movement.credit_account, -movement.amount)
) as side (line, ledger_account, amount);

comment on view ledger.posting is 'Two rows per movement: its debit (+) and its credit (−).';
comment on column ledger.posting.account_id is 'The account.';
comment on column ledger.posting.entry_id is 'The entry.';
comment on column ledger.posting.line is 'The posting''s number within the entry, from 1.';
comment on column ledger.posting.ledger_account is 'The ledger account, as in the chart of accounts.';
comment on column ledger.posting.asset is 'The asset.';
comment on column ledger.posting.amount is 'Debits positive, credits negative.';
