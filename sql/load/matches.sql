-- What the venue's interface gave within one second, by what a file's row of the same event shares with it.
with candidates as (
    select income_type || '/' || tran_id || '/' || asset || '/' || symbol as match_key

    from history.income

    where
        :stream = 'income'
        and account_id = :account_id
        and occurred_at >= :second::timestamptz
        and occurred_at < :second::timestamptz + interval '1 second'
        and record_key not like 'import/%'

    union all

    -- The second form is that of trade histories without ids.
    select unnest(array[
        symbol || '/' || fill_id || '/' || side,
        symbol || '/' || side || '/' || trim_scale(price)::text || '/' || trim_scale(quantity)::text
    ])

    from history.fill

    where
        :stream = 'fills'
        and account_id = :account_id
        and symbol = :symbol
        and occurred_at >= :second::timestamptz
        and occurred_at < :second::timestamptz + interval '1 second'
        and record_key not like 'import/%'
)

select
    match_key,
    count(*)::integer as records

from candidates

group by match_key
