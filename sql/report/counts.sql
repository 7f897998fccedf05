-- How much there is of each kind in the period. A proof belongs to every period that the time it is about
-- overlaps.
with counted as (
    select
        'records/' || stream as what,
        count(*) as count

    from raw.record

    where account_id = :account
        and version = 1
        and occurred_at >= :from
        and occurred_at < :until

    group by stream

    union all

    select
        'entries',
        count(*)

    from ledger.entry

    where account_id = :account
        and posted_at >= :from
        and posted_at < :until

    union all

    select
        'disposals/' || method,
        count(*)

    from ledger.disposal

    where account_id = :account
        and closed_at >= :from
        and closed_at < :until

    group by method

    union all

    select
        'set_aside/' || what || '/' || stream,
        count(*)

    from report.item

    where account_id = :account
        and what in ('not_understood', 'rewritten', 'vanished')
        and occurred_at >= :from
        and occurred_at < :until

    group by
        what,
        stream

    union all

    select
        'checks/' || status,
        count(*)

    from report.proof

    where account_id = :account
        and checked_at >= :from
        and (checked_since is null or checked_since < :until)

    group by status

    union all

    select
        'differences/' || class,
        count(*)

    from report.proof

    where account_id = :account
        and status = 'differs'
        and checked_at >= :from
        and (checked_since is null or checked_since < :until)

    group by class

    union all

    select
        'accepted/' || what,
        count(*)

    from report.item

    where account_id = :account
        and decision_number is not null
        and until >= :from
        and (since is null or since < :until)

    group by what
)

select
    what,
    count::integer as count

from counted

order by what collate "C"
