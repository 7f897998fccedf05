-- Sets back what is known of days that are over, to the earliest entry that is written or taken away, by any
-- of its times: as it is now, and as it will be (null where it goes).
with first_entry as (
    select least(min(occurred_at), min(posted_at), min(value_at), :first_at::timestamptz) as first_at

    from ledger.entry

    where account_id = :account_id
        and entry_id in (select json_array_elements_text(:entry_ids::json))
),

unproven as (
    delete from ledger.proven
    using first_entry
    where account_id = :account_id
        and until_time > first_entry.first_at
)

update ledger.summed_until
set until_time = least(until_time, date_trunc('day', first_entry.first_at, time_zone))
from first_entry
where account_id = :account_id
