-- What of an account needs a person: one row per kind, with its count; differences by their class.
select
    'gap' as kind,
    '' as class,
    count(*)::integer as count

from raw.gap

where account_id = :account_id

union all

select
    'record set aside',
    '',
    count(*)::integer

from raw.set_aside

where account_id = :account_id

union all

select
    'difference',
    class,
    count(*)::integer

from ledger.reconciliation

where account_id = :account_id and status = 'differs'

group by class

union all

select
    'entry in suspense',
    '',
    count(distinct entry_id)::integer

from ledger.posting

where account_id = :account_id and ledger_account = 'suspense'

union all

-- Without these two there are no books; another stream that a key may not read is only not kept.
select
    'essential stream that the key may not read',
    '',
    count(*)::integer

from raw.denied_stream

where account_id = :account_id and stream in ('income', 'fills')
