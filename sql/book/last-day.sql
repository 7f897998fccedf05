-- The day of the zone that the last posting is of, by the midnight that it begins with; null where nothing is
-- posted.
select date_trunc('day', max(posted_at), :time_zone) as day_from

from ledger.entry

where account_id = :account_id
