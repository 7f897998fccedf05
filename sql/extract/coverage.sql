-- The settled coverage of an account, joined to the fewest spans.
select
    merged.stream,
    merged.symbol,
    lower(span) as from_time,
    upper(span) as until_time

from (
    select
        stream,
        symbol,
        range_agg(tstzrange(from_time, until_time)) as spans

    from raw.window

    where account_id = :account_id and is_settled

    group by
        stream,
        symbol
) as merged

cross join lateral unnest(merged.spans) as span
