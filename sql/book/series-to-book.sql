-- The series of fills that have fills not yet booked; `is_late` where one of them belongs before the last one booked.
select
    fill.symbol,
    fill.position_side,
    coalesce(
        bool_or(
            position.last_at is not null
            and fill.sequence > position.through_sequence
            and (fill.posted_at, fill.occurred_at, length(fill.fill_id), fill.fill_id collate "C", fill.record_key collate "C")
            < (last.posted_at, position.last_at, length(position.last_fill_id), position.last_fill_id collate "C", position.last_key collate "C")
        ),
        false
    ) as is_late

from history.fill

left join ledger.position
    on fill.account_id = position.account_id
    and position.method = 'average'
    and fill.symbol = position.symbol
    and fill.position_side = position.position_side

left join history.fill as last
    on position.account_id = last.account_id
    and position.last_key = last.record_key

where
    fill.account_id = :account_id
    and fill.sequence > :after::bigint

group by
    fill.symbol,
    fill.position_side

order by
    fill.symbol collate "C",
    fill.position_side collate "C"
