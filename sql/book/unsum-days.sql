-- Sets the sums back to the day of the earliest posting that is written or taken away: of entries as they are
-- now, and at the time that they will have (null where they go).
update ledger.summed_until
set until_time = least(
    until_time,
    date_trunc('day', :posted_at::timestamptz, time_zone),
    (
        select date_trunc('day', min(entry.posted_at), summed_until.time_zone)

        from ledger.entry

        where entry.account_id = :account_id
            and entry.entry_id in (select json_array_elements_text(:entry_ids::json))
    )
)
where account_id = :account_id
