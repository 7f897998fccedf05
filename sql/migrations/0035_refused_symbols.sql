-- What a venue refuses to show of a contract ends where the contract does: a refusal that stays is one fact, not a longer one each night.
create table raw.refused_symbol (
    account_id text not null,
    stream text not null,
    symbol text not null,
    from_time timestamptz not null,
    until_time timestamptz not null,
    primary key (account_id, stream, symbol),
    check (from_time < until_time)
);
comment on table raw.refused_symbol is 'Contracts that the venue does not serve, and of which nothing has been heard since it first refused them: they did not trade, so the span has no rows and is no gap. Gone as soon as the venue serves the contract again: all of it is read then.';
comment on column raw.refused_symbol.account_id is 'The account.';
comment on column raw.refused_symbol.stream is 'The stream that was requested.';
comment on column raw.refused_symbol.symbol is 'The contract.';
comment on column raw.refused_symbol.from_time is 'The venue''s time of the first refusal; later where a record or a position has named the contract since.';
comment on column raw.refused_symbol.until_time is 'The first instant after the last refusal.';

-- All the laws that there are: two migrations had named each what the other left out.
comment on column ledger.reconciliation.check_name is 'The law: wallet, wallet_opening, position, entry_price, realized_pnl_cash, fee_cash, realized_pnl_average, funding_interval, forced_order, liquidation_order, contract_settlement, stranded_lot, coin_name, record_sequence, record_count, record_digest, record_history or record_entries; of venues with a collateral statement also collateral_chain, position_chain, collateral_totals, collateral_identities, collateral_cash, fill_legs, funding_pairs, position_states, side_statistics, position_terms, position_cost, liquidation_fees, liquidation_flags, venue_status, equity_snapshots, own_transfers; across accounts same_account.';
