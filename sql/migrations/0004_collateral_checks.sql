-- What the proofs of collateral statements need: transfers found by the number that both legs share.
create index collateral_transaction_transfers on history.collateral_transaction (event_number, asset)
where transaction_type in ('TRANSFER_IN', 'TRANSFER_OUT');

comment on column ledger.reconciliation.check_name is 'The law that was checked: wallet, position, entry_price, realized_pnl_cash, fee_cash, realized_pnl_average; of venues with a collateral statement also collateral_chain, position_chain, collateral_totals, collateral_identities, collateral_cash, fill_legs, funding_pairs, position_states, side_statistics, position_terms, position_cost, liquidation_fees, venue_status, equity_snapshots, own_transfers.';
comment on column ledger.reconciliation.expected is 'The venue''s figure; where many facts agree in one row, how many were compared.';
comment on column ledger.reconciliation.found is 'The books'' figure; where many facts agree in one row, how many of them held.';
