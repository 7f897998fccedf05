-- The joined spans of each stream and symbol that were read. known_symbols are those seen in any record: the
-- others were requested once, in search of fills that leave no other trace, and are not read on.
with known_symbols as (
    select distinct symbol

    from report.named_symbol

    where account_id = :account
),

spans as (
    select
        stream,
        symbol,
        unnest(range_agg(tstzrange(from_time, until_time))) as span

    from report.covered

    where account_id = :account

    group by
        stream,
        symbol
)

select
    spans.stream,
    spans.symbol,
    lower(spans.span) as from_time,
    upper(spans.span) as until_time,
    spans.symbol = '' or known_symbols.symbol is not null as is_known

from spans

left join known_symbols
    on spans.symbol = known_symbols.symbol

order by
    spans.stream collate "C",
    spans.symbol collate "C",
    lower(spans.span)
