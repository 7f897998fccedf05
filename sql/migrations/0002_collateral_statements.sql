-- What the books need for venues that keep a collateral statement and name contracts by number (edgeX), and two more times of an event:
-- when the venue's wallet held it, and when the books count it.

create table raw.name (
    account_id text not null,
    kind text not null,
    venue_id text not null,
    name text not null,
    primary key (account_id, kind, venue_id),
    check (kind in ('contract', 'asset'))
);
comment on table raw.name is 'What the books call the contracts and assets that a venue names by number. Given at first sight, and never changed: a contract that is renamed stays the same one.';
comment on column raw.name.account_id is 'The account.';
comment on column raw.name.kind is 'contract or asset.';
comment on column raw.name.venue_id is 'The venue''s number.';
comment on column raw.name.name is 'The name in the books.';

create table raw.metadata (
    account_id text not null,
    sha256 text not null,
    seen_at timestamptz not null,
    body text not null,
    primary key (account_id, sha256)
);
comment on table raw.metadata is 'Each version of the venue''s listing of contracts and assets that was seen, for venues whose records name them by number: old contracts may leave it.';
comment on column raw.metadata.account_id is 'The account.';
comment on column raw.metadata.sha256 is 'The hash of the body.';
comment on column raw.metadata.seen_at is 'When this version was seen first, by the venue''s clock.';
comment on column raw.metadata.body is 'The listing''s JSON with its digits as sent.';

alter table history.income add column part text not null default '';
alter table history.income add column recorded_at timestamptz;
alter table history.income add column posted_at timestamptz;
update history.income set recorded_at = occurred_at, posted_at = occurred_at;
alter table history.income alter column recorded_at set not null;
alter table history.income alter column posted_at set not null;
alter table history.income drop constraint income_pkey;
alter table history.income add primary key (account_id, record_key, part);
create index income_by_posting on history.income (account_id, posted_at);
comment on column history.income.part is 'Which event of the record it is, where one row of a statement holds several: realized_pnl, fee, …; else empty.';
comment on column history.income.recorded_at is 'From when on the venue''s wallet holds it, in UTC: later than occurred_at where a settlement is booked some time after its instant.';
comment on column history.income.posted_at is 'When the books count it, in UTC: occurred_at, but for what was learnt of a closed period after its close.';

alter table history.fill add column value numeric;
alter table history.fill add column posted_at timestamptz;
update history.fill set value = price * quantity, posted_at = occurred_at;
alter table history.fill alter column value set not null;
alter table history.fill alter column posted_at set not null;
drop index history.fill_in_order;
create index fill_in_order on history.fill (
    account_id, symbol, position_side, posted_at, occurred_at, length(fill_id), fill_id collate "C", record_key collate "C"
);
create index fill_by_posting on history.fill (account_id, posted_at);
comment on column history.fill.value is 'What was exchanged for the quantity, always positive: price × quantity, or the venue''s own figure where its price is rounded.';
comment on column history.fill.posted_at is 'When the books count it, in UTC: occurred_at, but for what was learnt of a closed period after its close.';

alter table history.forced_order add column posted_at timestamptz;
update history.forced_order set posted_at = occurred_at;
alter table history.forced_order alter column posted_at set not null;
comment on column history.forced_order.posted_at is 'When the books count it, in UTC: occurred_at, but for what was learnt of a closed period after its close.';

alter table history.margin_change add column posted_at timestamptz;
update history.margin_change set posted_at = occurred_at;
alter table history.margin_change alter column posted_at set not null;
comment on column history.margin_change.posted_at is 'When the books count it, in UTC: occurred_at, but for what was learnt of a closed period after its close.';

alter table ledger.entry add column recorded_at timestamptz;
alter table ledger.entry add column posted_at timestamptz;
update ledger.entry set recorded_at = occurred_at, posted_at = occurred_at;
alter table ledger.entry alter column recorded_at set not null;
alter table ledger.entry alter column posted_at set not null;
create index entry_by_posting on ledger.entry (account_id, posted_at);
comment on column ledger.entry.recorded_at is 'From when on the venue''s wallet holds it, in UTC; the proofs of wallets count by it.';
comment on column ledger.entry.posted_at is 'When the books count it, in UTC; the reports go by it. It is occurred_at, but for what was learnt of a closed period after its close.';

create table history.collateral_transaction (
    account_id text not null,
    record_key text not null,
    transaction_id text not null,
    transaction_type text not null,
    asset text not null,
    symbol text not null,
    amount numeric not null,
    amount_before numeric not null,
    legacy_amount numeric not null,
    legacy_amount_before numeric not null,
    open_value numeric not null,
    close_value numeric not null,
    open_fee numeric not null,
    close_fee numeric not null,
    liquidation_fee numeric not null,
    liquidation_fee_basis text not null,
    transfer_reason text not null,
    transfer_id text not null,
    fill_id text not null,
    position_transaction_id text not null,
    status text not null,
    event_number text not null,
    occurred_at timestamptz not null,
    sequence bigint not null,
    primary key (account_id, record_key),
    check (liquidation_fee_basis in ('none', 'inside_value', 'beside_value', 'unexplained'))
);
create index collateral_transaction_in_order on history.collateral_transaction (account_id, asset, occurred_at);
comment on table history.collateral_transaction is 'One row per row of a collateral statement (edgeX), in which a purchase takes its whole notional and a sale brings it. What the conventional wallet moved by is in history.income under the same record_key.';
comment on column history.collateral_transaction.account_id is 'The account.';
comment on column history.collateral_transaction.record_key is 'The record in raw; its events in history.income have the same.';
comment on column history.collateral_transaction.transaction_id is 'The venue''s id.';
comment on column history.collateral_transaction.transaction_type is 'DEPOSIT, WITHDRAW, TRANSFER_IN, TRANSFER_OUT, POSITION_BUY, POSITION_SELL, POSITION_FUNDING, FILL_FEE_INCOME, …';
comment on column history.collateral_transaction.asset is 'The asset of the amounts.';
comment on column history.collateral_transaction.symbol is 'The contract; empty where there is none.';
comment on column history.collateral_transaction.amount is 'What the collateral moved by, + in / − out.';
comment on column history.collateral_transaction.amount_before is 'The collateral before it.';
comment on column history.collateral_transaction.legacy_amount is 'What the conventional wallet moved by: the amount and what the open positions'' cost moved by.';
comment on column history.collateral_transaction.legacy_amount_before is 'The conventional wallet before it.';
comment on column history.collateral_transaction.open_value is 'What the opening part of a fill was worth: + bought, − sold.';
comment on column history.collateral_transaction.close_value is 'What the closing part of a fill was worth: + bought, − sold.';
comment on column history.collateral_transaction.open_fee is 'The fee of the opening part: − paid.';
comment on column history.collateral_transaction.close_fee is 'The fee of the closing part: − paid.';
comment on column history.collateral_transaction.liquidation_fee is 'The liquidation fee: − paid.';
comment on column history.collateral_transaction.liquidation_fee_basis is 'Where the row''s own arithmetic shows the liquidation fee to be: none; inside_value (in close_value already); beside_value (cash of its own); unexplained.';
comment on column history.collateral_transaction.transfer_reason is 'USER_TRANSFER, CROSS_DEPOSIT, CROSS_WITHDRAW, FAST_WITHDRAW; empty for what is no transfer.';
comment on column history.collateral_transaction.transfer_id is 'The deposit, withdrawal or transfer it belongs to; empty for none.';
comment on column history.collateral_transaction.fill_id is 'The fill it belongs to; empty for none.';
comment on column history.collateral_transaction.position_transaction_id is 'The change of a position it belongs to; empty for none.';
comment on column history.collateral_transaction.status is 'How far the venue has confirmed it, as last seen.';
comment on column history.collateral_transaction.event_number is 'The venue''s number of the event; both sides of a transfer between two accounts share it.';
comment on column history.collateral_transaction.occurred_at is 'When the row was made, in UTC.';
comment on column history.collateral_transaction.sequence is 'The sequence of the record''s version.';

create table history.position_transaction (
    account_id text not null,
    record_key text not null,
    transaction_id text not null,
    transaction_type text not null,
    asset text not null,
    symbol text not null,
    open_size numeric not null,
    open_value numeric not null,
    open_fee numeric not null,
    funding_fee numeric not null,
    open_size_before numeric not null,
    open_value_before numeric not null,
    open_fee_before numeric not null,
    funding_fee_before numeric not null,
    fill_open_size numeric not null,
    fill_open_value numeric not null,
    fill_open_fee numeric not null,
    fill_close_size numeric not null,
    fill_close_value numeric not null,
    fill_close_fee numeric not null,
    liquidation_fee numeric not null,
    realized_pnl numeric not null,
    is_liquidation boolean not null,
    is_deleveraging boolean not null,
    funding_at timestamptz,
    funding_rate numeric,
    funding_price numeric,
    funding_size numeric,
    fill_id text not null,
    collateral_transaction_id text not null,
    status text not null,
    event_number text not null,
    occurred_at timestamptz not null,
    sequence bigint not null,
    primary key (account_id, record_key)
);
create index position_transaction_in_order on history.position_transaction (account_id, symbol, occurred_at);
comment on table history.position_transaction is 'One row per change of a position as the venue tells it (edgeX): a fill or a funding settlement. Signs: + long or bought, − short or sold; fees − paid.';
comment on column history.position_transaction.account_id is 'The account.';
comment on column history.position_transaction.record_key is 'The record in raw.';
comment on column history.position_transaction.transaction_id is 'The venue''s id.';
comment on column history.position_transaction.transaction_type is 'BUY_POSITION, SELL_POSITION, SETTLE_FUNDING_FEE, …';
comment on column history.position_transaction.asset is 'The asset of the values.';
comment on column history.position_transaction.symbol is 'The contract.';
comment on column history.position_transaction.open_size is 'What the open quantity moved by.';
comment on column history.position_transaction.open_value is 'What the open cost moved by; released in proportion on a close.';
comment on column history.position_transaction.open_fee is 'What the position''s note of its opening fees moved by; + when released. A note, never cash.';
comment on column history.position_transaction.funding_fee is 'Of a settlement, what was received or paid; of a fill, what the position''s note of it released. Sum it over settlements alone.';
comment on column history.position_transaction.open_size_before is 'The open quantity before it.';
comment on column history.position_transaction.open_value_before is 'The open cost before it.';
comment on column history.position_transaction.open_fee_before is 'The note of opening fees before it.';
comment on column history.position_transaction.funding_fee_before is 'The note of funding before it.';
comment on column history.position_transaction.fill_open_size is 'The opening part of the fill.';
comment on column history.position_transaction.fill_open_value is 'Its value.';
comment on column history.position_transaction.fill_open_fee is 'Its fee.';
comment on column history.position_transaction.fill_close_size is 'The closing part of the fill.';
comment on column history.position_transaction.fill_close_value is 'Its value.';
comment on column history.position_transaction.fill_close_fee is 'Its fee.';
comment on column history.position_transaction.liquidation_fee is 'The liquidation fee: − paid.';
comment on column history.position_transaction.realized_pnl is 'The venue''s display figure: price result and fees of the fill.';
comment on column history.position_transaction.is_liquidation is 'Whether the venue liquidated the position.';
comment on column history.position_transaction.is_deleveraging is 'Whether it was auto-deleveraged.';
comment on column history.position_transaction.funding_at is 'The instant that was settled; null for a fill.';
comment on column history.position_transaction.funding_rate is 'The rate of the settlement; null for a fill.';
comment on column history.position_transaction.funding_price is 'The oracle''s price at the settlement; null for a fill.';
comment on column history.position_transaction.funding_size is 'The position that was settled: + long, − short; null for a fill.';
comment on column history.position_transaction.fill_id is 'The fill; empty for a settlement.';
comment on column history.position_transaction.collateral_transaction_id is 'Its row of the collateral statement.';
comment on column history.position_transaction.status is 'How far the venue has confirmed it, as last seen.';
comment on column history.position_transaction.event_number is 'The venue''s number of the event, ascending.';
comment on column history.position_transaction.occurred_at is 'When the row was made, in UTC.';
comment on column history.position_transaction.sequence is 'The sequence of the record''s version.';

create table history.position_term (
    account_id text not null,
    record_key text not null,
    asset text not null,
    symbol text not null,
    side text not null,
    term_number text not null,
    open_size numeric not null,
    open_value numeric not null,
    open_fee numeric not null,
    close_size numeric not null,
    close_value numeric not null,
    close_fee numeric not null,
    funding_fee numeric not null,
    liquidation_fee numeric not null,
    occurred_at timestamptz not null,
    updated_at timestamptz not null,
    sequence bigint not null,
    primary key (account_id, record_key),
    check (side in ('LONG', 'SHORT'))
);
comment on table history.position_term is 'One row per position from flat to flat as the venue sums it (edgeX). Signs: + long or bought, − short or sold; fees − paid.';
comment on column history.position_term.account_id is 'The account.';
comment on column history.position_term.record_key is 'The record in raw.';
comment on column history.position_term.asset is 'The asset of the values.';
comment on column history.position_term.symbol is 'The contract.';
comment on column history.position_term.side is 'LONG or SHORT; each has a count of its own.';
comment on column history.position_term.term_number is 'The venue''s count of positions of this contract and side, from 1.';
comment on column history.position_term.open_size is 'What was opened in all.';
comment on column history.position_term.open_value is 'Its value.';
comment on column history.position_term.open_fee is 'Its fees.';
comment on column history.position_term.close_size is 'What was closed in all.';
comment on column history.position_term.close_value is 'Its value.';
comment on column history.position_term.close_fee is 'Its fees.';
comment on column history.position_term.funding_fee is 'Funding: + received, − paid.';
comment on column history.position_term.liquidation_fee is 'Liquidation fees.';
comment on column history.position_term.occurred_at is 'When it was opened, in UTC.';
comment on column history.position_term.updated_at is 'When it last changed, as last seen.';
comment on column history.position_term.sequence is 'The sequence of the record''s version.';

create table history.equity_snapshot (
    account_id text not null,
    record_key text not null,
    "interval" text not null,
    asset text not null,
    total_equity numeric not null,
    unrealized_pnl numeric not null,
    occurred_at timestamptz not null,
    sequence bigint not null,
    primary key (account_id, record_key),
    check ("interval" in ('hour', 'day'))
);
comment on table history.equity_snapshot is 'The venue''s own valuation of the account, every full hour or day (edgeX).';
comment on column history.equity_snapshot.account_id is 'The account.';
comment on column history.equity_snapshot.record_key is 'The record in raw.';
comment on column history.equity_snapshot."interval" is 'hour or day.';
comment on column history.equity_snapshot.asset is 'The asset.';
comment on column history.equity_snapshot.total_equity is 'Wallet and unrealized PnL.';
comment on column history.equity_snapshot.unrealized_pnl is 'Unrealized PnL at the venue''s own prices, without fees and funding.';
comment on column history.equity_snapshot.occurred_at is 'The full hour or day, in UTC.';
comment on column history.equity_snapshot.sequence is 'The sequence of the record''s version.';

create table snapshot.collateral (
    account_id text not null,
    taken_at timestamptz not null,
    asset text not null,
    version text not null,
    amount numeric not null,
    legacy_amount numeric not null,
    deposits numeric not null,
    withdrawals numeric not null,
    transfers_in numeric not null,
    transfers_out numeric not null,
    bought numeric not null,
    sold numeric not null,
    fill_fees numeric not null,
    funding_fees numeric not null,
    fee_income numeric not null,
    total_equity numeric not null,
    answered_at timestamptz not null,
    primary key (account_id, taken_at, asset)
);
comment on table snapshot.collateral is 'One row per asset and run: what the venue counts of the account''s collateral over its life (edgeX). All are signed + in / − out.';
comment on column snapshot.collateral.account_id is 'The account.';
comment on column snapshot.collateral.taken_at is 'The venue''s time just before the question.';
comment on column snapshot.collateral.asset is 'The asset.';
comment on column snapshot.collateral.version is 'The venue''s number of the account''s state: the same before and after the questions, or the snapshot was taken again.';
comment on column snapshot.collateral.amount is 'The collateral: the sum of all the counters.';
comment on column snapshot.collateral.legacy_amount is 'The conventional wallet: the collateral and the cost of open positions.';
comment on column snapshot.collateral.deposits is 'All deposits.';
comment on column snapshot.collateral.withdrawals is 'All withdrawals.';
comment on column snapshot.collateral.transfers_in is 'All transfers in.';
comment on column snapshot.collateral.transfers_out is 'All transfers out.';
comment on column snapshot.collateral.bought is 'All purchases.';
comment on column snapshot.collateral.sold is 'All sales.';
comment on column snapshot.collateral.fill_fees is 'All fees.';
comment on column snapshot.collateral.funding_fees is 'All funding.';
comment on column snapshot.collateral.fee_income is 'All shares in other accounts'' fees.';
comment on column snapshot.collateral.total_equity is 'The venue''s equity: the collateral and the value of open positions.';
comment on column snapshot.collateral.answered_at is 'The venue''s time just after the answer.';

create table snapshot.position_state (
    account_id text not null,
    taken_at timestamptz not null,
    symbol text not null,
    asset text not null,
    open_size numeric not null,
    open_value numeric not null,
    open_fee numeric not null,
    funding_fee numeric not null,
    position_value numeric,
    unrealized_pnl numeric,
    primary key (account_id, taken_at, symbol)
);
comment on table snapshot.position_state is 'One row per contract and run: the position as the venue keeps it (edgeX).';
comment on column snapshot.position_state.account_id is 'The account.';
comment on column snapshot.position_state.taken_at is 'The venue''s time just before the question.';
comment on column snapshot.position_state.symbol is 'The contract.';
comment on column snapshot.position_state.asset is 'The asset of the values.';
comment on column snapshot.position_state.open_size is 'Signed: + long, − short.';
comment on column snapshot.position_state.open_value is 'Its cost, signed like the size.';
comment on column snapshot.position_state.open_fee is 'The note of its opening fees: − paid. A note, never cash.';
comment on column snapshot.position_state.funding_fee is 'The note of its funding. A note, never cash.';
comment on column snapshot.position_state.position_value is 'At the venue''s own price; null while flat.';
comment on column snapshot.position_state.unrealized_pnl is 'position_value − open_value by the venue''s own word; null while flat.';

create table snapshot.side_statistics (
    account_id text not null,
    taken_at timestamptz not null,
    symbol text not null,
    side text not null,
    asset text not null,
    open_size numeric not null,
    open_value numeric not null,
    open_fee numeric not null,
    close_size numeric not null,
    close_value numeric not null,
    close_fee numeric not null,
    funding_fee numeric not null,
    liquidation_fee numeric not null,
    primary key (account_id, taken_at, symbol, side),
    check (side in ('LONG', 'SHORT'))
);
comment on table snapshot.side_statistics is 'One row per contract, side and run: what the venue counts of it over the account''s life (edgeX). Signs: + long or bought, − short or sold; fees − paid.';
comment on column snapshot.side_statistics.account_id is 'The account.';
comment on column snapshot.side_statistics.taken_at is 'The venue''s time just before the question.';
comment on column snapshot.side_statistics.symbol is 'The contract.';
comment on column snapshot.side_statistics.side is 'LONG or SHORT.';
comment on column snapshot.side_statistics.asset is 'The asset of the values.';
comment on column snapshot.side_statistics.open_size is 'What was opened in all.';
comment on column snapshot.side_statistics.open_value is 'Its value.';
comment on column snapshot.side_statistics.open_fee is 'Its fees.';
comment on column snapshot.side_statistics.close_size is 'What was closed in all.';
comment on column snapshot.side_statistics.close_value is 'Its value.';
comment on column snapshot.side_statistics.close_fee is 'Its fees.';
comment on column snapshot.side_statistics.funding_fee is 'Funding: + received, − paid.';
comment on column snapshot.side_statistics.liquidation_fee is 'Liquidation fees.';
