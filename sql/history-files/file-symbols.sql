-- The contracts that a file of a whole account says something about: that it has no row of one of them shows
-- that there was none. Those that any record or position names as the account's are known; the others are
-- only listed.
with named as (
    select
        record.symbol,
        true as is_known

    from raw.record

    where record.account_id = :account_id and record.symbol <> ''

    union

    select
        position.symbol,
        true

    from snapshot.position

    where position.account_id = :account_id

    union

    select
        instrument.symbol,
        false

    from raw.instrument

    where instrument.account_id = :account_id

    union

    select
        gap.symbol,
        false

    from raw.gap

    where gap.account_id = :account_id and gap.stream = :stream and gap.symbol <> ''
)

select
    named.symbol,
    bool_or(named.is_known) as is_known,
    max(instrument.listed_at) as listed_at

from named

left join raw.instrument
    on instrument.account_id = :account_id and named.symbol = instrument.symbol

group by named.symbol

order by named.symbol collate "C"
