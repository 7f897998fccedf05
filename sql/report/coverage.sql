-- The joined spans of each stream and symbol that were read, of one account or of all (null). known_symbols
-- are those seen in any record: the others were requested once, in search of fills that leave no other
-- trace, and are not read on.
with known_symbols as (
    select distinct
        account_id,
        symbol

    from report.named_symbol

    where :account::text is null or account_id = :account
),

spans as (
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
)

select
    spans.account_id,
    spans.stream,
    spans.symbol,
    lower(spans.span) as from_time,
    upper(spans.span) as until_time,
    spans.symbol = '' or known_symbols.symbol is not null as is_known

from spans

left join known_symbols
    on spans.account_id = known_symbols.account_id
    and spans.symbol = known_symbols.symbol

order by
    spans.account_id collate "C",
    spans.stream collate "C",
    spans.symbol collate "C",
    lower(spans.span)
