-- The sums of days beside their postings, of which no day may be behind or ahead, for the days that begin at
-- from_time or later. One row per violation. Both
-- are stacked and grouped instead of joined: the planner cannot misjudge that, however long the history.
with summed as (
    select
        time_zone,
        until_time

    from ledger.summed_until

    where account_id = :account_id
),

stacked as (
    select
        date_trunc('day', journal.posted_at, summed.time_zone) as day_from,
        journal.ledger_account,
        journal.asset,
        journal.kind,
        journal.symbol,
        journal.basis,
        journal.amount as expected,
        greatest(journal.amount, 0) as expected_debits,
        1 as expected_postings,
        0 as found,
        0 as found_debits,
        0 as found_postings

    from summed

    inner join report.journal
        on journal.account_id = :account_id
        and journal.posted_at >= :from_time::timestamptz
        and date_trunc('day', journal.posted_at, summed.time_zone) >= :from_time
        and date_trunc('day', journal.posted_at, summed.time_zone) < summed.until_time

    union all

    select
        day_sum.day_from,
        day_sum.ledger_account,
        day_sum.asset,
        day_sum.kind,
        day_sum.symbol,
        day_sum.basis,
        0,
        0,
        0,
        day_sum.amount,
        day_sum.debits,
        day_sum.postings

    from summed

    inner join ledger.day_sum
        on day_sum.account_id = :account_id
        and day_sum.day_from >= :from_time
        and day_sum.day_from < summed.until_time
)

select
    stacked.day_from,
    (date_trunc('day', stacked.day_from at time zone summed.time_zone) + interval '1 day')
    at time zone summed.time_zone as day_until,
    stacked.ledger_account,
    stacked.asset,
    stacked.symbol,
    trim_scale(sum(stacked.expected)) as expected,
    trim_scale(sum(stacked.found)) as found,
    sum(stacked.found_postings) = 0 as is_missing

from stacked

cross join summed

group by
    summed.time_zone,
    stacked.day_from,
    stacked.ledger_account,
    stacked.asset,
    stacked.kind,
    stacked.symbol,
    stacked.basis

having sum(stacked.expected) <> sum(stacked.found)
    or sum(stacked.expected_debits) <> sum(stacked.found_debits)
    or sum(stacked.expected_postings) <> sum(stacked.found_postings)

order by
    stacked.day_from,
    stacked.ledger_account collate "C",
    stacked.asset collate "C",
    stacked.symbol collate "C",
    stacked.kind collate "C",
    stacked.basis collate "C"
