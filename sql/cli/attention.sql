-- What of an account needs a person, and what of it a person has put to rest: one row per kind, with its count; differences by their class.
with questions as (
    select
        case what
            when 'difference' then 'difference'
            when 'suspense' then 'entry in suspense'
            else 'record set aside'
        end as kind,
        class,
        decision_number is not null as is_accepted

    from report.question

    where account_id = :account_id
)

select
    kind,
    class,
    is_accepted,
    count(*)::integer as count

from questions

group by
    kind,
    class,
    is_accepted

union all

select
    'gap',
    '',
    false,
    count(*)::integer

from raw.gap

where account_id = :account_id

union all

-- Without these two there are no books; another stream that a key may not read is only not kept.
select
    'essential stream that the key may not read',
    '',
    false,
    count(*)::integer

from raw.denied_stream

where account_id = :account_id and stream in ('income', 'fills')
