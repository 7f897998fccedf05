-- Per asset, of the collateral and of the conventional wallet: each row of the statement begins with what the
-- row before it left. Rows stand in the order of the venue's event numbers, those without one last. A history
-- that does not reach the account's beginning may begin with something. What breaks comes one by one, the
-- rest as one row.
with rows_in_order as (
    select
        asset,
        transaction_id,
        transaction_type,
        occurred_at,
        amount_before,
        legacy_amount_before,
        lag(amount_before + amount) over in_order as amount_left,
        lag(legacy_amount_before + legacy_amount) over in_order as legacy_amount_left,
        lag(transaction_id) over in_order as previous_id,
        lag(status) over in_order as previous_status,
        lag(occurred_at) over in_order as previous_at

    from history.collateral_transaction

    where account_id = :account_id

    window in_order as (
        partition by asset
        order by
            report.event_place(event_number, transaction_id, record_key) collate "C"
    )
),

compared as (
    select
        rows_in_order.*,
        chain.figure,
        chain.before,
        coalesce(chain.carried, case when :is_from_beginning::boolean then 0 else chain.before end) as carried

    from rows_in_order

    cross join lateral (
        values
            ('collateral', amount_before, amount_left),
            ('wallet', legacy_amount_before, legacy_amount_left)
    ) as chain (figure, before, carried)
),

judged as (
    select
        compared.*,
        case when carried <> before then 'row ' || transaction_id end as broken

    from compared
)

select
    'collateral_chain' as law,
    asset || ' ' || figure || coalesce(' ' || broken, '') as subject,
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
            then trim_scale(min(before) filter (where previous_id is null))::text || ' was there before the history begins'
        else ''
    end as evidence,
    null as checked_at,
    case when broken is not null then 'income' end as lacking_stream,
    case when min(previous_at) is not null then least(min(previous_at), min(occurred_at)) end as lacking_from,
    greatest(min(previous_at), min(occurred_at)) as lacking_until

from judged

group by
    asset,
    figure,
    broken

order by
    asset collate "C",
    figure collate "C",
    broken collate "C"
