-- Made by test/store/chart-of-accounts.test.ts with UPDATE_DOCS=1, from the accounts of src/domain/entry.ts.

-- The two signed lines of each movement: the debited account gains, the credited one gives; they sum to zero
-- by construction.
drop view if exists ledger.posting cascade;

create view ledger.posting as
select
    movement.account_id,
    movement.entry_id,
    side.line,
    side.ledger_account,
    movement.asset,
    side.amount,
    case when side.ledger_account in ('assets:wallet') then side.amount end as wallet,
    case when side.ledger_account in ('income:realized_pnl') then -side.amount end as realized_pnl,
    case when side.ledger_account in ('expenses:trading_fees') then -side.amount end as trading_fees,
    case when side.ledger_account in ('income:rebates') then -side.amount end as rebates,
    case when side.ledger_account in ('income:funding', 'expenses:funding') then -side.amount end as funding,
    case when side.ledger_account in ('expenses:liquidation') then -side.amount end as liquidation,
    case when side.ledger_account in ('income:rewards') then -side.amount end as rewards,
    case when side.ledger_account in ('equity:transfers') then -side.amount end as transfers,
    case when side.ledger_account in ('equity:conversions') then -side.amount end as conversions,
    case when side.ledger_account in ('equity:opening') then -side.amount end as inferred_opening,
    case when side.ledger_account in ('suspense') then -side.amount end as suspense,
    case when side.ledger_account in ('income:realized_pnl', 'expenses:trading_fees', 'income:rebates', 'income:funding', 'expenses:funding', 'expenses:liquidation', 'income:rewards') then -side.amount end as net_result

from ledger.movement

cross join lateral (
    values
        (movement.line * 2 - 1, movement.debit_account, movement.amount),
        (movement.line * 2, movement.credit_account, -movement.amount)
) as side (line, ledger_account, amount);

comment on view ledger.posting is 'Two rows per movement: its debit (+) and its credit (−). Each amount stands again, signed as reports show it, in the column of its line.';
comment on column ledger.posting.account_id is 'The account.';
comment on column ledger.posting.entry_id is 'The entry.';
comment on column ledger.posting.line is 'The posting''s number within the entry, from 1.';
comment on column ledger.posting.ledger_account is 'The ledger account, as in the chart of accounts.';
comment on column ledger.posting.asset is 'The asset.';
comment on column ledger.posting.amount is 'Debits positive, credits negative.';
comment on column ledger.posting.wallet is 'What the posting changes in the wallet: the amount of assets:wallet, + into the wallet, − out of it; null on other accounts.';
comment on column ledger.posting.realized_pnl is 'What prices gave and took: the amount of income:realized_pnl, + into the wallet, − out of it; null on other accounts.';
comment on column ledger.posting.trading_fees is 'Trading fees: the amount of expenses:trading_fees, + into the wallet, − out of it; null on other accounts.';
comment on column ledger.posting.rebates is 'Rebates of fees: the amount of income:rebates, + into the wallet, − out of it; null on other accounts.';
comment on column ledger.posting.funding is 'Funding, received and paid: the amount of income:funding and expenses:funding, + into the wallet, − out of it; null on other accounts.';
comment on column ledger.posting.liquidation is 'What liquidations were charged: the amount of expenses:liquidation, + into the wallet, − out of it; null on other accounts.';
comment on column ledger.posting.rewards is 'Rewards of the venue: the amount of income:rewards, + into the wallet, − out of it; null on other accounts.';
comment on column ledger.posting.transfers is 'Moves into and out of the account: the amount of equity:transfers, + into the wallet, − out of it; null on other accounts.';
comment on column ledger.posting.conversions is 'One asset changed into another: the amount of equity:conversions, + into the wallet, − out of it; null on other accounts.';
comment on column ledger.posting.inferred_opening is 'What was there before the history begins: the amount of equity:opening, + into the wallet, − out of it; null on other accounts.';
comment on column ledger.posting.suspense is 'Events of a kind that is not known: the amount of suspense, + into the wallet, − out of it; null on other accounts.';
comment on column ledger.posting.net_result is 'The amount of every line of the result (realized_pnl, trading_fees, rebates, funding, liquidation, rewards), + into the wallet, − out of it; null on other accounts.';

-- The same of whole days, for reports that add up years.
drop function if exists ledger.summed_posting(text, timestamptz, timestamptz, text) cascade;

create function ledger.summed_posting(
    time_zone text, from_time timestamptz, until_time timestamptz, only_account text
)
returns table (
    account_id text,
    posted_at timestamptz,
    ledger_account text,
    asset text,
    kind text,
    symbol text,
    basis text,
    amount numeric,
    debits numeric,
    postings bigint,
    wallet numeric,
    realized_pnl numeric,
    trading_fees numeric,
    rebates numeric,
    funding numeric,
    liquidation numeric,
    rewards numeric,
    transfers numeric,
    conversions numeric,
    inferred_opening numeric,
    suspense numeric,
    net_result numeric

)
language sql stable
begin atomic
select
    side.account_id,
    side.posted_at,
    side.ledger_account,
    side.asset,
    side.kind,
    side.symbol,
    side.basis,
    side.amount,
    side.debits,
    side.postings,
    case when side.ledger_account in ('assets:wallet') then side.amount end as wallet,
    case when side.ledger_account in ('income:realized_pnl') then -side.amount end as realized_pnl,
    case when side.ledger_account in ('expenses:trading_fees') then -side.amount end as trading_fees,
    case when side.ledger_account in ('income:rebates') then -side.amount end as rebates,
    case when side.ledger_account in ('income:funding', 'expenses:funding') then -side.amount end as funding,
    case when side.ledger_account in ('expenses:liquidation') then -side.amount end as liquidation,
    case when side.ledger_account in ('income:rewards') then -side.amount end as rewards,
    case when side.ledger_account in ('equity:transfers') then -side.amount end as transfers,
    case when side.ledger_account in ('equity:conversions') then -side.amount end as conversions,
    case when side.ledger_account in ('equity:opening') then -side.amount end as inferred_opening,
    case when side.ledger_account in ('suspense') then -side.amount end as suspense,
    case when side.ledger_account in ('income:realized_pnl', 'expenses:trading_fees', 'income:rebates', 'income:funding', 'expenses:funding', 'expenses:liquidation', 'income:rewards') then -side.amount end as net_result

from ledger.day_posting(
    summed_posting.time_zone, summed_posting.from_time, summed_posting.until_time, summed_posting.only_account
) as side;
end;

comment on function ledger.summed_posting(text, timestamptz, timestamptz, text) is
    'The postings of a time, of one account or of all (null), with the columns of ledger.posting; whole days of the zone as sums, as ledger.day_posting gives them.';
