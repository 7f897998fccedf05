-- Per contract, of the position's size and cost and of the venue's notes of its fees and funding: each change
-- begins with what the one before it left. Changes stand in the order of the venue's event numbers, those
-- without one last. What breaks comes one by one, the rest as one row.
with changes_in_order as (
    select
        symbol,
        transaction_id,
        transaction_type,
        occurred_at,
        open_size_before,
        open_value_before,
        open_fee_before,
        funding_fee_before,
        lag(open_size_before + open_size) over in_order as open_size_left,
        lag(open_value_before + open_value) over in_order as open_value_left,
        lag(open_fee_before + open_fee) over in_order as open_fee_left,
        lag(funding_fee_before + funding_fee) over in_order as funding_fee_left,
        lag(transaction_id) over in_order as previous_id,
        lag(status) over in_order as previous_status,
        lag(occurred_at) over in_order as previous_at

    from history.position_transaction

    where account_id = :account_id

    window in_order as (
        partition by symbol
        order by
            report.event_place(event_number, transaction_id, record_key) collate "C"
    )
),

compared as (
    select
        changes_in_order.*,
        chain.figure,
        chain.before,
        coalesce(chain.carried, case when :is_from_beginning::boolean then 0 else chain.before end) as carried

    from changes_in_order

    cross join lateral (
        values
            ('open size', open_size_before, open_size_left),
            ('open value', open_value_before, open_value_left),
            ('open fee', open_fee_before, open_fee_left),
            ('funding fee', funding_fee_before, funding_fee_left)
    ) as chain (figure, before, carried)
),

judged as (
    select
        compared.*,
        case when carried <> before then figure || ' row ' || transaction_id end as broken

    from compared
)

select
    'position_chain' as law,
    symbol || coalesce(' ' || broken, '') as subject,
    case
        when broken is not null then 'differs'
        when bool_or(previous_id is null and before <> 0) then 'inferred'
        else 'agrees'
    end as status,
    case when broken is null then count(*) else trim_scale(min(before)) end as expected,
    case when broken is null then count(*) else trim_scale(min(carried)) end as found,
    count(*) as compared,
    case
        when broken is not null then
            'the ' || min(transaction_type) || ' of ' || to_char(min(occurred_at) at time zone 'UTC', 'YYYY-MM-DD') || coalesce(
                ' follows row ' || min(previous_id) || ' of ' || to_char(min(previous_at) at time zone 'UTC', 'YYYY-MM-DD')
                || case
                    when min(previous_status) in ('CENSOR_SUCCESS', 'L2_APPROVED') then ''
                    else ', whose status is ' || min(previous_status)
                end,
                ' is the first row'
            )
        when bool_or(previous_id is null and before <> 0)
            then 'a position was open before the history begins'
        else ''
    end as evidence,
    null as checked_at,
    case when broken is not null then 'position_transactions' end as lacking_stream,
    case when min(previous_at) is not null then least(min(previous_at), min(occurred_at)) end as lacking_from,
    greatest(min(previous_at), min(occurred_at)) as lacking_until

from judged

group by
    symbol,
    broken

order by
    symbol collate "C",
    broken collate "C"
