-- Sets back what is known of days that are over, to the earliest entry that is written or taken away: as it
-- is now, and as it will be (null where it goes). The sums of days go back to the day it is posted on; proofs
-- go where it is of a time before their end, by any of its times.
with present as (
    select
        min(posted_at) as posted_at,
        min(least(occurred_at, posted_at, value_at)) as first_at

    from ledger.entry

    where account_id = :account_id
        and entry_id in (select json_array_elements_text(:entry_ids::json))
),

unproven as (
    delete from ledger.proven

    where account_id = :account_id
        and until_time > least((select present.first_at from present), :first_at::timestamptz)
)

update ledger.summed_until
set until_time = least(
    until_time,
    date_trunc('day', :posted_at::timestamptz, time_zone),
    (select date_trunc('day', present.posted_at, summed_until.time_zone) from present)
)
where account_id = :account_id
