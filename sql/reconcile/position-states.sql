-- Per snapshot: each position as the venue keeps it, and its lifetime statistics of each side, against those
-- of the snapshot before with the changes since. A snapshot is of some instant between request and answer, so
-- changes in between may or may not be in it. What a fill opens counts for the side it opens, what it closes
-- for the other; funding for the side that is open. What differs comes one by one, the rest as one row.
-- Changes are first summed between one instant and the next, so that many snapshots cost no more than one.
with instants as (
    select array_agg(distinct instant order by instant) as instants

    from snapshot.taken

    cross join lateral (values (taken_at), (answered_at)) as asked (instant)

    where account_id = :account_id and has_statement
),

snapshots as (
    select
        taken_at,
        answered_at

    from snapshot.taken

    where account_id = :account_id and has_statement
),

-- How many of the instants lie before a change: it is in the sums of all others.
sums_between as (
    select
        symbol,
        width_bucket(value_at - interval '1 microsecond', instants) as instants_before,
        sum(open_size) as open_size,
        sum(open_value) as open_value,
        sum(open_fee) as open_fee,
        sum(funding_fee) as funding_fee,
        sum(fill_open_size) filter (where fill_open_size > 0) as long_open_size,
        sum(fill_open_value) filter (where fill_open_size > 0) as long_open_value,
        sum(fill_open_fee) filter (where fill_open_size > 0) as long_open_fee,
        sum(fill_close_size) filter (where fill_close_size < 0) as long_close_size,
        sum(fill_close_value) filter (where fill_close_size < 0) as long_close_value,
        sum(fill_close_fee) filter (where fill_close_size < 0) as long_close_fee,
        sum(funding_fee) filter (where transaction_type = 'SETTLE_FUNDING_FEE' and open_size_before > 0) as long_funding_fee,
        sum(liquidation_fee) filter (where fill_close_size < 0) as long_liquidation_fee,
        sum(fill_open_size) filter (where fill_open_size < 0) as short_open_size,
        sum(fill_open_value) filter (where fill_open_size < 0) as short_open_value,
        sum(fill_open_fee) filter (where fill_open_size < 0) as short_open_fee,
        sum(fill_close_size) filter (where fill_close_size > 0) as short_close_size,
        sum(fill_close_value) filter (where fill_close_size > 0) as short_close_value,
        sum(fill_close_fee) filter (where fill_close_size > 0) as short_close_fee,
        sum(funding_fee) filter (where transaction_type = 'SETTLE_FUNDING_FEE' and open_size_before < 0) as short_funding_fee,
        sum(liquidation_fee) filter (where fill_close_size > 0) as short_liquidation_fee

    from history.position_transaction

    cross join instants

    where account_id = :account_id

    group by
        symbol,
        width_bucket(value_at - interval '1 microsecond', instants)
),

symbols as (
    select symbol from sums_between
    union
    select symbol from snapshot.position_state where account_id = :account_id
),

-- One line per contract: sums, and behind those of its instant two markers per snapshot where the total is
-- wanted.
line as (
    select
        symbol,
        instants_before as place,
        null::timestamptz as taken_at,
        false as is_answer,
        open_size,
        open_value,
        open_fee,
        funding_fee,
        long_open_size,
        long_open_value,
        long_open_fee,
        long_close_size,
        long_close_value,
        long_close_fee,
        long_funding_fee,
        long_liquidation_fee,
        short_open_size,
        short_open_value,
        short_open_fee,
        short_close_size,
        short_close_value,
        short_close_fee,
        short_funding_fee,
        short_liquidation_fee

    from sums_between

    union all

    select
        symbols.symbol,
        width_bucket(case when marker.is_answer then snapshots.answered_at else snapshots.taken_at end, instants.instants) - 1,
        snapshots.taken_at,
        marker.is_answer,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null

    from symbols

    cross join snapshots

    cross join instants

    cross join lateral (values (false), (true)) as marker (is_answer)
),

totals as (
    select
        symbol,
        taken_at,
        is_answer,
        coalesce(sum(open_size) over until_then, 0) as open_size,
        coalesce(sum(open_value) over until_then, 0) as open_value,
        coalesce(sum(open_fee) over until_then, 0) as open_fee,
        coalesce(sum(funding_fee) over until_then, 0) as funding_fee,
        coalesce(sum(long_open_size) over until_then, 0) as long_open_size,
        coalesce(sum(long_open_value) over until_then, 0) as long_open_value,
        coalesce(sum(long_open_fee) over until_then, 0) as long_open_fee,
        coalesce(sum(long_close_size) over until_then, 0) as long_close_size,
        coalesce(sum(long_close_value) over until_then, 0) as long_close_value,
        coalesce(sum(long_close_fee) over until_then, 0) as long_close_fee,
        coalesce(sum(long_funding_fee) over until_then, 0) as long_funding_fee,
        coalesce(sum(long_liquidation_fee) over until_then, 0) as long_liquidation_fee,
        coalesce(sum(short_open_size) over until_then, 0) as short_open_size,
        coalesce(sum(short_open_value) over until_then, 0) as short_open_value,
        coalesce(sum(short_open_fee) over until_then, 0) as short_open_fee,
        coalesce(sum(short_close_size) over until_then, 0) as short_close_size,
        coalesce(sum(short_close_value) over until_then, 0) as short_close_value,
        coalesce(sum(short_close_fee) over until_then, 0) as short_close_fee,
        coalesce(sum(short_funding_fee) over until_then, 0) as short_funding_fee,
        coalesce(sum(short_liquidation_fee) over until_then, 0) as short_liquidation_fee

    from line

    window until_then as (partition by symbol order by place)
),

first_changes as (
    select distinct on (symbol)
        symbol,
        open_size_before,
        open_value_before,
        open_fee_before,
        funding_fee_before

    from history.position_transaction

    where account_id = :account_id

    order by
        symbol,
        report.event_place(event_number, transaction_id, record_key) collate "C"
),

-- Facts are stacked and grouped instead of joined. A contract that the venue does not show is flat; of its
-- statistics nothing is said then.
stacked as (
    select
        figure.law,
        totals.symbol,
        totals.taken_at,
        figure.name as figure,
        null::numeric as shown,
        case when not totals.is_answer then figure.total end as until_request,
        case when totals.is_answer then figure.total end as until_answer

    from totals

    cross join lateral (
        values
            ('position_states', 'open size', totals.open_size),
            ('position_states', 'open value', totals.open_value),
            ('position_states', 'open fee', totals.open_fee),
            ('position_states', 'funding fee', totals.funding_fee),
            ('side_statistics', 'LONG open size', totals.long_open_size),
            ('side_statistics', 'LONG open value', totals.long_open_value),
            ('side_statistics', 'LONG open fee', totals.long_open_fee),
            ('side_statistics', 'LONG close size', totals.long_close_size),
            ('side_statistics', 'LONG close value', totals.long_close_value),
            ('side_statistics', 'LONG close fee', totals.long_close_fee),
            ('side_statistics', 'LONG funding fee', totals.long_funding_fee),
            ('side_statistics', 'LONG liquidation fee', totals.long_liquidation_fee),
            ('side_statistics', 'SHORT open size', totals.short_open_size),
            ('side_statistics', 'SHORT open value', totals.short_open_value),
            ('side_statistics', 'SHORT open fee', totals.short_open_fee),
            ('side_statistics', 'SHORT close size', totals.short_close_size),
            ('side_statistics', 'SHORT close value', totals.short_close_value),
            ('side_statistics', 'SHORT close fee', totals.short_close_fee),
            ('side_statistics', 'SHORT funding fee', totals.short_funding_fee),
            ('side_statistics', 'SHORT liquidation fee', totals.short_liquidation_fee)
    ) as figure (law, name, total)

    where totals.taken_at is not null

    union all

    select
        'position_states',
        position_state.symbol,
        position_state.taken_at,
        figure.name,
        figure.shown,
        null,
        null

    from snapshot.position_state

    cross join lateral (
        values
            ('open size', position_state.open_size),
            ('open value', position_state.open_value),
            ('open fee', position_state.open_fee),
            ('funding fee', position_state.funding_fee)
    ) as figure (name, shown)

    where position_state.account_id = :account_id

    union all

    select
        'side_statistics',
        side_statistics.symbol,
        side_statistics.taken_at,
        side_statistics.side || ' ' || figure.name,
        figure.shown,
        null,
        null

    from snapshot.side_statistics

    cross join lateral (
        values
            ('open size', side_statistics.open_size),
            ('open value', side_statistics.open_value),
            ('open fee', side_statistics.open_fee),
            ('close size', side_statistics.close_size),
            ('close value', side_statistics.close_value),
            ('close fee', side_statistics.close_fee),
            ('funding fee', side_statistics.funding_fee),
            ('liquidation fee', side_statistics.liquidation_fee)
    ) as figure (name, shown)

    where side_statistics.account_id = :account_id
),

grouped as (
    select
        law,
        symbol,
        taken_at,
        figure,
        coalesce(max(shown), 0) as shown,
        coalesce(max(until_request), 0) as until_request,
        coalesce(max(until_answer), 0) as until_answer

    from stacked

    group by
        law,
        symbol,
        taken_at,
        figure

    having law = 'position_states' or count(shown) > 0
),

figures as (
    select
        grouped.law,
        grouped.symbol,
        grouped.taken_at,
        grouped.figure,
        grouped.shown,
        grouped.until_request,
        grouped.until_answer,
        case
            when grouped.law = 'position_states' then
                case grouped.figure
                    when 'open size' then first_changes.open_size_before
                    when 'open value' then first_changes.open_value_before
                    when 'open fee' then first_changes.open_fee_before
                    when 'funding fee' then first_changes.funding_fee_before
                end
        end as begins_with

    from grouped

    left join first_changes
        on grouped.symbol = first_changes.symbol
),

-- From one snapshot to the next, so that a difference shows once, where it came. The first change says of the
-- position what there was before the history begins, the first snapshot of the statistics.
intervals as (
    select
        law,
        symbol,
        taken_at,
        figure,
        shown,
        until_request,
        until_answer,
        coalesce(
            lag(shown) over in_time,
            case when :is_from_beginning::boolean then 0 else coalesce(begins_with, shown - until_request) end
        ) as shown_before,
        lag(taken_at) over in_time as taken_before,
        coalesce(lag(until_request) over in_time, 0) as until_request_before,
        coalesce(lag(until_answer) over in_time, 0) as until_answer_before,
        not :is_from_beginning::boolean
        and begins_with is null
        and lag(shown) over in_time is null
        and shown <> until_request as is_inferred

    from figures

    window in_time as (partition by law, symbol, figure order by taken_at)
),

compared as (
    select
        law,
        symbol,
        taken_at,
        taken_before,
        figure,
        shown,
        is_inferred,
        case
            when shown - shown_before in (
                until_request - until_request_before,
                until_answer - until_request_before,
                until_request - until_answer_before,
                until_answer - until_answer_before
            ) then shown
            else shown_before + until_request - until_request_before
        end as summed

    from intervals
),

judged as (
    select
        compared.*,
        case when summed <> shown then symbol || ' ' || figure end as broken

    from compared
)

select
    law,
    coalesce(broken, 'all contracts') as subject,
    case
        when broken is not null then 'differs'
        when bool_or(is_inferred) then 'inferred'
        else 'agrees'
    end as status,
    case when broken is null then count(*) else trim_scale(min(shown)) end as expected,
    case when broken is null then count(*) else trim_scale(min(summed)) end as found,
    count(*) as compared,
    case
        when broken is not null then 'the changes between the snapshot before and that of ' || to_char(taken_at at time zone 'UTC', 'YYYY-MM-DD') || ' sum up to another figure'
        when bool_or(is_inferred) then 'what there was before the history begins is taken from this snapshot'
        else ''
    end as evidence,
    taken_at as checked_at,
    case when broken is not null then 'position_transactions' end as lacking_stream,
    min(taken_before) as lacking_from,
    taken_at as lacking_until

from judged

group by
    law,
    taken_at,
    broken

order by
    law,
    taken_at,
    broken collate "C"
