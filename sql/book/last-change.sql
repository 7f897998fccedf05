-- The last change of a symbol's positions that is stored, in the order of booking; none where nothing but an
-- opening is.
select
    last_change.posted_at,
    last_change.occurred_at,
    last_change.fill_id,
    last_change.record_key

from (values ('BOTH'), ('LONG'), ('SHORT')) as side (position_side)

cross join lateral (
    select
        posted_at,
        occurred_at,
        fill_id,
        record_key

    from ledger.position_change

    where account_id = :account_id
        and symbol = :symbol
        and position_side = side.position_side
        and posted_at is not null

    order by number desc

    limit 1
) as last_change

order by
    last_change.posted_at desc,
    last_change.occurred_at desc,
    length(last_change.fill_id) desc,
    last_change.fill_id collate "C" desc,
    last_change.record_key collate "C" desc

limit 1
