-- What of the spans that were answered with nothing the venue still served then: no older than the oldest
-- span, by its age when it was read, that rows have proven, of whatever symbol.
with reach as (
    select max(read_at - from_time) as length

    from raw."window"

    where
        account_id = :account_id
        and stream = :stream
        and evidence = 'venue'
        and is_settled
)

select
    probe.symbol,
    probe.from_time,
    probe.until_time,
    probe.read_at,
    greatest(probe.from_time, probe.read_at - reach.length) as proven_from

from raw.probe

cross join reach

where
    probe.account_id = :account_id
    and probe.stream = :stream
    and probe.until_time > probe.read_at - reach.length
