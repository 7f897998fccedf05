-- Lots: what each fill opened, kept by four methods; disposals by each of them, round trips, and funding where it belongs. All of it is rebuilt
-- from history, so the tables of before are dropped, and the next booking begins anew.
drop table ledger.disposal;
drop table ledger.position;
delete from history.progress where stage = 'positions';

-- The order of events is one of a symbol, not of a side: a funding row names no side.
drop index history.fill_in_order;
create index fill_in_order on history.fill (
    account_id, symbol, posted_at, occurred_at, length(fill_id), fill_id collate "C", record_key collate "C"
);
create index funding_by_posting on history.income (account_id, symbol, posted_at) where income_type = 'FUNDING_FEE';

create table ledger.disposal (
    account_id text not null,
    method text not null,
    symbol text not null,
    position_side text not null,
    fill_key text not null,
    piece integer not null,
    closing_number bigint not null,
    opening_fill_key text not null,
    round_trip_key text not null,
    direction text not null,
    opened_at timestamptz not null,
    closed_at timestamptz not null,
    holding_seconds numeric not null,
    quantity numeric not null,
    proceeds numeric not null,
    cost numeric not null,
    realized_pnl numeric not null,
    opening_fee numeric not null,
    closing_fee numeric not null,
    funding numeric not null,
    asset text not null,
    is_inferred boolean not null,
    venue_realized_pnl numeric,
    primary key (account_id, method, symbol, position_side, fill_key, piece),
    check (method in ('average', 'fifo', 'lifo', 'hifo')),
    check (direction in ('long', 'short')),
    check (quantity > 0)
);
create index disposal_by_time on ledger.disposal (account_id, closed_at);
create index disposal_by_number on ledger.disposal (account_id, symbol, closing_number);
comment on table ledger.disposal is 'One row per lot method and closed piece of a position. Realized PnL is proceeds − cost, before fees and funding. Rows of different methods tell of the same closes.';
comment on column ledger.disposal.account_id is 'The account.';
comment on column ledger.disposal.method is 'The lot method: average, fifo, lifo or hifo (the lot with the least gain first).';
comment on column ledger.disposal.symbol is 'The contract.';
comment on column ledger.disposal.position_side is 'BOTH, LONG or SHORT.';
comment on column ledger.disposal.fill_key is 'The closing fill.';
comment on column ledger.disposal.piece is 'The piece''s number among those that the fill closed, from 1.';
comment on column ledger.disposal.closing_number is 'The closing fill''s number among the events of its symbol, in the order in which they are booked.';
comment on column ledger.disposal.opening_fill_key is 'The fill that opened the piece; at average cost the oldest that is in it; opening for what was open before the history begins.';
comment on column ledger.disposal.round_trip_key is 'The fill with which the position left flat: the key of its round trip.';
comment on column ledger.disposal.direction is 'long or short.';
comment on column ledger.disposal.opened_at is 'When the piece was opened; at average cost, when the position left flat.';
comment on column ledger.disposal.closed_at is 'When this piece was closed.';
comment on column ledger.disposal.holding_seconds is 'From opened_at until closed_at.';
comment on column ledger.disposal.quantity is 'The quantity closed, always positive.';
comment on column ledger.disposal.proceeds is 'What the sale brought: the close of a long, the opening of a short.';
comment on column ledger.disposal.cost is 'What the purchase cost: the opening of a long, the close of a short.';
comment on column ledger.disposal.realized_pnl is 'proceeds − cost.';
comment on column ledger.disposal.opening_fee is 'The piece''s share of the fees that opened it, in the row''s asset: positive when paid. Fees in other assets are in ledger.disposal_amount.';
comment on column ledger.disposal.closing_fee is 'Its share of the closing fill''s fee, likewise.';
comment on column ledger.disposal.funding is 'The funding that belongs to the piece, in the row''s asset: + received, − paid.';
comment on column ledger.disposal.asset is 'The asset of the money columns.';
comment on column ledger.disposal.is_inferred is 'Whether any of it was opened before the history begins, with an opening that is inferred.';
comment on column ledger.disposal.venue_realized_pnl is 'The venue''s own figure for the whole closing fill; on the rows of average alone, else null.';

create table ledger.disposal_amount (
    account_id text not null,
    method text not null,
    symbol text not null,
    position_side text not null,
    fill_key text not null,
    piece integer not null,
    closing_number bigint not null,
    kind text not null,
    asset text not null,
    amount numeric not null,
    primary key (account_id, method, symbol, position_side, fill_key, piece, kind, asset),
    check (kind in ('opening_fee', 'closing_fee', 'funding'))
);
create index disposal_amount_by_number on ledger.disposal_amount (account_id, symbol, closing_number);
comment on table ledger.disposal_amount is 'What belongs to a disposal in another asset than its own: fees paid in BNB, say.';
comment on column ledger.disposal_amount.account_id is 'The account.';
comment on column ledger.disposal_amount.method is 'The lot method.';
comment on column ledger.disposal_amount.symbol is 'The contract.';
comment on column ledger.disposal_amount.position_side is 'BOTH, LONG or SHORT.';
comment on column ledger.disposal_amount.fill_key is 'The closing fill.';
comment on column ledger.disposal_amount.piece is 'The piece of it.';
comment on column ledger.disposal_amount.closing_number is 'The closing fill''s number among the events of its symbol.';
comment on column ledger.disposal_amount.kind is 'opening_fee, closing_fee or funding.';
comment on column ledger.disposal_amount.asset is 'The asset of the amount.';
comment on column ledger.disposal_amount.amount is 'Of a fee, positive when paid; of funding, + received, − paid.';

create table ledger.lot (
    account_id text not null,
    method text not null,
    symbol text not null,
    position_side text not null,
    opening_fill_key text not null,
    lot_number bigint not null,
    round_trip_key text not null,
    opened_at timestamptz not null,
    quantity numeric not null,
    cost numeric not null,
    opening_fee numeric not null,
    funding numeric not null,
    asset text not null,
    is_inferred boolean not null,
    stranded_at timestamptz,
    primary key (account_id, method, symbol, position_side, opening_fill_key),
    check (method in ('average', 'fifo', 'lifo', 'hifo')),
    check (quantity <> 0)
);
comment on table ledger.lot is 'One row per lot method and lot that nothing has closed. At average cost a position is one lot.';
comment on column ledger.lot.account_id is 'The account.';
comment on column ledger.lot.method is 'The lot method.';
comment on column ledger.lot.symbol is 'The contract.';
comment on column ledger.lot.position_side is 'BOTH, LONG or SHORT.';
comment on column ledger.lot.opening_fill_key is 'The fill that opened it; opening for what was open before the history begins.';
comment on column ledger.lot.lot_number is 'The opening fill''s number among the events of its symbol: the lot''s age.';
comment on column ledger.lot.round_trip_key is 'The fill with which the position left flat.';
comment on column ledger.lot.opened_at is 'When it was opened.';
comment on column ledger.lot.quantity is 'What is left of it: negative for a short.';
comment on column ledger.lot.cost is 'Signed like the quantity: what that cost.';
comment on column ledger.lot.opening_fee is 'The opening fees it holds, in the row''s asset: positive when paid.';
comment on column ledger.lot.funding is 'The funding it holds, in the row''s asset: + received, − paid.';
comment on column ledger.lot.asset is 'The asset of the money columns.';
comment on column ledger.lot.is_inferred is 'Whether any of it rests on an inferred opening.';
comment on column ledger.lot.stranded_at is 'When another contract was listed under the same symbol, which ended this one without a fill that closes it; null for what is open.';

create table ledger.lot_amount (
    account_id text not null,
    method text not null,
    symbol text not null,
    position_side text not null,
    opening_fill_key text not null,
    kind text not null,
    asset text not null,
    amount numeric not null,
    primary key (account_id, method, symbol, position_side, opening_fill_key, kind, asset),
    check (kind in ('opening_fee', 'funding'))
);
comment on table ledger.lot_amount is 'What a lot holds in another asset than its own.';
comment on column ledger.lot_amount.account_id is 'The account.';
comment on column ledger.lot_amount.method is 'The lot method.';
comment on column ledger.lot_amount.symbol is 'The contract.';
comment on column ledger.lot_amount.position_side is 'BOTH, LONG or SHORT.';
comment on column ledger.lot_amount.opening_fill_key is 'The fill that opened the lot.';
comment on column ledger.lot_amount.kind is 'opening_fee or funding.';
comment on column ledger.lot_amount.asset is 'The asset of the amount.';
comment on column ledger.lot_amount.amount is 'Of a fee, positive when paid; of funding, + received, − paid.';

create table ledger.round_trip (
    account_id text not null,
    symbol text not null,
    position_side text not null,
    round_trip_key text not null,
    closing_fill_key text not null,
    closing_number bigint not null,
    direction text not null,
    opened_at timestamptz not null,
    closed_at timestamptz not null,
    holding_seconds numeric not null,
    opening_fills bigint not null,
    closing_fills bigint not null,
    quantity numeric not null,
    largest_quantity numeric not null,
    proceeds numeric not null,
    cost numeric not null,
    realized_pnl numeric not null,
    opening_fee numeric not null,
    closing_fee numeric not null,
    funding numeric not null,
    asset text not null,
    is_inferred boolean not null,
    venue_realized_pnl numeric not null,
    primary key (account_id, symbol, position_side, round_trip_key),
    check (direction in ('long', 'short'))
);
create index round_trip_by_time on ledger.round_trip (account_id, closed_at);
create index round_trip_by_number on ledger.round_trip (account_id, symbol, closing_number);
comment on table ledger.round_trip is 'One row per position from flat to flat. All lot methods agree on it, so it has none. Its disposals have the same round_trip_key.';
comment on column ledger.round_trip.account_id is 'The account.';
comment on column ledger.round_trip.symbol is 'The contract.';
comment on column ledger.round_trip.position_side is 'BOTH, LONG or SHORT.';
comment on column ledger.round_trip.round_trip_key is 'The fill with which the position left flat; opening if it was open before the history begins.';
comment on column ledger.round_trip.closing_fill_key is 'The fill with which it was flat again.';
comment on column ledger.round_trip.closing_number is 'The closing fill''s number among the events of its symbol.';
comment on column ledger.round_trip.direction is 'long or short.';
comment on column ledger.round_trip.opened_at is 'When it left flat.';
comment on column ledger.round_trip.closed_at is 'When it was flat again.';
comment on column ledger.round_trip.holding_seconds is 'From opened_at until closed_at.';
comment on column ledger.round_trip.opening_fills is 'How many fills opened or added to it; one that goes through zero counts for both positions.';
comment on column ledger.round_trip.closing_fills is 'How many fills closed some of it.';
comment on column ledger.round_trip.quantity is 'All that was opened, which is all that was closed.';
comment on column ledger.round_trip.largest_quantity is 'The most that was open at once.';
comment on column ledger.round_trip.proceeds is 'What its sales brought.';
comment on column ledger.round_trip.cost is 'What its purchases cost.';
comment on column ledger.round_trip.realized_pnl is 'proceeds − cost, before fees and funding.';
comment on column ledger.round_trip.opening_fee is 'The fees of its opening fills, in the row''s asset: positive when paid. Fees in other assets are in ledger.disposal_amount.';
comment on column ledger.round_trip.closing_fee is 'The fees of its closing fills, likewise.';
comment on column ledger.round_trip.funding is 'The funding settled on it, in the row''s asset: + received, − paid.';
comment on column ledger.round_trip.asset is 'The asset of the money columns.';
comment on column ledger.round_trip.is_inferred is 'Whether it began with an inferred opening.';
comment on column ledger.round_trip.venue_realized_pnl is 'The sum of the venue''s own figures of its fills.';

create table ledger.unassigned_funding (
    account_id text not null,
    symbol text not null,
    record_key text not null,
    part text not null,
    event_number bigint not null,
    amount numeric not null,
    asset text not null,
    settled_at timestamptz not null,
    posted_at timestamptz not null,
    reason text not null,
    primary key (account_id, record_key, part)
);
create index unassigned_funding_by_number on ledger.unassigned_funding (account_id, symbol, event_number);
comment on table ledger.unassigned_funding is 'One row per funding payment that belongs to no position for certain. It stays an item of its own in every treatment.';
comment on column ledger.unassigned_funding.account_id is 'The account.';
comment on column ledger.unassigned_funding.symbol is 'The contract.';
comment on column ledger.unassigned_funding.record_key is 'The record in raw.';
comment on column ledger.unassigned_funding.part is 'Which event of the record, as in history.income.';
comment on column ledger.unassigned_funding.event_number is 'The settlement''s number among the events of its symbol.';
comment on column ledger.unassigned_funding.amount is '+ received, − paid.';
comment on column ledger.unassigned_funding.asset is 'The asset of the amount.';
comment on column ledger.unassigned_funding.settled_at is 'The instant that was settled: the full minute of the row''s time.';
comment on column ledger.unassigned_funding.posted_at is 'When the books count it.';
comment on column ledger.unassigned_funding.reason is 'Why it belongs to none.';

create table ledger.checkpoint (
    account_id text not null,
    symbol text not null,
    event_number bigint not null,
    is_kept boolean not null,
    fills_since_kept bigint not null,
    last_posted_at timestamptz not null,
    last_occurred_at timestamptz not null,
    last_fill_id text not null,
    last_key text not null,
    through_sequence bigint not null,
    facts text not null,
    state text not null,
    primary key (account_id, symbol, event_number)
);
comment on table ledger.checkpoint is 'The state of a symbol''s lots after an event: the last one, and some before it from which a late row is booked.';
comment on column ledger.checkpoint.account_id is 'The account.';
comment on column ledger.checkpoint.symbol is 'The contract.';
comment on column ledger.checkpoint.event_number is 'How many events of the symbol are booked.';
comment on column ledger.checkpoint.is_kept is 'False for the last one, where the booking goes on, unless it is kept too.';
comment on column ledger.checkpoint.fills_since_kept is 'Fills booked since the last one that is kept.';
comment on column ledger.checkpoint.last_posted_at is 'When the books count the last event; -infinity before the first.';
comment on column ledger.checkpoint.last_occurred_at is 'When the last event occurred.';
comment on column ledger.checkpoint.last_fill_id is 'Its trade id; empty for a funding settlement.';
comment on column ledger.checkpoint.last_key is 'Its record; empty for a funding settlement.';
comment on column ledger.checkpoint.through_sequence is 'The highest sequence among the rows booked: one that is higher and belongs before the last event is late.';
comment on column ledger.checkpoint.facts is 'What was known of the symbol beside its events; when it changes, the symbol is booked anew.';
comment on column ledger.checkpoint.state is 'The state as JSON, amounts as strings.';
