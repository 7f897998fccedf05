-- How many events the period counts later than they occurred, and how many occurred in it and count after it:
-- because of closes.
select
    count(distinct (what, coalesce(entry_id, record_key))) filter (
        where posted_at >= :from and posted_at < :until
    )::integer as posted_here,
    count(distinct (what, coalesce(entry_id, record_key))) filter (
        where occurred_at >= :from and occurred_at < :until and posted_at >= :until
    )::integer as posted_later

from report.adjusting_event

where account_id = :account
