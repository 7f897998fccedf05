-- The accounts that the reconciliation found to be one account of a venue under two names: their sum counts
-- it twice.
drop view if exists report.same_account cascade;

create view report.same_account as
select
    account_id,
    subject as other_account_id

from ledger.reconciliation

where check_name = 'same_account'
    and status = 'differs'

union

select
    subject,
    account_id

from ledger.reconciliation

where check_name = 'same_account'
    and status = 'differs';

comment on view report.same_account is 'One row per account and other account of the store that have records of one account of the venue: two names of one, each pair both ways round.';
comment on column report.same_account.account_id is 'The account.';
comment on column report.same_account.other_account_id is 'The other one.';
