/**
 * The tables as Kysely sees them; a test compares them with the catalog. Every value travels as text, but for int4 and booleans:
 * numeric and int8 as digits, timestamptz as ISO 8601 in UTC (`type-parsers.ts`).
 */
type Numeric = string;
type BigInteger = string;
type Timestamp = string;

export type AccountRow = {
  account_id: string;
  name: string;
  venue: string;
  last_sequence: BigInteger;
  history_from: Timestamp;
  is_from_beginning: boolean;
  sweep_until: Timestamp | null;
};
export type RunRow = {
  account_id: string;
  run_id: string;
  command: string;
  started_at: Timestamp;
  finished_at: Timestamp | null;
  outcome: string | null;
  requests: number | null;
  new_records: number | null;
};
export type RecordRow = {
  account_id: string;
  stream: string;
  record_key: string;
  version: number;
  symbol: string;
  occurred_at: Timestamp;
  body: string;
  sequence: BigInteger;
  run_id: string;
};
/** In `raw.window`, a symbol that stands for all of a stream, also for those not seen yet: what a person decided of every symbol. */
export const EVERY_SYMBOL = "*";

export type WindowRow = {
  account_id: string;
  stream: string;
  symbol: string;
  from_time: Timestamp;
  until_time: Timestamp;
  is_settled: boolean;
  row_count: number;
  read_at: Timestamp;
  run_id: string;
  evidence: string;
  note: string;
};
export type GapRow = {
  account_id: string;
  stream: string;
  symbol: string;
  from_time: Timestamp;
  until_time: Timestamp;
  reason: string;
};
export type DownloadRow = {
  account_id: string;
  stream: string;
  from_time: Timestamp;
  until_time: Timestamp;
  requested_at: Timestamp;
  download_id: string | null;
  ready_until: Timestamp | null;
  loaded_at: Timestamp | null;
  outcome: string | null;
};
export type DeniedStreamRow = { account_id: string; stream: string; reason: string };
export type SetAsideRow = {
  account_id: string;
  stream: string;
  record_key: string;
  symbol: string;
  occurred_at: Timestamp;
  reason: string;
  kind: string;
};
export type InstrumentRow = {
  account_id: string;
  symbol: string;
  status: string;
  margin_asset: string;
  listed_at: Timestamp | null;
};
export type ProgressRow = { account_id: string; stage: string; sequence: BigInteger };
export type IncomeRow = {
  account_id: string;
  record_key: string;
  income_type: string;
  amount: Numeric;
  asset: string;
  symbol: string;
  tran_id: string;
  trade_id: string;
  info: string;
  occurred_at: Timestamp;
  sequence: BigInteger;
};
export type FillRow = {
  account_id: string;
  record_key: string;
  symbol: string;
  fill_id: string;
  order_id: string;
  side: string;
  position_side: string;
  price: Numeric;
  quantity: Numeric;
  fee: Numeric;
  fee_asset: string;
  realized_pnl: Numeric;
  margin_asset: string | null;
  is_maker: boolean;
  occurred_at: Timestamp;
  sequence: BigInteger;
};
export type ForcedOrderRow = {
  account_id: string;
  record_key: string;
  symbol: string;
  order_id: string;
  kind: string;
  status: string;
  side: string;
  position_side: string;
  average_price: Numeric;
  executed_quantity: Numeric;
  client_order_id: string;
  occurred_at: Timestamp;
  sequence: BigInteger;
};
export type MarginChangeRow = {
  account_id: string;
  record_key: string;
  symbol: string;
  position_side: string;
  amount: Numeric;
  asset: string;
  direction: string;
  reason: string;
  occurred_at: Timestamp;
  sequence: BigInteger;
};
export type BalanceRow = {
  account_id: string;
  taken_at: Timestamp;
  asset: string;
  wallet: Numeric;
  answered_at: Timestamp;
};
export type PositionSnapshotRow = {
  account_id: string;
  taken_at: Timestamp;
  symbol: string;
  position_side: string;
  quantity: Numeric;
  entry_price: Numeric;
  answered_at: Timestamp;
};
export type EntryRow = {
  account_id: string;
  entry_id: string;
  kind: string;
  symbol: string;
  occurred_at: Timestamp;
  stream: string;
  record_key: string;
  basis: string;
};
export type MovementRow = {
  account_id: string;
  entry_id: string;
  line: number;
  debit_account: string;
  credit_account: string;
  asset: string;
  amount: Numeric;
};
export type PositionRow = {
  account_id: string;
  method: string;
  symbol: string;
  position_side: string;
  quantity: Numeric;
  cost: Numeric;
  opened_at: Timestamp | null;
  fill_count: BigInteger;
  last_at: Timestamp;
  last_fill_id: string;
  last_key: string;
  through_sequence: BigInteger;
};
export type DisposalRow = {
  account_id: string;
  method: string;
  symbol: string;
  position_side: string;
  fill_key: string;
  opened_at: Timestamp;
  closed_at: Timestamp;
  quantity: Numeric;
  proceeds: Numeric;
  cost: Numeric;
  realized_pnl: Numeric;
  asset: string;
  venue_realized_pnl: Numeric;
};
export type ReconciliationRow = {
  account_id: string;
  check_name: string;
  subject: string;
  expected: Numeric;
  found: Numeric;
  difference: Numeric;
  status: string;
  note: string;
  checked_at: Timestamp;
};
/** The view with the two signed lines of each movement; debits positive. */
export type PostingRow = {
  account_id: string;
  entry_id: string;
  line: number;
  ledger_account: string;
  asset: string;
  amount: Numeric;
};

export type Tables = {
  "raw.account": AccountRow;
  "raw.run": RunRow;
  "raw.record": RecordRow;
  "raw.window": WindowRow;
  "raw.gap": GapRow;
  "raw.download": DownloadRow;
  "raw.denied_stream": DeniedStreamRow;
  "raw.set_aside": SetAsideRow;
  "raw.instrument": InstrumentRow;
  "history.progress": ProgressRow;
  "history.income": IncomeRow;
  "history.fill": FillRow;
  "history.forced_order": ForcedOrderRow;
  "history.margin_change": MarginChangeRow;
  "snapshot.balance": BalanceRow;
  "snapshot.position": PositionSnapshotRow;
  "ledger.entry": EntryRow;
  "ledger.movement": MovementRow;
  "ledger.posting": PostingRow;
  "ledger.position": PositionRow;
  "ledger.disposal": DisposalRow;
  "ledger.reconciliation": ReconciliationRow;
};
