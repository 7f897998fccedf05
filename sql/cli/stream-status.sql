-- Per stream, of one account or of all (null): since when and until when it is complete without a hole,
-- over all of its symbols, and what is known of it.
with joined as (
    select
        account_id,
        stream,
        symbol,
        unnest(range_agg(tstzrange(from_time, until_time))) as span

    from report.covered

    where :account::text is null or account_id = :account

    group by
        account_id,
        stream,
        symbol
),

last_span as (
    select distinct on (account_id, stream, symbol)
        account_id,
        stream,
        symbol,
        lower(span) as complete_from,
        upper(span) as complete_until

    from joined

    order by
        account_id,
        stream,
        symbol,
        upper(span) desc
),

-- A symbol that no record names was requested once, in the sweep, and is not part of how far a stream has
-- come. Nor is one of which nothing newer is known than that the venue refuses it: what it lacks is a gap,
-- and counts as one.
known as (
    select last_span.*
    from last_span
    where
        last_span.symbol = ''
        or (
            exists (
                select
                from report.named_symbol
                where
                    named_symbol.account_id = last_span.account_id
                    and named_symbol.symbol = last_span.symbol
            )
            and not exists (
                select
                from raw.refused_symbol
                where
                    refused_symbol.account_id = last_span.account_id
                    and refused_symbol.stream = last_span.stream
                    and refused_symbol.symbol = last_span.symbol
                    and refused_symbol.from_time = last_span.complete_from
            )
        )
),

records as (
    select
        account_id,
        stream,
        count(*) filter (where version = 1) as records

    from raw.record

    where :account::text is null or account_id = :account

    group by
        account_id,
        stream
),

gaps as (
    select
        account_id,
        stream,
        count(*) as gaps

    from raw.gap

    where :account::text is null or account_id = :account

    group by
        account_id,
        stream
)

select
    last_span.account_id,
    last_span.stream,
    max(known.complete_from) as complete_from,
    min(known.complete_until) as complete_until,
    count(distinct last_span.symbol) filter (where last_span.symbol <> '')::integer as symbols,
    coalesce(max(records.records), 0) as records,
    coalesce(max(gaps.gaps), 0) as gaps

from last_span

left join known
    on last_span.account_id = known.account_id
    and last_span.stream = known.stream
    and last_span.symbol = known.symbol

left join records
    on last_span.account_id = records.account_id
    and last_span.stream = records.stream

left join gaps
    on last_span.account_id = gaps.account_id
    and last_span.stream = gaps.stream

group by
    last_span.account_id,
    last_span.stream

order by
    last_span.account_id collate "C",
    last_span.stream collate "C"
