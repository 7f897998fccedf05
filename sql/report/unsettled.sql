-- Per stream that is read: from when to when rows of the span may still appear, for the account or one of its
-- known symbols. Gaps are told elsewhere.
with account as (
    select begins_at
    from ledger.beginning
    where account_id = :account
),

known_symbols as (
    select distinct symbol
    from raw.record
    where account_id = :account
),

settled as (
    select
        stream,
        symbol,
        spans

    from report.settled_span

    where account_id = :account
),

gaps as (
    select
        stream,
        symbol,
        range_agg(tstzrange(from_time, until_time)) as spans

    from raw.gap

    where account_id = :account

    group by
        stream,
        symbol
),

wanted as (
    select
        settled.stream,
        tstzrange(
            least(greatest(:from, account.begins_at, instrument.listed_at), :until),
            :until
        ) as span,
        coalesce(settled.spans, '{}') + coalesce(gaps.spans, '{}') as spans

    from settled

    cross join account

    left join known_symbols on settled.symbol = known_symbols.symbol

    left join raw.instrument
        on instrument.account_id = :account and settled.symbol = instrument.symbol

    left join gaps on settled.stream = gaps.stream and settled.symbol = gaps.symbol

    where
        (settled.symbol = '' or known_symbols.symbol is not null)
        -- What the key may not read is not kept.
        and not exists (
            select
            from raw.denied_stream
            where denied_stream.account_id = :account and denied_stream.stream = settled.stream
        )
),

open as (
    select
        stream,
        tstzmultirange(span) - spans as spans

    from wanted
)

select
    stream,
    min(lower(spans)) as from_time,
    max(upper(spans)) as until_time

from open

where not isempty(spans)

group by stream

order by stream collate "C"
