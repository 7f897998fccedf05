-- When each of some contracts was first named as the account's, by a record of whatever stream or by a
-- position that a snapshot shows open.
with wanted as (
    select distinct jsonb_array_elements_text(:symbols::jsonb) as symbol
),

named as (
    select
        record.symbol,
        record.occurred_at as named_at

    from wanted

    inner join raw.record
        on record.account_id = :account_id
        and wanted.symbol = record.symbol

    union all

    select
        position.symbol,
        position.taken_at

    from wanted

    inner join snapshot.position
        on position.account_id = :account_id
        and wanted.symbol = position.symbol
        and position.quantity <> 0
)

select
    symbol,
    min(named_at) as named_at

from named

group by symbol
