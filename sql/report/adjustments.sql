-- Of one account or of all (null), and of each of some periods, numbered from 1 as they were given: how
-- many events it counts later than they occurred, and how many occurred in it and count after it: because
-- of closes.
with periods as (
    select
        place,
        from_time,
        until_time

    from unnest(:froms::text::timestamptz[], :untils::text::timestamptz[])
        with ordinality as period (from_time, until_time, place)
),

events as (
    select distinct
        account_id,
        what,
        coalesce(entry_id, record_key) as event,
        occurred_at,
        posted_at

    from report.adjusting_event

    where :account::text is null or account_id = :account
),

counted as (
    select
        events.account_id,
        periods.place,
        count(distinct (events.what, events.event)) filter (
            where events.posted_at >= periods.from_time and events.posted_at < periods.until_time
        ) as posted_here,
        count(distinct (events.what, events.event)) filter (
            where events.occurred_at >= periods.from_time
                and events.occurred_at < periods.until_time
                and events.posted_at >= periods.until_time
        ) as posted_later

    from periods

    cross join events

    group by
        events.account_id,
        periods.place
)

select
    account_id,
    place::integer as place,
    posted_here::integer as posted_here,
    posted_later::integer as posted_later

from counted

order by
    counted.account_id collate "C",
    counted.place
