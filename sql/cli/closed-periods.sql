-- The closed periods, and how many events of each came after its close and count in a later period.
select
    closed_period.period_name as period,
    closed_period.from_time,
    closed_period.until_time,
    closed_period.closed_at,
    closed_period.because,
    (
        select count(distinct (adjusting_event.what, coalesce(adjusting_event.entry_id, adjusting_event.record_key)))
        from report.adjusting_event
        where
            adjusting_event.account_id = closed_period.account_id
            and adjusting_event.occurred_at >= closed_period.from_time
            and adjusting_event.occurred_at < closed_period.until_time
            and adjusting_event.posted_at >= closed_period.until_time
    )::integer as adjustments

from ledger.closed_period

where
    closed_period.account_id = :account_id
    and closed_period.reopened_at is null

order by
    closed_period.from_time,
    closed_period.closing_number
