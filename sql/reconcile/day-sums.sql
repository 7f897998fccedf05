-- The sums of days beside their rows, of which no day may be behind or ahead, for the days that begin at
-- from_time or later. One row per violation. Both are stacked, the sums with the other sign, and grouped
-- instead of joined: the planner cannot misjudge that, however long the history. Each night holds the
-- postings of the last days; closes, fills and digests, which take longer to read, are held where the whole
-- is: once a week, and where anything of before has changed.
with summed as (
    select
        time_zone,
        until_time

    from ledger.summed_until

    where account_id = :account_id
),

whole as (
    select
        time_zone,
        until_time

    from summed

    where :from_time::timestamptz = '-infinity'
),

stacked as (
    select
        date_trunc('day', journal.posted_at, summed.time_zone) as day_from,
        journal.ledger_account as what,
        journal.asset,
        journal.kind,
        journal.symbol,
        journal.basis,
        1 as rows,
        journal.amount,
        greatest(journal.amount, 0) as second,
        1 as third,
        0 as fourth,
        0 as fifth

    from summed

    inner join report.journal
        on journal.account_id = :account_id
        and journal.posted_at >= :from_time::timestamptz - interval '1 day'

    union all

    select
        day_from,
        ledger_account,
        asset,
        kind,
        symbol,
        basis,
        0,
        -amount,
        -debits,
        -postings,
        0,
        0

    from ledger.day_sum

    where account_id = :account_id
        and day_from >= :from_time

    union all

    select
        date_trunc('day', disposed.posted_at, whole.time_zone),
        'disposals by ' || disposed.method,
        disposed.asset,
        '',
        disposed.symbol,
        '',
        1,
        sum(disposed.realized_pnl),
        sum(disposed.quantity),
        sum(disposed.closings),
        sum(disposed.fees),
        sum(disposed.funding) + coalesce(sum(disposed.settled_pnl), 0)

    from whole

    inner join ledger.disposed
        on disposed.account_id = :account_id

    group by
        date_trunc('day', disposed.posted_at, whole.time_zone),
        disposed.method,
        disposed.asset,
        disposed.symbol

    union all

    select
        day_from,
        'disposals by ' || method,
        asset,
        '',
        symbol,
        '',
        0,
        -realized_pnl,
        -quantity,
        -closings,
        -fees,
        -funding - coalesce(settled_pnl, 0)

    from whole

    inner join ledger.day_disposal
        on day_disposal.account_id = :account_id

    union all

    select
        date_trunc('day', filled.posted_at, whole.time_zone),
        'fills with fees',
        filled.fee_asset,
        filled.margin_asset,
        filled.symbol,
        '',
        1,
        sum(filled.fee),
        sum(filled.realized_pnl),
        sum(filled.closing_fills),
        0,
        0

    from whole

    inner join ledger.filled
        on filled.account_id = :account_id

    group by
        date_trunc('day', filled.posted_at, whole.time_zone),
        filled.fee_asset,
        filled.margin_asset,
        filled.symbol

    union all

    select
        day_from,
        'fills with fees',
        fee_asset,
        margin_asset,
        symbol,
        '',
        0,
        -fee,
        -realized_pnl,
        -closing_fills,
        0,
        0

    from whole

    inner join ledger.day_fill
        on day_fill.account_id = :account_id

    union all

    select
        date_trunc('day', dated_row.at, whole.time_zone),
        'digest of all rows',
        '',
        '',
        '',
        '',
        1,
        sum(dated_row.hash),
        count(*),
        0,
        0,
        0

    from whole

    inner join ledger.dated_row
        on dated_row.account_id = :account_id

    group by date_trunc('day', dated_row.at, whole.time_zone)

    union all

    select
        day_from,
        'digest of all rows',
        '',
        '',
        '',
        '',
        0,
        -digest,
        -inputs,
        0,
        0,
        0

    from whole

    inner join ledger.day_digest
        on day_digest.account_id = :account_id
)

select
    stacked.day_from,
    (date_trunc('day', stacked.day_from at time zone summed.time_zone) + interval '1 day')
    at time zone summed.time_zone as day_until,
    stacked.what,
    stacked.asset,
    stacked.symbol,
    trim_scale(coalesce(sum(stacked.amount) filter (where stacked.rows = 1), 0)) as expected,
    trim_scale(-coalesce(sum(stacked.amount) filter (where stacked.rows = 0), 0)) as found,
    count(*) = sum(stacked.rows) as is_missing

from stacked

inner join summed
    on stacked.day_from >= :from_time
    and stacked.day_from < summed.until_time

group by
    summed.time_zone,
    stacked.day_from,
    stacked.what,
    stacked.asset,
    stacked.kind,
    stacked.symbol,
    stacked.basis

having sum(stacked.amount) <> 0
    or sum(stacked.second) <> 0
    or sum(stacked.third) <> 0
    or sum(stacked.fourth) <> 0
    or sum(stacked.fifth) <> 0

order by
    stacked.day_from,
    stacked.what collate "C",
    stacked.asset collate "C",
    stacked.symbol collate "C",
    stacked.kind collate "C",
    stacked.basis collate "C"
