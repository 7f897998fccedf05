-- Per open position at the last snapshot: what it cost by the venue's count, and by the books at average
-- cost. The venue rounds what each partial close releases, and the books keep more digits. A position whose
-- quantity differs is another check's finding.
with last_snapshot as (
    select max(taken_at) as taken_at
    from snapshot.taken
    where account_id = :account_id and has_statement
)

select
    'position_cost' as law,
    position_state.symbol || ' ' || position_state.asset as subject,
    case
        when position.cost = position_state.open_value then 'agrees'
        when abs(position.cost - position_state.open_value) <= :fill_average::numeric then 'within_tolerance'
        else 'differs'
    end as status,
    trim_scale(position_state.open_value) as expected,
    trim_scale(position.cost) as found,
    1::bigint as compared,
    case
        when position.cost = position_state.open_value then ''
        when abs(position.cost - position_state.open_value) <= :fill_average::numeric then 'the cost of the open position, to within ' || :fill_average
        else 'the cost of the open position differs'
    end as evidence,
    position_state.taken_at as checked_at

from snapshot.position_state

inner join last_snapshot
    on position_state.taken_at = last_snapshot.taken_at

inner join ledger.position
    on position_state.account_id = position.account_id
    and position.method = 'average'
    and position_state.symbol = position.symbol
    and position.position_side = 'BOTH'
    and position_state.open_size = position.quantity

where position_state.account_id = :account_id
    and position_state.open_size <> 0

order by position_state.symbol collate "C"
