-- What is open, by lot method: the sum of the lots.
drop view if exists ledger.position cascade;

create view ledger.position as
select
    account_id,
    method,
    symbol,
    position_side,
    sum(quantity) as quantity,
    sum(cost) as cost,
    sum(opening_fee) as opening_fee,
    sum(funding) as funding,
    min(asset) as asset,
    count(*) as lots,
    case when bool_and(opened_at is not null) then min(opened_at) end as opened_at,
    bool_or(is_inferred) as is_inferred

from ledger.lot

where stranded_at is null

group by
    account_id,
    method,
    symbol,
    position_side;

comment on view ledger.position is 'One row per lot method and open position: the sum of its lots. Their quantities and dates agree; what they cost does not.';
comment on column ledger.position.account_id is 'The account.';
comment on column ledger.position.method is 'The lot method: average, fifo, lifo or hifo.';
comment on column ledger.position.symbol is 'The contract.';
comment on column ledger.position.position_side is 'BOTH, LONG or SHORT.';
comment on column ledger.position.quantity is 'Signed: negative for a short.';
comment on column ledger.position.cost is 'Signed like the quantity: what the open quantity cost. The average entry price is cost ÷ quantity.';
comment on column ledger.position.opening_fee is 'The opening fees it holds, in the row''s asset: positive when paid.';
comment on column ledger.position.funding is 'The funding it holds, in the row''s asset: + received, − paid.';
comment on column ledger.position.asset is 'The asset of the money columns.';
comment on column ledger.position.lots is 'How many lots it has.';
comment on column ledger.position.opened_at is 'When its oldest lot was opened; at average cost, when it left flat. Null where that was before the history begins.';
comment on column ledger.position.is_inferred is 'Whether any of it rests on an inferred opening.';
