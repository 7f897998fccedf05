-- Per snapshot and asset: the venue's balances and lifetime counters, and those of the snapshot before with
-- the statement's rows since. A snapshot is of some instant between request and answer, so rows in between
-- may or may not be in it. Trades count what they moved but for their fees: so a liquidation fee is in them
-- wherever the venue takes it from, as it has no counter. Rows are first summed between one instant and the
-- next, so that many snapshots cost no more than one. What differs comes one by one, the rest as one row.
with instants as (
    select array_agg(distinct instant order by instant) as instants

    from snapshot.taken

    cross join lateral (values (taken_at), (answered_at)) as asked (instant)

    where account_id = :account_id and has_statement
),

-- How many of the instants lie before a row: it is in the sums of all others.
sums_between as (
    select
        asset,
        width_bucket(value_at - interval '1 microsecond', instants) as instants_before,
        sum(amount) as collateral,
        sum(legacy_amount) as wallet,
        sum(amount) filter (where transaction_type = 'DEPOSIT') as deposits,
        sum(amount) filter (where transaction_type = 'WITHDRAW') as withdrawals,
        sum(amount) filter (where transaction_type = 'TRANSFER_IN') as transfers_in,
        sum(amount) filter (where transaction_type = 'TRANSFER_OUT') as transfers_out,
        sum(amount - open_fee - close_fee) filter (where transaction_type = 'POSITION_BUY') as bought,
        sum(amount - open_fee - close_fee) filter (where transaction_type = 'POSITION_SELL') as sold,
        sum(open_fee + close_fee) filter (where transaction_type in ('POSITION_BUY', 'POSITION_SELL')) as fill_fees,
        sum(amount) filter (where transaction_type = 'POSITION_FUNDING') as funding_fees,
        sum(amount) filter (where transaction_type = 'FILL_FEE_INCOME') as fee_income,
        sum(amount) filter (where transaction_type = 'BUG_FIX_COLLATERAL_TRANSACTION_TYPE') as corrections

    from history.collateral_transaction

    cross join instants

    where account_id = :account_id

    group by
        asset,
        width_bucket(value_at - interval '1 microsecond', instants)
),

assets as (
    select asset from sums_between
    union
    select asset from snapshot.collateral where account_id = :account_id
),

spans as (
    select
        assets.asset,
        series.instants_before

    from assets

    cross join instants

    cross join lateral generate_series(0, cardinality(instants.instants) - 1) as series (instants_before)
),

sums as (
    select
        spans.asset,
        spans.instants_before,
        coalesce(sum(sums_between.collateral) over until_then, 0) as collateral,
        coalesce(sum(sums_between.wallet) over until_then, 0) as wallet,
        coalesce(sum(sums_between.deposits) over until_then, 0) as deposits,
        coalesce(sum(sums_between.withdrawals) over until_then, 0) as withdrawals,
        coalesce(sum(sums_between.transfers_in) over until_then, 0) as transfers_in,
        coalesce(sum(sums_between.transfers_out) over until_then, 0) as transfers_out,
        coalesce(sum(sums_between.bought) over until_then, 0) as bought,
        coalesce(sum(sums_between.sold) over until_then, 0) as sold,
        coalesce(sum(sums_between.fill_fees) over until_then, 0) as fill_fees,
        coalesce(sum(sums_between.funding_fees) over until_then, 0) as funding_fees,
        coalesce(sum(sums_between.fee_income) over until_then, 0) as fee_income,
        coalesce(sum(sums_between.corrections) over until_then, 0) as corrections

    from spans

    left join sums_between
        on spans.asset = sums_between.asset and spans.instants_before = sums_between.instants_before

    window until_then as (partition by spans.asset order by spans.instants_before)
),

first_rows as (
    select distinct on (asset)
        asset,
        amount_before,
        legacy_amount_before

    from history.collateral_transaction

    where account_id = :account_id

    order by
        asset,
        report.event_place(event_number, transaction_id, record_key) collate "C"
),

-- An asset that the venue does not list has none; of its counters nothing is said then.
figures as (
    select
        assets.asset,
        taken.taken_at,
        figure.name as figure,
        figure.shown,
        figure.until_request,
        figure.until_answer,
        figure.begins_with,
        at_request.corrections

    from snapshot.taken

    cross join assets

    cross join instants

    left join snapshot.collateral
        on taken.account_id = collateral.account_id
        and taken.taken_at = collateral.taken_at
        and assets.asset = collateral.asset

    inner join sums as at_request
        on assets.asset = at_request.asset
        and width_bucket(taken.taken_at, instants.instants) - 1 = at_request.instants_before

    inner join sums as at_answer
        on assets.asset = at_answer.asset
        and width_bucket(taken.answered_at, instants.instants) - 1 = at_answer.instants_before

    left join first_rows
        on assets.asset = first_rows.asset

    cross join lateral (
        values
            ('collateral', coalesce(collateral.amount, 0), at_request.collateral, at_answer.collateral, first_rows.amount_before),
            ('wallet', coalesce(collateral.legacy_amount, 0), at_request.wallet, at_answer.wallet, first_rows.legacy_amount_before),
            ('deposits', collateral.deposits, at_request.deposits, at_answer.deposits, null),
            ('withdrawals', collateral.withdrawals, at_request.withdrawals, at_answer.withdrawals, null),
            ('transfers in', collateral.transfers_in, at_request.transfers_in, at_answer.transfers_in, null),
            ('transfers out', collateral.transfers_out, at_request.transfers_out, at_answer.transfers_out, null),
            ('bought', collateral.bought, at_request.bought, at_answer.bought, null),
            ('sold', collateral.sold, at_request.sold, at_answer.sold, null),
            ('fill fees', collateral.fill_fees, at_request.fill_fees, at_answer.fill_fees, null),
            ('funding fees', collateral.funding_fees, at_request.funding_fees, at_answer.funding_fees, null),
            ('fee income', collateral.fee_income, at_request.fee_income, at_answer.fee_income, null)
    ) as figure (name, shown, until_request, until_answer, begins_with)

    where taken.account_id = :account_id
        and taken.has_statement
        and figure.shown is not null
),

-- From one snapshot to the next, so that a difference shows once, where it came. The statement's first row
-- says of the balances what there was before the history begins, the first snapshot of the counters.
intervals as (
    select
        asset,
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
        case when figure in ('collateral', 'wallet') then 0 else corrections - coalesce(lag(corrections) over in_time, 0) end as explained,
        not :is_from_beginning::boolean
        and begins_with is null
        and lag(shown) over in_time is null as is_inferred

    from figures

    window in_time as (partition by asset, figure order by taken_at)
),

compared as (
    select
        asset,
        taken_at,
        taken_before,
        figure,
        shown,
        is_inferred,
        explained,
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
        case when summed <> shown then figure end as broken

    from compared
)

select
    'collateral_totals' as law,
    asset || coalesce(' ' || broken, '') as subject,
    case
        when bool_or(shown - summed <> explained) and broken is not null then 'differs'
        when broken is not null then 'within_tolerance'
        when bool_or(is_inferred) then 'inferred'
        else 'agrees'
    end as status,
    case when broken is null then count(*) else trim_scale(min(shown)) end as expected,
    case when broken is null then count(*) else trim_scale(min(summed)) end as found,
    count(*) as compared,
    case
        when bool_or(shown - summed <> explained) and broken is not null then 'the rows between the snapshot before and that of ' || to_char(taken_at at time zone 'UTC', 'YYYY-MM-DD') || ' sum up to another figure'
        when broken is not null then 'what differs is exactly the sum of the venue''s own BUG_FIX rows'
        when bool_or(is_inferred) then 'what the counters held before the history begins is taken from this snapshot'
        else ''
    end as evidence,
    taken_at as checked_at,
    case when broken is not null then 'income' end as lacking_stream,
    min(taken_before) as lacking_from,
    taken_at as lacking_until

from judged

group by
    asset,
    taken_at,
    broken

order by
    asset collate "C",
    taken_at,
    broken collate "C"
