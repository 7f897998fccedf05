-- Rows that the venue has not confirmed, or has taken back: whether they moved anything is not certain. Each
-- comes by itself.
with listed as (
    select
        asset || ' row ' || transaction_id as subject,
        legacy_amount as figure,
        transaction_type,
        status,
        occurred_at

    from history.collateral_transaction

    where account_id = :account_id and status not in ('CENSOR_SUCCESS', 'L2_APPROVED')

    union all

    select
        symbol || ' change ' || transaction_id,
        open_size,
        transaction_type,
        status,
        occurred_at

    from history.position_transaction

    where account_id = :account_id and status not in ('CENSOR_SUCCESS', 'L2_APPROVED')
)

select
    'venue_status' as law,
    subject,
    'differs' as status,
    0::numeric as expected,
    trim_scale(min(figure)) as found,
    count(*) as compared,
    'the ' || min(transaction_type) || ' of ' || to_char(min(occurred_at) at time zone 'UTC', 'YYYY-MM-DD') || ' is ' || min(status) as evidence,
    null as checked_at

from listed

group by subject

order by subject collate "C"
