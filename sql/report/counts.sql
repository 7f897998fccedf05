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
        'checks/' || status,
        count(*)

    from ledger.reconciliation

    where account_id = :account
        and checked_at >= :from
        and (from_time is null or from_time < :until)

    group by status

    union all

    select
        'differences/' || class,
        count(*)

    from ledger.reconciliation

    where account_id = :account
        and status = 'differs'
        and checked_at >= :from
        and (from_time is null or from_time < :until)

    group by class
)

select
    what,
    count::integer as count

from counted

order by what collate "C"
