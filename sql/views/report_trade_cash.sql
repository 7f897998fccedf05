-- A venue that lists another contract under an old ticker begins its ids anew.
create or replace function report.trade_span() returns interval
language sql immutable parallel safe
return interval '1 day';
comment on function report.trade_span() is
    'How far apart fills and cash of one trade id can be: those that are farther are of two trades.';

-- The cash that has a fill to be compared with: one place says which it is, for the reconciliation and for
-- the reports.
drop view if exists report.trade_cash cascade;

create view report.trade_cash as
select
    income.account_id,
    income.record_key,
    income.part,
    case income.kind when 'contract_settlement' then 'realized_pnl' else income.kind end as kind,
    income.symbol,
    income.asset,
    income.trade_id,
    income.occurred_at,
    income.amount

from history.income

where
    income.kind in ('realized_pnl', 'trading_fee')
    -- A delisted contract's settlement belongs to a fill, or is proven by itself.
    or (
        income.kind = 'contract_settlement'
        and not exists (
            select

            from report.contract_settlement

            where
                contract_settlement.account_id = income.account_id
                and contract_settlement.record_key = income.record_key
                and contract_settlement.part = income.part
        )
    );

comment on view report.trade_cash is 'One row per cash row of a trade: its realized PnL, or its fee.';
comment on column report.trade_cash.account_id is 'The account.';
comment on column report.trade_cash.record_key is 'The record.';
comment on column report.trade_cash.part is 'Which of the record''s events it is, as in history.income.';
comment on column report.trade_cash.kind is 'realized_pnl or trading_fee.';
comment on column report.trade_cash.symbol is 'The contract.';
comment on column report.trade_cash.asset is 'The asset.';
comment on column report.trade_cash.trade_id is 'The trade; empty where the row names none: then it is of the trades of its second that have no other.';
comment on column report.trade_cash.occurred_at is 'When, in UTC.';
comment on column report.trade_cash.amount is '+ into the wallet, − out of it.';
