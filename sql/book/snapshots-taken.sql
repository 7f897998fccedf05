-- The instants of the snapshots until a time, and the first behind it, as a digest: sums between them are of
-- other spans where one comes between.
with instants as (
    select instant

    from snapshot.taken

    cross join lateral (values (taken_at), (answered_at)) as asked (instant)

    where account_id = :account_id
)

select md5(coalesce(string_agg((instant at time zone 'UTC')::text, ' ' order by instant), '')) as digest

from instants

where instant <= (select min(later.instant) from instants as later where later.instant >= :until::timestamptz)
