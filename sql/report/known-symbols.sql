-- Every contract seen in a record, and when it began to trade, if the venue says.
with known_symbols as (
    select distinct symbol

    from report.named_symbol

    where account_id = :account
)

select
    known_symbols.symbol,
    instrument.listed_at

from known_symbols

left join raw.instrument
    on instrument.account_id = :account
    and instrument.symbol = known_symbols.symbol

order by known_symbols.symbol collate "C"
