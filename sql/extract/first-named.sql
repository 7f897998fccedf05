-- The day, in UTC, on which each of some contracts was first named as the account's: by a record of whatever
-- stream, or by a position that a snapshot shows open. Records are counted by days, which are few.
with wanted as (
    select distinct jsonb_array_elements_text(:symbols::jsonb) as symbol
),

named as (
    select
        wanted.symbol,
        loaded.day

    from wanted

    inner join raw.control_total as loaded
        on loaded.account_id = :account_id
        and wanted.symbol = loaded.symbol

    union all

    select
        wanted.symbol,
        date_trunc('day', position.taken_at, 'UTC')

    from wanted

    inner join snapshot.position
        on position.account_id = :account_id
        and wanted.symbol = position.symbol
        and position.quantity <> 0
)

select
    symbol,
    min(day) as day

from named

group by symbol
