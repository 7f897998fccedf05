-- The contracts that a file of a whole account says something about: that it has no row of one of them shows that there was none.
with named as (
    select record.symbol
    from raw.record
    where record.account_id = :account_id and record.symbol <> ''

    union

    select instrument.symbol
    from raw.instrument
    where instrument.account_id = :account_id

    union

    select gap.symbol
    from raw.gap
    where gap.account_id = :account_id and gap.stream = :stream and gap.symbol <> ''
)

select
    named.symbol,
    instrument.listed_at

from named

left join raw.instrument
    on instrument.account_id = :account_id and named.symbol = instrument.symbol

order by named.symbol collate "C"
