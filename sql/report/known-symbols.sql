-- Every contract seen in a record of one account, or of all (null), and when it began to trade, if the
-- venue says.
with known_symbols as (
    select distinct
        account_id,
        symbol

    from report.named_symbol

    where :account::text is null or account_id = :account
)

select
    known_symbols.account_id,
    known_symbols.symbol,
    instrument.listed_at

from known_symbols

left join raw.instrument
    on known_symbols.account_id = instrument.account_id
    and known_symbols.symbol = instrument.symbol

order by
    known_symbols.account_id collate "C",
    known_symbols.symbol collate "C"
