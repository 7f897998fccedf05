-- What a row of the cash statement is, in our own words: the books and every statement go by it, and the venue's word stays beside it for people. Rows that
-- are there get what `decode` gives their records from now on. What was booked of them stays: no kind is booked otherwise than its word was.
drop index history.income_by_trade;
drop index history.funding_by_posting;
drop index history.contract_settlement;

alter table history.income add column kind text;

-- edgeX, which alone has a collateral statement: its rows bore Binance's words, and get their own.
update history.income
set income_type = statement.transaction_type,
    kind = case
        when statement.transaction_type in ('POSITION_BUY', 'POSITION_SELL') then
            case income.part when 'fee' then 'trading_fee' when 'liquidation_fee' then 'liquidation' else 'realized_pnl' end
        when statement.transaction_type = 'POSITION_FUNDING' then 'funding'
        when statement.transaction_type = 'FILL_FEE_INCOME' then 'rebate'
        when statement.transaction_type = 'DEPOSIT' then 'deposit'
        when statement.transaction_type = 'WITHDRAW' then 'withdrawal'
        when statement.transaction_type in ('TRANSFER_IN', 'TRANSFER_OUT') then
            case
                when statement.transfer_reason = 'CROSS_DEPOSIT' then 'bridge_deposit'
                when statement.transfer_reason in ('CROSS_WITHDRAW', 'FAST_WITHDRAW') then 'bridge_withdrawal'
                else 'transfer'
            end
        else 'unknown'
    end
from history.collateral_transaction as statement
where income.account_id = statement.account_id
    and income.record_key = statement.record_key;

update history.income
set kind = case
    when income_type = 'REALIZED_PNL' then 'realized_pnl'
    when income_type = 'DELIVERED_SETTELMENT' then 'contract_settlement'
    when income_type = 'COMMISSION' then 'trading_fee'
    when income_type in ('COMMISSION_REBATE', 'API_REBATE', 'FEE_RETURN', 'MARKET_MERCHANT_RETURN_REWARD') then 'rebate'
    when income_type = 'FUNDING_FEE' then 'funding'
    when income_type = 'INSURANCE_CLEAR' then 'liquidation'
    when income_type in ('TRANSFER', 'INTERNAL_TRANSFER', 'CROSS_COLLATERAL_TRANSFER', 'STRATEGY_UMFUTURES_TRANSFER') then 'transfer'
    when income_type in ('WELCOME_BONUS', 'CONTEST_REWARD', 'REFERRAL_KICKBACK', 'BFUSD_REWARD') then 'reward'
    when income_type in ('AUTO_EXCHANGE', 'COIN_SWAP_DEPOSIT', 'COIN_SWAP_WITHDRAW') then 'conversion'
    else 'unknown'
end
where kind is null;

alter table history.income alter column kind set not null;
alter table history.income add constraint income_kind_check check (
    kind in (
        'realized_pnl', 'contract_settlement', 'trading_fee', 'rebate', 'funding', 'liquidation', 'reward', 'conversion',
        'transfer', 'deposit', 'withdrawal', 'bridge_deposit', 'bridge_withdrawal', 'unknown'
    )
);

create index income_by_trade on history.income (account_id, symbol, trade_id, kind);
create index funding_by_posting on history.income (account_id, symbol, posted_at) where kind = 'funding';
create index contract_settlement on history.income (account_id, symbol, posted_at) where kind = 'contract_settlement';

comment on column history.income.kind is 'What it is, in our own words, whatever its venue calls it; the books go by it. realized_pnl: of closing a position, by prices alone. contract_settlement: the same where the venue ended the contract. trading_fee: of a fill, − when paid. rebate: fees that come back. funding: + received, − paid. liquidation: its fee (−), and what the insurance fund pays (+). reward: gifts, prizes and referral income. conversion: one asset for another, a row each. transfer: with whom the venue does not say, or with another account of the same venue. deposit, withdrawal: from and to a chain. bridge_deposit, bridge_withdrawal: the same by way of the venue''s pool. unknown: a word of the venue without a known meaning; its amount is in suspense.';
comment on column history.income.income_type is 'The venue''s own word for the row.';
comment on column history.income.tran_id is 'The venue''s transaction id; unique within one of the venue''s words at most.';
