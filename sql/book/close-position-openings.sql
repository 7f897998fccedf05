-- Keeps with a close the positions that were open before the history, as the books have them.
insert into ledger.closed_position_opening (
    account_id, closing_number, symbol, position_side, quantity, cost, source, evidence
)
select
    account_id,
    :closing_number::integer,
    symbol,
    position_side,
    quantity,
    cost,
    source,
    evidence

from ledger.position_opening

where account_id = :account_id
