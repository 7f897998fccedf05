-- Per wallet that differs (asset and snapshot): what may explain it. One row per posting of the same size in
-- its time or close to its edges (posting_kind not null), and at least one row of each, with what is known of
-- the time as a whole.
with intervals as (
    select
        asset,
        taken_at,
        coalesce(from_time, '1970-01-01T00:00:00Z') as from_time,
        difference

    from json_to_recordset(:intervals::json) as row (asset text, taken_at timestamptz, from_time timestamptz, difference numeric)
),

postings as (
    select
        posting.asset,
        posting.wallet as amount,
        entry.entry_id,
        entry.kind,
        entry.symbol,
        entry.record_key,
        entry.value_at

    from ledger.posting

    inner join ledger.entry
        on posting.account_id = entry.account_id and posting.entry_id = entry.entry_id

    where
        posting.account_id = :account_id
        and posting.wallet is not null
        and posting.asset in (select intervals.asset from intervals)
),

settled as (
    select (select spans from report.settled_span where account_id = :account_id and stream = 'income' and symbol = '') as spans
),

of_the_time as (
    select
        intervals.asset,
        intervals.taken_at,
        count(postings.entry_id)::integer as postings

    from intervals

    left join postings
        on intervals.asset = postings.asset
        and postings.value_at > intervals.from_time
        and postings.value_at <= intervals.taken_at

    group by
        intervals.asset,
        intervals.taken_at
),

set_aside as (
    select
        intervals.asset,
        intervals.taken_at,
        count(*)::integer as records

    from intervals

    inner join raw.set_aside
        on set_aside.account_id = :account_id
        and set_aside.stream = 'income'
        and set_aside.kind = 'not_understood'
        and set_aside.occurred_at > intervals.from_time
        and set_aside.occurred_at <= intervals.taken_at

    group by
        intervals.asset,
        intervals.taken_at
)

select
    intervals.asset,
    intervals.taken_at,
    of_the_time.postings,
    coalesce(set_aside.records, 0) as set_aside_records,
    coalesce(settled.spans @> intervals.taken_at, false) as is_settled,
    postings.kind as posting_kind,
    postings.symbol as posting_symbol,
    postings.record_key as posting_record_key,
    trim_scale(postings.amount) as posting_amount,
    postings.value_at as posting_at,
    postings.value_at > intervals.from_time and postings.value_at <= intervals.taken_at as is_inside,
    least(abs(extract(epoch from postings.value_at - intervals.taken_at)), abs(extract(epoch from postings.value_at - intervals.from_time)))
    <= 600 as is_near_edge

from intervals

inner join of_the_time
    on intervals.asset = of_the_time.asset and intervals.taken_at = of_the_time.taken_at

cross join settled

left join set_aside
    on intervals.asset = set_aside.asset and intervals.taken_at = set_aside.taken_at

left join postings
    on intervals.asset = postings.asset
    and postings.amount in (intervals.difference, -intervals.difference)
    and postings.value_at > intervals.from_time - interval '10 minutes'
    and postings.value_at <= intervals.taken_at + interval '10 minutes'

order by
    intervals.asset collate "C",
    intervals.taken_at,
    postings.value_at,
    postings.entry_id collate "C"
