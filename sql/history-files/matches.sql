-- What the venue's interface gave within a span, second by second, by what a file's row of the same event
-- shares with it. Files of the oldest form have no ids: their fills share price and quantity.
with given as (
    select
        income_type || '/' || tran_id || '/' || asset || '/' || symbol as match_key,
        date_trunc('second', occurred_at) as second

    from history.income

    where
        :stream = 'income'
        and account_id = :account_id
        and occurred_at >= :from_second::timestamptz
        and occurred_at < :until_second::timestamptz
        and record_key not like 'import/%'

    union all

    select
        fill.symbol || '/' || shared.words || '/' || shared.last_word,
        date_trunc('second', fill.occurred_at)

    from history.fill

    cross join lateral (
        values
        (fill.fill_id, fill.side),
        (fill.side || '/' || trim_scale(fill.price)::text, trim_scale(fill.quantity)::text)
    ) as shared (words, last_word)

    where
        :stream = 'fills'
        and fill.account_id = :account_id
        and fill.symbol = :symbol
        and fill.occurred_at >= :from_second::timestamptz
        and fill.occurred_at < :until_second::timestamptz
        and fill.record_key not like 'import/%'
)

select
    match_key,
    second,
    count(*)::integer as records

from given

group by
    match_key,
    second
