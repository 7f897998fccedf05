-- How much there is of each kind, of one account or of all (null), in each of some periods, which are
-- numbered from 1 as they were given. A proof belongs to every period that the time it is about overlaps.
with periods as (
    select
        place,
        from_time,
        until_time

    from unnest(:froms::text::timestamptz[], :untils::text::timestamptz[])
        with ordinality as period (from_time, until_time, place)
),

-- Rows are counted once for all periods, in the spans that their bounds make.
bounds as (
    select array_agg(distinct instant order by instant) as instants

    from periods

    cross join lateral unnest(array[from_time, until_time]) as bound (instant)
),

counted as (
    select
        record.account_id,
        'records/' || record.stream as what,
        width_bucket(record.occurred_at, bounds.instants) as span,
        count(*) as count

    from raw.record

    cross join bounds

    where (:account::text is null or record.account_id = :account)
        and record.version = 1

    group by
        record.account_id,
        record.stream,
        span

    union all

    select
        entry.account_id,
        'entries',
        width_bucket(entry.posted_at, bounds.instants) as span,
        count(*)

    from ledger.entry

    cross join bounds

    where :account::text is null or entry.account_id = :account

    group by
        entry.account_id,
        span

    union all

    select
        disposal.account_id,
        'disposals/' || disposal.method,
        width_bucket(disposal.closed_at, bounds.instants) as span,
        count(*)

    from ledger.disposal

    cross join bounds

    where :account::text is null or disposal.account_id = :account

    group by
        disposal.account_id,
        disposal.method,
        span
),

proofs as (
    select
        reconciliation.account_id,
        periods.place,
        reconciliation.status,
        reconciliation.class

    from ledger.reconciliation

    cross join periods

    where (:account::text is null or reconciliation.account_id = :account)
        and reconciliation.checked_at >= periods.from_time
        and (reconciliation.from_time is null or reconciliation.from_time < periods.until_time)
),

placed as (
    select
        counted.account_id,
        periods.place,
        counted.what,
        counted.count

    from counted

    cross join bounds

    inner join periods
        on counted.span >= width_bucket(periods.from_time, bounds.instants)
        and counted.span < width_bucket(periods.until_time, bounds.instants)

    union all

    -- Of what every account may have, none is an answer too.
    select
        account.account_id,
        periods.place,
        'entries',
        0

    from raw.account

    cross join periods

    where :account::text is null or account.account_id = :account

    union all

    select
        account_id,
        place,
        'checks/' || status,
        1

    from proofs

    union all

    select
        account_id,
        place,
        'differences/' || class,
        1

    from proofs

    where status = 'differs'
)

select
    account_id,
    place::integer as place,
    what,
    sum(count)::integer as count

from placed

group by
    account_id,
    place,
    what

order by
    placed.account_id collate "C",
    placed.place,
    placed.what collate "C"
