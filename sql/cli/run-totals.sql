-- What all runs of one account, or of all (null), have sent and loaded.
select
    account_id,
    coalesce(sum(requests), 0)::text as requests,
    coalesce(sum(new_records), 0)::text as records

from raw.run

where :account::text is null or account_id = :account

group by account_id

order by account_id collate "C"
