-- Per snapshot: each position as the venue keeps it, and its lifetime statistics of each side, against those of the snapshot before with the changes since. A snapshot is
-- of some instant between question and answer, so changes in between may or may not be in it. What a fill opens counts for the side it opens, what
-- it closes for the other; funding for the side that is open. What differs comes one by one, the rest as one row. Changes are first
-- summed between one instant and the next, so that many snapshots cost no more than one.
with instants as (
    select array_agg(distinct instant order by instant) as instants

    from snapshot.collateral

    cross join lateral (values (taken_at), (answered_at)) as asked (instant)

    where account_id = :account_id
),

snapshots as (
    select
        taken_at,
        max(answered_at) as answered_at

    from snapshot.collateral

    where account_id = :account_id

    group by taken_at
),

-- How many of the instants lie before a change: it is in the sums of all others.
sums_between as (
    select
        symbol,
        width_bucket(occurred_at - interval '1 microsecond', instants) as instants_before,
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
        width_bucket(occurred_at - interval '1 microsecond', instants)
),

symbols as (
    select symbol from sums_between
    union
    select symbol from snapshot.position_state where account_id = :account_id
),

spans as (
    select
        symbols.symbol,
        series.instants_before

    from symbols

    cross join instants

    cross join lateral generate_series(0, cardinality(instants.instants) - 1) as series (instants_before)
),

sums as (
    select
        spans.symbol,
        spans.instants_before,
        coalesce(sum(sums_between.open_size) over until_then, 0) as open_size,
        coalesce(sum(sums_between.open_value) over until_then, 0) as open_value,
        coalesce(sum(sums_between.open_fee) over until_then, 0) as open_fee,
        coalesce(sum(sums_between.funding_fee) over until_then, 0) as funding_fee,
        coalesce(sum(sums_between.long_open_size) over until_then, 0) as long_open_size,
        coalesce(sum(sums_between.long_open_value) over until_then, 0) as long_open_value,
        coalesce(sum(sums_between.long_open_fee) over until_then, 0) as long_open_fee,
        coalesce(sum(sums_between.long_close_size) over until_then, 0) as long_close_size,
        coalesce(sum(sums_between.long_close_value) over until_then, 0) as long_close_value,
        coalesce(sum(sums_between.long_close_fee) over until_then, 0) as long_close_fee,
        coalesce(sum(sums_between.long_funding_fee) over until_then, 0) as long_funding_fee,
        coalesce(sum(sums_between.long_liquidation_fee) over until_then, 0) as long_liquidation_fee,
        coalesce(sum(sums_between.short_open_size) over until_then, 0) as short_open_size,
        coalesce(sum(sums_between.short_open_value) over until_then, 0) as short_open_value,
        coalesce(sum(sums_between.short_open_fee) over until_then, 0) as short_open_fee,
        coalesce(sum(sums_between.short_close_size) over until_then, 0) as short_close_size,
        coalesce(sum(sums_between.short_close_value) over until_then, 0) as short_close_value,
        coalesce(sum(sums_between.short_close_fee) over until_then, 0) as short_close_fee,
        coalesce(sum(sums_between.short_funding_fee) over until_then, 0) as short_funding_fee,
        coalesce(sum(sums_between.short_liquidation_fee) over until_then, 0) as short_liquidation_fee

    from spans

    left join sums_between
        on spans.symbol = sums_between.symbol and spans.instants_before = sums_between.instants_before

    window until_then as (partition by spans.symbol order by spans.instants_before)
),

sums_of_snapshots as (
    select
        snapshots.taken_at,
        at_question.symbol,
        at_question.instants_before as at_question,
        at_answer.instants_before as at_answer

    from snapshots

    cross join instants

    inner join sums as at_question
        on width_bucket(snapshots.taken_at, instants.instants) - 1 = at_question.instants_before

    inner join sums as at_answer
        on at_question.symbol = at_answer.symbol
        and width_bucket(snapshots.answered_at, instants.instants) - 1 = at_answer.instants_before
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
        event_number in ('', '0'),
        length(event_number),
        event_number collate "C",
        length(transaction_id),
        transaction_id collate "C"
),

-- A contract that the venue does not show is flat; of its statistics nothing is said then.
figures as (
    select
        'position_states' as law,
        sums_of_snapshots.symbol,
        sums_of_snapshots.taken_at,
        figure.name as figure,
        figure.shown,
        figure.until_question,
        figure.until_answer,
        figure.begins_with

    from sums_of_snapshots

    inner join sums as at_question
        on sums_of_snapshots.symbol = at_question.symbol and sums_of_snapshots.at_question = at_question.instants_before

    inner join sums as at_answer
        on sums_of_snapshots.symbol = at_answer.symbol and sums_of_snapshots.at_answer = at_answer.instants_before

    left join snapshot.position_state
        on position_state.account_id = :account_id
        and sums_of_snapshots.taken_at = position_state.taken_at
        and sums_of_snapshots.symbol = position_state.symbol

    left join first_changes
        on sums_of_snapshots.symbol = first_changes.symbol

    cross join lateral (
        values
            ('open size', coalesce(position_state.open_size, 0), at_question.open_size, at_answer.open_size, first_changes.open_size_before),
            ('open value', coalesce(position_state.open_value, 0), at_question.open_value, at_answer.open_value, first_changes.open_value_before),
            ('open fee', coalesce(position_state.open_fee, 0), at_question.open_fee, at_answer.open_fee, first_changes.open_fee_before),
            ('funding fee', coalesce(position_state.funding_fee, 0), at_question.funding_fee, at_answer.funding_fee, first_changes.funding_fee_before)
    ) as figure (name, shown, until_question, until_answer, begins_with)

    union all

    select
        'side_statistics',
        side_statistics.symbol,
        side_statistics.taken_at,
        side_statistics.side || ' ' || figure.name,
        figure.shown,
        figure.until_question,
        figure.until_answer,
        null

    from snapshot.side_statistics

    inner join sums_of_snapshots
        on side_statistics.taken_at = sums_of_snapshots.taken_at and side_statistics.symbol = sums_of_snapshots.symbol

    inner join sums as at_question
        on sums_of_snapshots.symbol = at_question.symbol and sums_of_snapshots.at_question = at_question.instants_before

    inner join sums as at_answer
        on sums_of_snapshots.symbol = at_answer.symbol and sums_of_snapshots.at_answer = at_answer.instants_before

    cross join lateral (
        values
            ('open size', side_statistics.open_size, case side_statistics.side when 'LONG' then at_question.long_open_size else at_question.short_open_size end, case side_statistics.side when 'LONG' then at_answer.long_open_size else at_answer.short_open_size end),
            ('open value', side_statistics.open_value, case side_statistics.side when 'LONG' then at_question.long_open_value else at_question.short_open_value end, case side_statistics.side when 'LONG' then at_answer.long_open_value else at_answer.short_open_value end),
            ('open fee', side_statistics.open_fee, case side_statistics.side when 'LONG' then at_question.long_open_fee else at_question.short_open_fee end, case side_statistics.side when 'LONG' then at_answer.long_open_fee else at_answer.short_open_fee end),
            ('close size', side_statistics.close_size, case side_statistics.side when 'LONG' then at_question.long_close_size else at_question.short_close_size end, case side_statistics.side when 'LONG' then at_answer.long_close_size else at_answer.short_close_size end),
            ('close value', side_statistics.close_value, case side_statistics.side when 'LONG' then at_question.long_close_value else at_question.short_close_value end, case side_statistics.side when 'LONG' then at_answer.long_close_value else at_answer.short_close_value end),
            ('close fee', side_statistics.close_fee, case side_statistics.side when 'LONG' then at_question.long_close_fee else at_question.short_close_fee end, case side_statistics.side when 'LONG' then at_answer.long_close_fee else at_answer.short_close_fee end),
            ('funding fee', side_statistics.funding_fee, case side_statistics.side when 'LONG' then at_question.long_funding_fee else at_question.short_funding_fee end, case side_statistics.side when 'LONG' then at_answer.long_funding_fee else at_answer.short_funding_fee end),
            ('liquidation fee', side_statistics.liquidation_fee, case side_statistics.side when 'LONG' then at_question.long_liquidation_fee else at_question.short_liquidation_fee end, case side_statistics.side when 'LONG' then at_answer.long_liquidation_fee else at_answer.short_liquidation_fee end)
    ) as figure (name, shown, until_question, until_answer)

    where side_statistics.account_id = :account_id
),

-- From one snapshot to the next, so that a difference shows once, where it came. The first change says of the position what there was before the history begins, the first snapshot of the statistics.
intervals as (
    select
        law,
        symbol,
        taken_at,
        figure,
        shown,
        until_question,
        until_answer,
        coalesce(
            lag(shown) over in_time,
            case when :is_from_beginning::boolean then 0 else coalesce(begins_with, shown - until_question) end
        ) as shown_before,
        coalesce(lag(until_question) over in_time, 0) as until_question_before,
        coalesce(lag(until_answer) over in_time, 0) as until_answer_before,
        not :is_from_beginning::boolean
        and begins_with is null
        and lag(shown) over in_time is null
        and shown <> until_question as is_inferred

    from figures

    window in_time as (partition by law, symbol, figure order by taken_at)
),

compared as (
    select
        law,
        symbol,
        taken_at,
        figure,
        shown,
        is_inferred,
        case
            when shown - shown_before in (
                until_question - until_question_before,
                until_answer - until_question_before,
                until_question - until_answer_before,
                until_answer - until_answer_before
            ) then shown
            else shown_before + until_question - until_question_before
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
    taken_at as checked_at

from judged

group by
    law,
    taken_at,
    broken

order by
    law,
    taken_at,
    broken collate "C"
