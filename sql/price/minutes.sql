-- Each asset with each minute in which the books have something of it: what must be valued.
select distinct
    asset,
    date_trunc('minute', occurred_at) as minute

from (
    select
        movement.asset,
        entry.occurred_at

    from ledger.movement

    inner join ledger.entry
        on movement.account_id = entry.account_id and movement.entry_id = entry.entry_id

    where movement.account_id = :account_id

    union all

    select
        asset,
        closed_at

    from ledger.disposal

    where account_id = :account_id
) as booked

where asset <> ''

order by
    asset,
    minute
