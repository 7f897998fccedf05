-- The settled coverage of an account, joined to the fewest spans, with or without what is silent; and that
-- part of it that was read when it had reached its stream's age.
with ages as (
    select
        key as stream,
        value::bigint * interval '1 millisecond' as age

    from json_each_text(:last_read_ages_ms::json)
),

settled as (
    select
        settled.stream,
        settled.symbol,
        tstzrange(settled.from_time, settled.until_time) as span,
        coalesce(settled.evidence <> 'venue' or settled.read_at - settled.until_time >= ages.age, false) as is_last_read

    from raw."window" as settled

    left join ages on settled.stream = ages.stream

    where settled.account_id = :account_id
        and settled.is_settled
        and (:with_silences::boolean or settled.evidence <> 'silence')
),

merged as (
    select
        stream,
        symbol,
        false as is_last_read,
        range_agg(span) as spans

    from settled

    group by
        stream,
        symbol

    union all

    select
        stream,
        symbol,
        true,
        range_agg(span)

    from settled

    where is_last_read

    group by
        stream,
        symbol
)

select
    merged.stream,
    merged.symbol,
    merged.is_last_read,
    lower(span) as from_time,
    upper(span) as until_time

from merged

cross join lateral unnest(merged.spans) as span

order by
    merged.stream,
    merged.symbol,
    lower(span)
