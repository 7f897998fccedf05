-- Postings summed by day: what reports add up over years is read from here, and only the newest days and the
-- ends of a period posting by posting.
create table ledger.day_sum (
    account_id text not null,
    day_from timestamptz not null,
    ledger_account text not null,
    asset text not null,
    kind text not null,
    symbol text not null,
    basis text not null,
    amount numeric not null,
    debits numeric not null,
    postings bigint not null,
    primary key (account_id, day_from, ledger_account, asset, kind, symbol, basis)
);
comment on table ledger.day_sum is 'One row per day, ledger account, asset, kind of event, contract and basis: the sum of its postings. Counts up to ledger.summed_until; what is later is left from before, and is not to be read.';
comment on column ledger.day_sum.account_id is 'The account.';
comment on column ledger.day_sum.day_from is 'The midnight that the day begins with, in the zone of ledger.summed_until.';
comment on column ledger.day_sum.ledger_account is 'The ledger account, as in the chart of accounts.';
comment on column ledger.day_sum.asset is 'The asset.';
comment on column ledger.day_sum.kind is 'The kind of event, as in ledger.entry.';
comment on column ledger.day_sum.symbol is 'The contract; empty where the event has none.';
comment on column ledger.day_sum.basis is 'As in ledger.entry.';
comment on column ledger.day_sum.amount is 'The sum of the postings, debits positive, credits negative.';
comment on column ledger.day_sum.debits is 'The sum of the debits alone.';
comment on column ledger.day_sum.postings is 'How many postings there are.';

create table ledger.summed_until (
    account_id text not null primary key,
    time_zone text not null,
    until_time timestamptz not null
);
comment on table ledger.summed_until is 'Up to when the postings of an account are summed by day. A posting that is written or taken away before it sets it back to its day.';
comment on column ledger.summed_until.account_id is 'The account.';
comment on column ledger.summed_until.time_zone is 'The time zone whose days they are.';
comment on column ledger.summed_until.until_time is 'The midnight that the first day begins with that is not summed.';

comment on column ledger.reconciliation.check_name is 'The check: wallet, wallet_opening, position, entry_price, unrealized_pnl, equity, realized_pnl_cash, fee_cash, realized_pnl_average, funding_interval, funding_amount, fee_amount, forced_order, liquidation_order, contract_settlement, stranded_lot, late_funding, coin_name, record_sequence, record_count, record_digest, record_history, record_entries or day_sums; of venues with a collateral statement also collateral_chain, position_chain, collateral_totals, collateral_identities, collateral_cash, fill_legs, funding_pairs, position_states, side_statistics, position_cycles, position_cost, liquidation_fees, liquidation_flags, venue_status, equity_snapshots, own_transfers; across accounts same_account.';
