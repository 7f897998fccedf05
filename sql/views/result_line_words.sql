-- Made by test/store/chart-of-accounts.test.ts with UPDATE_DOCS=1, from the accounts of src/domain/entry.ts.
comment on column report.journal.wallet is 'What the posting changes in the wallet: the amount of assets:wallet, + into the wallet, − out of it; null on other accounts.';
comment on column report.journal.realized_pnl is 'What prices gave and took: the amount of income:realized_pnl, + into the wallet, − out of it; null on other accounts.';
comment on column report.journal.trading_fees is 'Trading fees: the amount of expenses:trading_fees, + into the wallet, − out of it; null on other accounts.';
comment on column report.journal.rebates is 'Rebates of fees: the amount of income:rebates, + into the wallet, − out of it; null on other accounts.';
comment on column report.journal.funding is 'Funding, received and paid: the amount of income:funding and expenses:funding, + into the wallet, − out of it; null on other accounts.';
comment on column report.journal.liquidation is 'What liquidations were charged: the amount of expenses:liquidation, + into the wallet, − out of it; null on other accounts.';
comment on column report.journal.rewards is 'Rewards of the venue: the amount of income:rewards, + into the wallet, − out of it; null on other accounts.';
comment on column report.journal.transfers is 'Moves into and out of the account: the amount of equity:transfers, + into the wallet, − out of it; null on other accounts.';
comment on column report.journal.conversions is 'One asset changed into another: the amount of equity:conversions, + into the wallet, − out of it; null on other accounts.';
comment on column report.journal.inferred_opening is 'What was there before the history begins: the amount of equity:opening, + into the wallet, − out of it; null on other accounts.';
comment on column report.journal.suspense is 'Events of a kind that is not known: the amount of suspense, + into the wallet, − out of it; null on other accounts.';
comment on column report.journal.net_result is 'The amount of every line of the result (realized_pnl, trading_fees, rebates, funding, liquidation, rewards), + into the wallet, − out of it; null on other accounts.';

comment on column report.valued_entry.wallet is 'What the posting changes in the wallet: the amount of assets:wallet, + into the wallet, − out of it; null on other accounts.';
comment on column report.valued_entry.realized_pnl is 'What prices gave and took: the amount of income:realized_pnl, + into the wallet, − out of it; null on other accounts.';
comment on column report.valued_entry.trading_fees is 'Trading fees: the amount of expenses:trading_fees, + into the wallet, − out of it; null on other accounts.';
comment on column report.valued_entry.rebates is 'Rebates of fees: the amount of income:rebates, + into the wallet, − out of it; null on other accounts.';
comment on column report.valued_entry.funding is 'Funding, received and paid: the amount of income:funding and expenses:funding, + into the wallet, − out of it; null on other accounts.';
comment on column report.valued_entry.liquidation is 'What liquidations were charged: the amount of expenses:liquidation, + into the wallet, − out of it; null on other accounts.';
comment on column report.valued_entry.rewards is 'Rewards of the venue: the amount of income:rewards, + into the wallet, − out of it; null on other accounts.';
comment on column report.valued_entry.transfers is 'Moves into and out of the account: the amount of equity:transfers, + into the wallet, − out of it; null on other accounts.';
comment on column report.valued_entry.conversions is 'One asset changed into another: the amount of equity:conversions, + into the wallet, − out of it; null on other accounts.';
comment on column report.valued_entry.inferred_opening is 'What was there before the history begins: the amount of equity:opening, + into the wallet, − out of it; null on other accounts.';
comment on column report.valued_entry.suspense is 'Events of a kind that is not known: the amount of suspense, + into the wallet, − out of it; null on other accounts.';
comment on column report.valued_entry.net_result is 'The amount of every line of the result (realized_pnl, trading_fees, rebates, funding, liquidation, rewards), + into the wallet, − out of it; null on other accounts.';
