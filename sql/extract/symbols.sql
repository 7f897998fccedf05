-- The symbols to request: those any record, position or earlier listing names as the account's (known), and
-- those that are only listed.
with seen as (
    select symbol
    from report.named_symbol
    where account_id = :account_id

    union

    select position.symbol
    from snapshot.position
    where position.account_id = :account_id

    union

    select jsonb_array_elements_text(:configured::jsonb)
)

select
    coalesce(instrument.symbol, seen.symbol) as symbol,
    seen.symbol is not null as is_known,
    instrument.listed_at

from seen

full join (
    select
        symbol,
        listed_at

    from raw.instrument

    where account_id = :account_id
) as instrument on seen.symbol = instrument.symbol

order by
    is_known desc,
    coalesce(instrument.symbol, seen.symbol) collate "C"
