-- The books of any number of accounts. Every primary key begins with account_id and every join between facts carries it,
-- so the schema distributes by account_id as it stands. Amounts are bare numeric: a scale would round in silence.

create schema raw;
create schema history;
create schema snapshot;
create schema ledger;

comment on schema raw is 'What the venue said, verbatim, and how completely it was read. All else can be rebuilt from it.';
comment on schema history is 'The records of raw, typed. Rebuilt from raw at any time.';
comment on schema snapshot is 'Balances and positions as the venue showed them at each run.';
comment on schema ledger is 'The books in double entry, and their proofs. Rebuilt from history and snapshot at any time.';

create table raw.account (
    account_id text not null,
    name text not null,
    venue text not null,
    last_sequence bigint not null default 0,
    history_from timestamptz not null,
    is_from_beginning boolean not null,
    sweep_until timestamptz,
    primary key (account_id)
);
comment on table raw.account is 'One row per account that was ever synced.';
comment on column raw.account.account_id is 'The name the account was first configured under. It begins every primary key.';
comment on column raw.account.name is 'The account''s name as people see it.';
comment on column raw.account.venue is 'The venue the account is on.';
comment on column raw.account.last_sequence is 'The highest sequence of the account''s records.';
comment on column raw.account.history_from is 'The instant from which history was asked for.';
comment on column raw.account.is_from_beginning is 'Whether that is before the account can have begun, so that its books open with nothing.';
comment on column raw.account.sweep_until is 'Up to here every listed symbol was asked for, not only those seen in a record.';

create table raw.run (
    account_id text not null,
    run_id text not null,
    command text not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    outcome text,
    requests integer,
    new_records integer,
    primary key (account_id, run_id)
);
comment on table raw.run is 'One row per account and invocation. A run without an outcome was killed.';
comment on column raw.run.account_id is 'The account.';
comment on column raw.run.run_id is 'The invocation.';
comment on column raw.run.command is 'The command that was run.';
comment on column raw.run.started_at is 'When the account''s turn began, by this machine''s clock.';
comment on column raw.run.finished_at is 'When it ended; null while it runs or if it was killed.';
comment on column raw.run.outcome is 'done, stopped: and the first line of the error, or null.';
comment on column raw.run.requests is 'Requests sent to the venue.';
comment on column raw.run.new_records is 'Records that were not known before.';

create table raw.record (
    account_id text not null,
    stream text not null,
    record_key text not null,
    version integer not null,
    symbol text not null,
    occurred_at timestamptz not null,
    body text not null,
    sequence bigint not null,
    run_id text not null,
    primary key (account_id, stream, record_key, version)
);
create index record_by_sequence on raw.record (account_id, sequence);
create index record_by_time on raw.record (account_id, stream, symbol, occurred_at);
comment on table raw.record is 'One row per version of a record: append-only. The same record with another body is a new version.';
comment on column raw.record.account_id is 'The account.';
comment on column raw.record.stream is 'income, fills, forced_orders or margin_changes.';
comment on column raw.record.record_key is 'The record''s whole identity within its stream, and its number among equals.';
comment on column raw.record.version is '1, and one more each time the venue served another body.';
comment on column raw.record.symbol is 'The contract; empty where the row has none.';
comment on column raw.record.occurred_at is 'The venue''s time of the record.';
comment on column raw.record.body is 'The row''s JSON with its digits as sent.';
comment on column raw.record.sequence is 'Rises by one with each version loaded into the account; tells the later stages what is new.';
comment on column raw.record.run_id is 'The run that brought it.';

create table raw.window (
    account_id text not null,
    stream text not null,
    symbol text not null,
    from_time timestamptz not null,
    until_time timestamptz not null,
    is_settled boolean not null,
    row_count integer not null,
    read_at timestamptz not null,
    run_id text not null,
    evidence text not null default 'venue',
    note text not null default '',
    primary key (account_id, stream, symbol, from_time, until_time, is_settled),
    check (from_time < until_time),
    check (evidence in ('venue', 'import', 'decision'))
);
comment on table raw.window is 'Spans of time known to be complete, written in the transaction that writes their rows.';
comment on column raw.window.evidence is 'venue: its interface was asked and the answer proven whole. import: a file the venue made. decision: a person''s, with the reason in note.';
comment on column raw.window.note is 'The file, or the reason; empty for the venue''s interface.';
comment on column raw.window.account_id is 'The account.';
comment on column raw.window.stream is 'The stream.';
comment on column raw.window.symbol is 'The contract; empty where one request covers the whole account; * where a person decided for every symbol, known or not.';
comment on column raw.window.from_time is 'The first instant of the span.';
comment on column raw.window.until_time is 'The first instant after it.';
comment on column raw.window.is_settled is 'False while the span is younger than the stream''s lateness: rows may still appear, and it is read again.';
comment on column raw.window.row_count is 'Rows of the read this span came from.';
comment on column raw.window.read_at is 'The venue''s time when it was read.';
comment on column raw.window.run_id is 'The run that read it.';

create table raw.gap (
    account_id text not null,
    stream text not null,
    symbol text not null,
    from_time timestamptz not null,
    until_time timestamptz not null,
    reason text not null,
    primary key (account_id, stream, symbol, from_time),
    check (from_time < until_time)
);
comment on table raw.gap is 'Spans that the venue no longer serves. Reports that overlap one say INCOMPLETE.';
comment on column raw.gap.account_id is 'The account.';
comment on column raw.gap.stream is 'The stream.';
comment on column raw.gap.symbol is 'The contract; empty for the whole account.';
comment on column raw.gap.from_time is 'The first instant that cannot be read.';
comment on column raw.gap.until_time is 'The first instant that can.';
comment on column raw.gap.reason is 'Why, in a sentence.';

create table raw.download (
    account_id text not null,
    stream text not null,
    from_time timestamptz not null,
    until_time timestamptz not null,
    requested_at timestamptz not null,
    download_id text,
    ready_until timestamptz,
    loaded_at timestamptz,
    outcome text,
    primary key (account_id, stream, from_time, requested_at),
    check (from_time < until_time),
    check (outcome in ('loaded', 'expired'))
);
comment on table raw.download is 'Files of a history that the venue was asked to make. Each ask spends some of the venue''s monthly allowance, which is counted from here.';
comment on column raw.download.account_id is 'The account.';
comment on column raw.download.stream is 'income or fills.';
comment on column raw.download.from_time is 'The first instant that was asked for.';
comment on column raw.download.until_time is 'The first instant after it.';
comment on column raw.download.requested_at is 'The venue''s time when it was asked; written before the ask is sent.';
comment on column raw.download.download_id is 'The venue''s id of the file; null where its answer never came. The ask counts all the same: the venue may have counted it.';
comment on column raw.download.ready_until is 'Until when the venue said that it keeps the file; null while it is being made.';
comment on column raw.download.loaded_at is 'When its rows were loaded, by this machine''s clock.';
comment on column raw.download.outcome is 'loaded; expired: the venue no longer has the file. Null while it is under way.';

create table raw.denied_stream (
    account_id text not null,
    stream text not null,
    reason text not null,
    primary key (account_id, stream)
);
comment on table raw.denied_stream is 'Streams that the account''s key may not read: their history is not kept.';
comment on column raw.denied_stream.account_id is 'The account.';
comment on column raw.denied_stream.stream is 'The stream.';
comment on column raw.denied_stream.reason is 'Why, in a sentence.';

create table raw.set_aside (
    account_id text not null,
    stream text not null,
    record_key text not null,
    symbol text not null,
    occurred_at timestamptz not null,
    reason text not null,
    kind text not null default 'not_understood',
    primary key (account_id, stream, record_key, kind),
    check (kind in ('not_understood', 'rewritten', 'vanished'))
);
comment on table raw.set_aside is 'Records that need a person, each with its reason.';
comment on column raw.set_aside.account_id is 'The account.';
comment on column raw.set_aside.stream is 'The stream.';
comment on column raw.set_aside.record_key is 'The record.';
comment on column raw.set_aside.kind is 'not_understood: kept, not booked; a rebuild tries again. rewritten: the venue changed a field it may not change; the first version stays booked. vanished: the venue no longer serves it; it stays booked.';
comment on column raw.set_aside.symbol is 'The contract; empty where the row has none.';
comment on column raw.set_aside.occurred_at is 'The venue''s time of the record.';
comment on column raw.set_aside.reason is 'What was not understood, or which field the venue rewrote.';

create table raw.instrument (
    account_id text not null,
    symbol text not null,
    status text not null,
    margin_asset text not null,
    listed_at timestamptz,
    primary key (account_id, symbol)
);
comment on table raw.instrument is 'The contracts the venue lists or has listed, as last seen by the account.';
comment on column raw.instrument.account_id is 'The account.';
comment on column raw.instrument.symbol is 'The contract, verbatim.';
comment on column raw.instrument.status is 'The venue''s word: TRADING, SETTLING, …';
comment on column raw.instrument.margin_asset is 'The asset its PnL is paid in.';
comment on column raw.instrument.listed_at is 'When this contract began to trade, if the venue says.';

create table history.progress (
    account_id text not null,
    stage text not null,
    sequence bigint not null,
    primary key (account_id, stage)
);
comment on table history.progress is 'How far each stage has worked through the account''s records.';
comment on column history.progress.account_id is 'The account.';
comment on column history.progress.stage is 'normalise, cash or positions.';
comment on column history.progress.sequence is 'Records up to this sequence are done.';

create table history.income (
    account_id text not null,
    record_key text not null,
    income_type text not null,
    amount numeric not null,
    asset text not null,
    symbol text not null,
    tran_id text not null,
    trade_id text not null,
    info text not null,
    occurred_at timestamptz not null,
    sequence bigint not null,
    primary key (account_id, record_key)
);
create index income_by_time on history.income (account_id, occurred_at);
create index income_by_trade on history.income (account_id, symbol, trade_id, income_type);
create index income_by_sequence on history.income (account_id, sequence);
comment on table history.income is 'One row per row of the venue''s cash statement.';
comment on column history.income.account_id is 'The account.';
comment on column history.income.record_key is 'The record in raw.';
comment on column history.income.income_type is 'REALIZED_PNL, COMMISSION, FUNDING_FEE, TRANSFER, …';
comment on column history.income.amount is 'What the wallet gained (+) or lost (−).';
comment on column history.income.asset is 'The asset of the amount.';
comment on column history.income.symbol is 'The contract; empty for transfers and rewards.';
comment on column history.income.tran_id is 'The venue''s transaction id; unique within an income type at most.';
comment on column history.income.trade_id is 'The fill it belongs to; empty if none.';
comment on column history.income.info is 'The venue''s remark.';
comment on column history.income.occurred_at is 'When, in UTC.';
comment on column history.income.sequence is 'The sequence of the record''s version.';

create table history.fill (
    account_id text not null,
    record_key text not null,
    symbol text not null,
    fill_id text not null,
    order_id text not null,
    side text not null,
    position_side text not null,
    price numeric not null,
    quantity numeric not null,
    fee numeric not null,
    fee_asset text not null,
    realized_pnl numeric not null,
    margin_asset text,
    is_maker boolean not null,
    occurred_at timestamptz not null,
    sequence bigint not null,
    primary key (account_id, record_key),
    check (side in ('BUY', 'SELL')),
    check (position_side in ('BOTH', 'LONG', 'SHORT')),
    check (quantity > 0)
);
create index fill_in_order on history.fill (
    account_id, symbol, position_side, occurred_at, length(fill_id), fill_id collate "C", record_key collate "C"
);
create index fill_by_time on history.fill (account_id, occurred_at);
create index fill_by_sequence on history.fill (account_id, sequence);
comment on table history.fill is 'One row per execution.';
comment on column history.fill.account_id is 'The account.';
comment on column history.fill.record_key is 'The record in raw.';
comment on column history.fill.symbol is 'The contract.';
comment on column history.fill.fill_id is 'The venue''s trade id; unique per symbol only, and shared by the two sides of a self-trade.';
comment on column history.fill.order_id is 'The order.';
comment on column history.fill.side is 'BUY or SELL.';
comment on column history.fill.position_side is 'BOTH in one-way mode; LONG or SHORT in hedge mode.';
comment on column history.fill.price is 'The price.';
comment on column history.fill.quantity is 'The quantity, always positive.';
comment on column history.fill.fee is 'The fee: positive when paid, negative for a rebate.';
comment on column history.fill.fee_asset is 'The asset of the fee.';
comment on column history.fill.realized_pnl is 'The venue''s own realized PnL, before fees and funding.';
comment on column history.fill.margin_asset is 'The asset of the realized PnL; null where the venue does not say.';
comment on column history.fill.is_maker is 'Whether the fill added liquidity.';
comment on column history.fill.occurred_at is 'When, in UTC.';
comment on column history.fill.sequence is 'The sequence of the record''s version.';

create table history.forced_order (
    account_id text not null,
    record_key text not null,
    symbol text not null,
    order_id text not null,
    kind text not null,
    status text not null,
    side text not null,
    position_side text not null,
    average_price numeric not null,
    executed_quantity numeric not null,
    client_order_id text not null,
    occurred_at timestamptz not null,
    sequence bigint not null,
    primary key (account_id, record_key)
);
comment on table history.forced_order is 'One row per order the venue placed for the account: liquidation, auto-deleveraging, settlement.';
comment on column history.forced_order.account_id is 'The account.';
comment on column history.forced_order.record_key is 'The record in raw.';
comment on column history.forced_order.symbol is 'The contract.';
comment on column history.forced_order.order_id is 'The order; its fills carry the same id.';
comment on column history.forced_order.kind is 'liquidation, adl, settlement or unknown.';
comment on column history.forced_order.status is 'The order''s state as last seen.';
comment on column history.forced_order.side is 'BUY or SELL.';
comment on column history.forced_order.position_side is 'BOTH, LONG or SHORT.';
comment on column history.forced_order.average_price is 'The average price of its fills.';
comment on column history.forced_order.executed_quantity is 'The quantity filled.';
comment on column history.forced_order.client_order_id is 'The venue''s client order id, whose prefix tells the kind.';
comment on column history.forced_order.occurred_at is 'When the order was created, in UTC.';
comment on column history.forced_order.sequence is 'The sequence of the record''s version.';

create table history.margin_change (
    account_id text not null,
    record_key text not null,
    symbol text not null,
    position_side text not null,
    amount numeric not null,
    asset text not null,
    direction text not null,
    reason text not null,
    occurred_at timestamptz not null,
    sequence bigint not null,
    primary key (account_id, record_key)
);
comment on table history.margin_change is 'One row per move of margin between the wallet and an isolated position. Never cash in or out.';
comment on column history.margin_change.account_id is 'The account.';
comment on column history.margin_change.record_key is 'The record in raw.';
comment on column history.margin_change.symbol is 'The contract.';
comment on column history.margin_change.position_side is 'BOTH, LONG or SHORT.';
comment on column history.margin_change.amount is 'Positive into the position, negative out of it.';
comment on column history.margin_change.asset is 'The asset of the amount.';
comment on column history.margin_change.direction is 'into_position or out_of_position.';
comment on column history.margin_change.reason is 'The venue''s word for the cause; empty if it gives none.';
comment on column history.margin_change.occurred_at is 'When, in UTC.';
comment on column history.margin_change.sequence is 'The sequence of the record''s version.';

create table snapshot.balance (
    account_id text not null,
    taken_at timestamptz not null,
    asset text not null,
    wallet numeric not null,
    answered_at timestamptz not null,
    primary key (account_id, taken_at, asset)
);
comment on table snapshot.balance is 'One row per asset and run: the wallet as the venue showed it.';
comment on column snapshot.balance.account_id is 'The account.';
comment on column snapshot.balance.taken_at is 'The venue''s time just before the question.';
comment on column snapshot.balance.asset is 'The asset.';
comment on column snapshot.balance.wallet is 'The wallet, without unrealized PnL.';
comment on column snapshot.balance.answered_at is 'The venue''s time just after the answer; the wallet is of some instant between the two.';

create table snapshot.position (
    account_id text not null,
    taken_at timestamptz not null,
    symbol text not null,
    position_side text not null,
    quantity numeric not null,
    entry_price numeric not null,
    answered_at timestamptz not null,
    primary key (account_id, taken_at, symbol, position_side)
);
comment on table snapshot.position is 'One row per open position and run, as the venue showed it. A position that is not there was flat.';
comment on column snapshot.position.account_id is 'The account.';
comment on column snapshot.position.taken_at is 'The venue''s time just before the question.';
comment on column snapshot.position.symbol is 'The contract.';
comment on column snapshot.position.position_side is 'BOTH, LONG or SHORT.';
comment on column snapshot.position.quantity is 'Signed: negative for a short.';
comment on column snapshot.position.entry_price is 'The venue''s average entry price, as it rounds it.';
comment on column snapshot.position.answered_at is 'The venue''s time just after the answer.';

create table ledger.entry (
    account_id text not null,
    entry_id text not null,
    kind text not null,
    symbol text not null,
    occurred_at timestamptz not null,
    stream text not null,
    record_key text not null,
    basis text not null,
    primary key (account_id, entry_id),
    check (basis in ('cash', 'fill', 'inferred'))
);
create index entry_by_time on ledger.entry (account_id, occurred_at);
create index entry_by_record on ledger.entry (account_id, stream, record_key);
comment on table ledger.entry is 'One row per booked event.';
comment on column ledger.entry.account_id is 'The account.';
comment on column ledger.entry.entry_id is 'The entry; the same event has the same id in every rebuild.';
comment on column ledger.entry.kind is 'realized_pnl, trading_fee, rebate, funding, liquidation, transfer, reward, conversion, opening or unknown.';
comment on column ledger.entry.symbol is 'The contract; empty where the event has none.';
comment on column ledger.entry.occurred_at is 'When, in UTC.';
comment on column ledger.entry.stream is 'The stream of the record it was booked from; snapshot for an opening balance.';
comment on column ledger.entry.record_key is 'The record it was booked from.';
comment on column ledger.entry.basis is 'cash: from the cash statement. fill: from the fill, because its cash row is missing. inferred: an opening balance.';

create table ledger.movement (
    account_id text not null,
    entry_id text not null,
    line integer not null,
    debit_account text not null,
    credit_account text not null,
    asset text not null,
    amount numeric not null,
    primary key (account_id, entry_id, line),
    check (debit_account <> credit_account),
    check (amount > 0 and amount < 'Infinity')
);
comment on table ledger.movement is 'A positive amount of one asset from the credited ledger account to the debited one: an entry cannot be out of balance.';
comment on column ledger.movement.account_id is 'The account.';
comment on column ledger.movement.entry_id is 'The entry.';
comment on column ledger.movement.line is 'The movement''s number within the entry, from 1.';
comment on column ledger.movement.debit_account is 'The ledger account that receives.';
comment on column ledger.movement.credit_account is 'The ledger account that gives.';
comment on column ledger.movement.asset is 'The asset.';
comment on column ledger.movement.amount is 'The amount, always positive.';

create table ledger.position (
    account_id text not null,
    method text not null,
    symbol text not null,
    position_side text not null,
    quantity numeric not null,
    cost numeric not null,
    opened_at timestamptz,
    fill_count bigint not null,
    last_at timestamptz not null,
    last_fill_id text not null,
    last_key text not null,
    through_sequence bigint not null,
    primary key (account_id, method, symbol, position_side)
);
comment on table ledger.position is 'The open position of each series of fills, and how far its fills are booked.';
comment on column ledger.position.account_id is 'The account.';
comment on column ledger.position.method is 'The lot method: average.';
comment on column ledger.position.symbol is 'The contract.';
comment on column ledger.position.position_side is 'BOTH, LONG or SHORT.';
comment on column ledger.position.quantity is 'Signed: negative for a short.';
comment on column ledger.position.cost is 'Signed like the quantity: what the open quantity cost. The average entry price is cost ÷ quantity.';
comment on column ledger.position.opened_at is 'When it last left flat; null while flat.';
comment on column ledger.position.fill_count is 'Fills booked so far.';
comment on column ledger.position.last_at is 'The time of the last fill booked.';
comment on column ledger.position.last_fill_id is 'Its trade id.';
comment on column ledger.position.last_key is 'Its record.';
comment on column ledger.position.through_sequence is 'The highest sequence among the fills booked.';

create table ledger.disposal (
    account_id text not null,
    method text not null,
    symbol text not null,
    position_side text not null,
    fill_key text not null,
    opened_at timestamptz not null,
    closed_at timestamptz not null,
    quantity numeric not null,
    proceeds numeric not null,
    cost numeric not null,
    realized_pnl numeric not null,
    asset text not null,
    venue_realized_pnl numeric not null,
    primary key (account_id, method, symbol, position_side, fill_key),
    check (quantity > 0)
);
create index disposal_by_time on ledger.disposal (account_id, closed_at);
comment on table ledger.disposal is 'One row per closed piece of a position. Realized PnL is proceeds − cost, before fees and funding.';
comment on column ledger.disposal.account_id is 'The account.';
comment on column ledger.disposal.method is 'The lot method: average.';
comment on column ledger.disposal.symbol is 'The contract.';
comment on column ledger.disposal.position_side is 'BOTH, LONG or SHORT.';
comment on column ledger.disposal.fill_key is 'The closing fill.';
comment on column ledger.disposal.opened_at is 'When the position left flat.';
comment on column ledger.disposal.closed_at is 'When this piece was closed.';
comment on column ledger.disposal.quantity is 'The quantity closed, always positive.';
comment on column ledger.disposal.proceeds is 'What the sale brought: the close of a long, the opening of a short.';
comment on column ledger.disposal.cost is 'What the purchase cost: the opening of a long, the close of a short.';
comment on column ledger.disposal.realized_pnl is 'proceeds − cost.';
comment on column ledger.disposal.asset is 'The asset of the money columns.';
comment on column ledger.disposal.venue_realized_pnl is 'The venue''s own figure for the same fill.';

create table ledger.reconciliation (
    account_id text not null,
    check_name text not null,
    subject text not null,
    expected numeric not null,
    found numeric not null,
    difference numeric not null,
    status text not null,
    note text not null,
    checked_at timestamptz not null,
    primary key (account_id, check_name, subject, checked_at),
    check (status in ('agrees', 'within_tolerance', 'inferred', 'differs'))
);
comment on table ledger.reconciliation is 'The proofs: what the venue says against what the books say. A difference is a row with a size and a next step.';
comment on column ledger.reconciliation.account_id is 'The account.';
comment on column ledger.reconciliation.check_name is 'wallet, position, entry_price, realized_pnl_cash, fee_cash or realized_pnl_average.';
comment on column ledger.reconciliation.subject is 'What was compared: an asset, a symbol, a fill.';
comment on column ledger.reconciliation.expected is 'The venue''s figure.';
comment on column ledger.reconciliation.found is 'The books'' figure.';
comment on column ledger.reconciliation.difference is 'found − expected.';
comment on column ledger.reconciliation.status is 'agrees; within_tolerance (a named one); inferred (taken from evidence); differs.';
comment on column ledger.reconciliation.note is 'How many facts were compared; of a difference, the suspect and the next step.';
comment on column ledger.reconciliation.checked_at is 'The venue''s time of the evidence.';
