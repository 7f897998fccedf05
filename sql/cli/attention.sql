-- What of an account needs a person: one row per kind, with its count.
select
    'gaps' as kind,
    count(*)::integer as count

from raw.gap

where account_id = :account_id

union all

select
    'records set aside',
    count(*)::integer

from raw.set_aside

where account_id = :account_id

union all

select
    'differences',
    count(*)::integer

from ledger.reconciliation

where account_id = :account_id and status = 'differs'

union all

select
    'entries in suspense',
    count(distinct entry_id)::integer

from ledger.posting

where account_id = :account_id and ledger_account = 'suspense'
