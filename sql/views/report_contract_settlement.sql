-- When the venue ends a contract it settles what is open. Mostly a fill tells of it, and the cash row is that
-- fill's result. Where no fill has the row's trade id, the cash row is all there is: what was open is closed
-- at the price that it implies. A row without one is the result of a fill of its second whose realized PnL it
-- is, or of all of them; their second alone does not make it so.
drop view if exists report.contract_settlement cascade;

create view report.contract_settlement as
select
    income.account_id,
    income.symbol,
    income.record_key,
    income.part,
    income.amount,
    income.asset,
    income.occurred_at,
    income.posted_at,
    income.sequence

from history.income

left join ledger.tolerance on income.account_id = tolerance.account_id

where
    income.kind = 'contract_settlement'
    and income.symbol <> ''
    and not exists (
        select

        from history.fill

        where
            fill.account_id = income.account_id
            and fill.symbol = income.symbol
            and fill.fill_id = income.trade_id
            and income.trade_id <> ''
    )
    and not exists (
        select

        from history.fill

        where
            fill.account_id = income.account_id
            and fill.symbol = income.symbol
            and date_trunc('second', fill.occurred_at) = date_trunc('second', income.occurred_at)
            and income.trade_id = ''

        -- The venue cuts an amount off, or rounds it, at its last decimal, and so its sums.
        having
            bool_or(abs(fill.realized_pnl - income.amount) <= coalesce(tolerance.fill_average, 0))
            or abs(sum(fill.realized_pnl) - income.amount) <= coalesce(tolerance.fill_average, 0)
    );

comment on view report.contract_settlement is 'One row per settlement of a contract that the venue ended and that no fill tells of: a cash row that closes what was open.';
comment on column report.contract_settlement.account_id is 'The account.';
comment on column report.contract_settlement.symbol is 'The contract.';
comment on column report.contract_settlement.record_key is 'The cash row''s record.';
comment on column report.contract_settlement.part is 'Which event of the record, where one holds several.';
comment on column report.contract_settlement.amount is 'What it added to the wallet: the result of the close.';
comment on column report.contract_settlement.asset is 'The asset of the amount.';
comment on column report.contract_settlement.occurred_at is 'When, in UTC.';
comment on column report.contract_settlement.posted_at is 'When the books count it, in UTC.';
comment on column report.contract_settlement.sequence is 'The record''s place in the order of arrival.';

-- What a settlement took out of a position: as lots were closed by it, or as they were stranded at it.
drop view if exists report.settled_position cascade;

create view report.settled_position as
select
    contract_settlement.account_id,
    contract_settlement.symbol,
    disposal.position_side,
    contract_settlement.record_key,
    case disposal.direction when 'long' then -disposal.quantity else disposal.quantity end as signed_quantity,
    case disposal.direction when 'long' then -disposal.cost else disposal.proceeds end as signed_cost,
    contract_settlement.occurred_at,
    contract_settlement.posted_at

from report.contract_settlement

inner join ledger.disposal
    on contract_settlement.account_id = disposal.account_id
    and disposal.method = 'average'
    and contract_settlement.symbol = disposal.symbol
    and contract_settlement.record_key = disposal.fill_key

union all

select
    lot.account_id,
    lot.symbol,
    lot.position_side,
    settled.record_key,
    -lot.quantity,
    -lot.cost,
    settled.occurred_at,
    settled.posted_at

from ledger.lot

inner join (
    select
        account_id,
        symbol,
        min(record_key) as record_key,
        occurred_at,
        min(posted_at) as posted_at

    from report.contract_settlement

    group by
        account_id,
        symbol,
        occurred_at
) as settled
    on lot.account_id = settled.account_id
    and lot.symbol = settled.symbol
    and lot.stranded_at = settled.occurred_at

where lot.method = 'average';

comment on view report.settled_position is 'One row per position that the venue settled without a fill: what the settlement took out of it.';
comment on column report.settled_position.account_id is 'The account.';
comment on column report.settled_position.symbol is 'The contract.';
comment on column report.settled_position.position_side is 'BOTH, LONG or SHORT.';
comment on column report.settled_position.record_key is 'The cash row''s record.';
comment on column report.settled_position.signed_quantity is 'Negative where a long was closed.';
comment on column report.settled_position.signed_cost is 'At average cost, with the same sign: what the closed quantity had cost.';
comment on column report.settled_position.occurred_at is 'When, in UTC.';
comment on column report.settled_position.posted_at is 'When the books count it, in UTC.';
