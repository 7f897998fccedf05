/**
 * Generated: the tables and views of the books as Kysely sees them, from the database's catalog. A test
 * compares; `UPDATE_DOCS=1 npx vitest run test/store/tables.test.ts` writes this file. Every value travels
 * as text, but for int4 and booleans: numeric and int8 as digits, timestamptz as ISO 8601 in UTC
 * (`type-parsers.ts`).
 */
import type { CashKind } from "../domain/cash-kind.ts";

type Numeric = string;
type BigInteger = string;
type Timestamp = string;

export type CollateralTransactionRow = {
  account_id: string;
  record_key: string;
  transaction_id: string;
  transaction_type: string;
  asset: string;
  symbol: string;
  amount: Numeric;
  amount_before: Numeric;
  legacy_amount: Numeric;
  legacy_amount_before: Numeric;
  open_value: Numeric;
  close_value: Numeric;
  open_fee: Numeric;
  close_fee: Numeric;
  liquidation_fee: Numeric;
  liquidation_fee_basis: string;
  transfer_reason: string;
  transfer_id: string;
  fill_id: string;
  position_transaction_id: string;
  status: string;
  event_number: string;
  occurred_at: Timestamp;
  sequence: BigInteger;
  value_at: Timestamp;
  is_liquidation: boolean;
  is_deleveraging: boolean;
};

export type EquitySnapshotRow = {
  account_id: string;
  record_key: string;
  interval: string;
  asset: string;
  total_equity: Numeric;
  unrealized_pnl: Numeric;
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
  is_maker: boolean | null;
  occurred_at: Timestamp;
  sequence: BigInteger;
  value: Numeric;
  posted_at: Timestamp;
  value_at: Timestamp;
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
  posted_at: Timestamp;
};

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
  part: string;
  value_at: Timestamp;
  posted_at: Timestamp;
  kind: CashKind;
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
  posted_at: Timestamp;
};

export type PositionCycleRow = {
  account_id: string;
  record_key: string;
  asset: string;
  symbol: string;
  side: string;
  cycle_number: string;
  open_size: Numeric;
  open_value: Numeric;
  open_fee: Numeric;
  close_size: Numeric;
  close_value: Numeric;
  close_fee: Numeric;
  funding_fee: Numeric;
  liquidation_fee: Numeric;
  occurred_at: Timestamp;
  updated_at: Timestamp;
  sequence: BigInteger;
};

export type PositionTransactionRow = {
  account_id: string;
  record_key: string;
  transaction_id: string;
  transaction_type: string;
  asset: string;
  symbol: string;
  open_size: Numeric;
  open_value: Numeric;
  open_fee: Numeric;
  funding_fee: Numeric;
  open_size_before: Numeric;
  open_value_before: Numeric;
  open_fee_before: Numeric;
  funding_fee_before: Numeric;
  fill_open_size: Numeric;
  fill_open_value: Numeric;
  fill_open_fee: Numeric;
  fill_close_size: Numeric;
  fill_close_value: Numeric;
  fill_close_fee: Numeric;
  liquidation_fee: Numeric;
  realized_pnl: Numeric;
  is_liquidation: boolean;
  is_deleveraging: boolean;
  funding_at: Timestamp | null;
  funding_rate: Numeric | null;
  funding_price: Numeric | null;
  funding_size: Numeric | null;
  fill_id: string;
  collateral_transaction_id: string;
  status: string;
  event_number: string;
  occurred_at: Timestamp;
  sequence: BigInteger;
  value_at: Timestamp;
};

export type ProgressRow = {
  account_id: string;
  stage: string;
  sequence: BigInteger;
};

export type BeginningRow = {
  account_id: string;
  begins_at: Timestamp | null;
};

export type CheckpointRow = {
  account_id: string;
  symbol: string;
  event_number: BigInteger;
  is_kept: boolean;
  fills_since_kept: BigInteger;
  last_posted_at: Timestamp;
  last_occurred_at: Timestamp;
  last_fill_id: string;
  last_key: string;
  through_sequence: BigInteger;
  facts: string;
  state: string;
};

export type ClosedEntryRow = {
  account_id: string;
  closing_number: number;
  entry_id: string;
  asset: string;
  amount: Numeric;
  posted_at: Timestamp;
};

export type ClosedOutputRow = {
  account_id: string;
  closing_number: number;
  report: string;
  sha256: string;
};

export type ClosedPeriodRow = {
  account_id: string;
  closing_number: number;
  period_name: string;
  from_time: Timestamp;
  until_time: Timestamp;
  time_zone: string;
  through_sequence: BigInteger;
  closed_at: Timestamp;
  program_version: string;
  records: BigInteger;
  inputs_sha256: string;
  outputs_sha256: string;
  because: string;
  accepted: string;
  reopened_at: Timestamp | null;
  reopen_reason: string;
};

export type ClosedPositionOpeningRow = {
  account_id: string;
  closing_number: number;
  symbol: string;
  position_side: string;
  quantity: Numeric;
  cost: Numeric;
  source: string;
  evidence: string;
};

export type ClosedValuationRow = {
  account_id: string;
  closing_number: number;
  asset: string;
  minute: Timestamp;
  currency: string;
  price: Numeric;
};

export type CoinDisposalRow = {
  account_id: string;
  asset: string;
  entry_id: string;
  line: number;
  part: number;
  kind: string;
  acquired_at: Timestamp | null;
  acquired_entry_id: string | null;
  acquired_by: string | null;
  disposed_at: Timestamp;
  posted_at: Timestamp;
  quantity: Numeric;
  currency: string;
  proceeds: Numeric | null;
  cost: Numeric | null;
  result: Numeric | null;
  missing: string | null;
};

export type DatedRowRow = {
  account_id: string | null;
  posted_at: Timestamp | null;
  at: Timestamp | null;
  hash: BigInteger | null;
};

export type DayDigestRow = {
  account_id: string;
  day_from: Timestamp;
  first_at: Timestamp;
  inputs: BigInteger;
  digest: Numeric;
};

export type DayDisposalRow = {
  account_id: string;
  day_from: Timestamp;
  method: string;
  symbol: string;
  asset: string;
  closings: BigInteger;
  quantity: Numeric;
  realized_pnl: Numeric;
  fees: Numeric;
  funding: Numeric;
  settled_pnl: Numeric | null;
};

export type DayFillRow = {
  account_id: string;
  day_from: Timestamp;
  symbol: string;
  margin_asset: string;
  fee_asset: string;
  fee: Numeric;
  realized_pnl: Numeric;
  closing_fills: BigInteger;
};

export type DaySumRow = {
  account_id: string;
  day_from: Timestamp;
  ledger_account: string;
  asset: string;
  kind: string;
  symbol: string;
  basis: string;
  amount: Numeric;
  debits: Numeric;
  postings: BigInteger;
};

export type DisposalRow = {
  account_id: string;
  method: string;
  symbol: string;
  position_side: string;
  fill_key: string;
  piece: number;
  closing_number: BigInteger;
  opening_fill_key: string;
  round_trip_key: string;
  direction: string;
  opened_at: Timestamp | null;
  closed_at: Timestamp;
  holding_seconds: Numeric | null;
  quantity: Numeric;
  proceeds: Numeric;
  cost: Numeric;
  realized_pnl: Numeric;
  opening_fee: Numeric;
  closing_fee: Numeric;
  funding: Numeric;
  asset: string;
  is_inferred: boolean;
  venue_realized_pnl: Numeric | null;
};

export type DisposalAmountRow = {
  account_id: string;
  method: string;
  symbol: string;
  position_side: string;
  fill_key: string;
  piece: number;
  closing_number: BigInteger;
  kind: string;
  asset: string;
  amount: Numeric;
};

export type DisposedRow = {
  account_id: string | null;
  posted_at: Timestamp | null;
  method: string | null;
  symbol: string | null;
  asset: string | null;
  closings: BigInteger | null;
  quantity: Numeric | null;
  realized_pnl: Numeric | null;
  fees: Numeric | null;
  funding: Numeric | null;
  settled_pnl: Numeric | null;
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
  value_at: Timestamp;
  posted_at: Timestamp;
};

export type FilledRow = {
  account_id: string | null;
  posted_at: Timestamp | null;
  symbol: string | null;
  margin_asset: string | null;
  fee_asset: string | null;
  fee: Numeric | null;
  realized_pnl: Numeric | null;
  closing_fills: BigInteger | null;
};

export type IsolatedMarginRow = {
  account_id: string;
  symbol: string;
  position_side: string;
  episode: BigInteger;
  record_key: string;
  reason: string;
  amount: Numeric;
  asset: string;
  balance: Numeric;
  occurred_at: Timestamp;
  posted_at: Timestamp;
};

export type LotRow = {
  account_id: string;
  method: string;
  symbol: string;
  position_side: string;
  opening_fill_key: string;
  lot_number: BigInteger;
  round_trip_key: string;
  opened_at: Timestamp | null;
  quantity: Numeric;
  cost: Numeric;
  opening_fee: Numeric;
  funding: Numeric;
  asset: string;
  is_inferred: boolean;
  stranded_at: Timestamp | null;
};

export type LotAmountRow = {
  account_id: string;
  method: string;
  symbol: string;
  position_side: string;
  opening_fill_key: string;
  kind: string;
  asset: string;
  amount: Numeric;
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
  opening_fee: Numeric;
  funding: Numeric;
  asset: string;
  lots: BigInteger;
  opened_at: Timestamp | null;
  is_inferred: boolean;
};

export type PositionChangeRow = {
  account_id: string;
  symbol: string;
  position_side: string;
  number: BigInteger;
  record_key: string;
  fill_id: string;
  order_id: string;
  signed_quantity: Numeric;
  quantity_before: Numeric;
  quantity_after: Numeric;
  opened: BigInteger;
  closed: BigInteger;
  is_opening: boolean;
  is_closing: boolean;
  occurred_at: Timestamp | null;
  posted_at: Timestamp | null;
  cost_after: Numeric;
  asset: string;
};

export type PositionOpeningRow = {
  account_id: string;
  symbol: string;
  position_side: string;
  quantity: Numeric;
  cost: Numeric;
  source: string;
  evidence: string;
};

export type PostingRow = {
  account_id: string;
  entry_id: string;
  line: number;
  ledger_account: string;
  asset: string;
  amount: Numeric;
  wallet: Numeric | null;
  realized_pnl: Numeric | null;
  trading_fees: Numeric | null;
  rebates: Numeric | null;
  funding: Numeric | null;
  liquidation: Numeric | null;
  rewards: Numeric | null;
  transfers: Numeric | null;
  conversions: Numeric | null;
  inferred_opening: Numeric | null;
  suspense: Numeric | null;
  net_result: Numeric | null;
};

export type ProvenRow = {
  account_id: string;
  check_name: string;
  until_time: Timestamp;
  last_sequence: BigInteger;
  question: string;
  whole_at: Timestamp;
  kept: string;
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
  asset: string;
  symbol: string;
  from_time: Timestamp | null;
  class: string;
  is_standing: boolean;
  suspect: string;
  next: string;
};

export type RoundTripRow = {
  account_id: string;
  symbol: string;
  position_side: string;
  round_trip_key: string;
  closing_fill_key: string;
  closing_number: BigInteger;
  direction: string;
  opened_at: Timestamp | null;
  closed_at: Timestamp;
  holding_seconds: Numeric | null;
  opening_fills: BigInteger;
  closing_fills: BigInteger;
  quantity: Numeric;
  largest_quantity: Numeric;
  proceeds: Numeric;
  cost: Numeric;
  realized_pnl: Numeric;
  opening_fee: Numeric;
  closing_fee: Numeric;
  funding: Numeric;
  asset: string;
  is_inferred: boolean;
  venue_realized_pnl: Numeric;
};

export type SummedUntilRow = {
  account_id: string;
  time_zone: string;
  until_time: Timestamp;
};

export type ToleranceRow = {
  account_id: string;
  trade_cash: Numeric;
  fill_average: Numeric;
};

export type UnassignedFundingRow = {
  account_id: string;
  symbol: string;
  record_key: string;
  part: string;
  event_number: BigInteger;
  amount: Numeric;
  asset: string;
  settled_at: Timestamp;
  posted_at: Timestamp;
  reason: string;
};

export type ValuationRow = {
  account_id: string;
  asset: string;
  minute: Timestamp;
  currency: string;
  price: Numeric | null;
  quality: string | null;
  missing: string | null;
  fingerprint: string;
  due_at: Timestamp | null;
  is_booked: boolean;
  is_held: boolean;
};

export type ValuationLegRow = {
  account_id: string;
  asset: string;
  minute: Timestamp;
  leg: number;
  base_asset: string;
  quote_asset: string;
  quality: string;
  quoted_at: Timestamp;
  price: Numeric;
  source: string;
  is_inverse: boolean;
};

export type FundingRateRow = {
  account_id: string;
  symbol: string;
  settled_at: Timestamp;
  rate: Numeric;
  mark_price: Numeric | null;
  source: string;
  fetched_at: Timestamp;
  is_regular: boolean;
};

export type MarkRow = {
  account_id: string;
  symbol: string;
  marked_at: Timestamp;
  price: Numeric;
  source: string;
  fetched_at: Timestamp;
};

export type QuoteRow = {
  account_id: string;
  base_asset: string;
  quote_asset: string;
  quality: string;
  quoted_at: Timestamp;
  stands_until: Timestamp;
  price: Numeric;
  source: string;
  fetched_at: Timestamp;
};

export type UnservedRow = {
  account_id: string;
  kind: string;
  symbol: string;
  instant: Timestamp;
  first_requested_at: Timestamp;
  requested_at: Timestamp;
};

export type AccountRow = {
  account_id: string;
  name: string;
  venue: string;
  last_sequence: BigInteger;
  history_from: Timestamp | null;
  is_from_beginning: boolean;
  sweep_until: Timestamp | null;
};

export type ControlTotalRow = {
  account_id: string;
  stream: string;
  symbol: string;
  day: Timestamp;
  records: BigInteger;
};

export type DecisionRow = {
  account_id: string;
  decision_number: number;
  what: string;
  stream: string;
  subject: string;
  seen: string;
  because: string;
  decided_at: Timestamp;
  withdrawn_at: Timestamp | null;
  withdrawn_because: string;
};

export type DeniedStreamRow = {
  account_id: string;
  stream: string;
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

export type FileRowRow = {
  account_id: string;
  stream: string;
  scope: string;
  occurred_at: Timestamp;
  table_number: number;
  line: number;
  symbol: string;
  identity: string;
  body: string;
  match_key: string;
};

export type GapRow = {
  account_id: string;
  stream: string;
  symbol: string;
  from_time: Timestamp;
  until_time: Timestamp;
  reason: string;
};

export type ImportRow = {
  account_id: string;
  import_number: number;
  run_id: string;
  command: string;
  files: string;
  from_time: Timestamp | null;
  until_time: Timestamp | null;
  loaded_at: Timestamp;
  undone_at: Timestamp | null;
};

export type ImportGapRow = {
  account_id: string;
  import_number: number;
  stream: string;
  symbol: string;
  from_time: Timestamp;
  until_time: Timestamp;
  reason: string;
};

export type InstrumentRow = {
  account_id: string;
  symbol: string;
  status: string;
  margin_asset: string;
  listed_at: Timestamp | null;
};

export type MetadataRow = {
  account_id: string;
  sha256: string;
  seen_at: Timestamp;
  body: string;
};

export type NameRow = {
  account_id: string;
  kind: string;
  venue_id: string;
  name: string;
  listed_name: string | null;
};

export type OpenItemRow = {
  account_id: string;
  what: string;
  subject: string;
  opened_at: Timestamp;
};

export type ProbeRow = {
  account_id: string;
  stream: string;
  symbol: string;
  from_time: Timestamp;
  until_time: Timestamp;
  read_at: Timestamp;
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
  digest: string;
};

export type RefusedSymbolRow = {
  account_id: string;
  stream: string;
  symbol: string;
  from_time: Timestamp;
  until_time: Timestamp;
};

export type RereadRow = {
  account_id: string;
  stream: string;
  symbol: string;
  from_time: Timestamp;
  until_time: Timestamp;
  evidence: string;
  read_at: Timestamp | null;
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
  stopped_by: string | null;
};

export type SetAsideRow = {
  account_id: string;
  stream: string;
  record_key: string;
  symbol: string;
  occurred_at: Timestamp;
  reason: string;
  kind: string;
  read_again_at: Timestamp | null;
};

export type UndoneRecordRow = {
  account_id: string;
  sequence: BigInteger;
  stream: string;
  record_key: string;
  version: number;
  symbol: string;
  occurred_at: Timestamp;
  body: string;
  run_id: string;
  digest: string;
};

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

export type BalanceRow = {
  account_id: string;
  taken_at: Timestamp;
  asset: string;
  wallet: Numeric;
  answered_at: Timestamp;
  unrealized_pnl: Numeric | null;
  equity: Numeric | null;
};

export type CollateralRow = {
  account_id: string;
  taken_at: Timestamp;
  asset: string;
  version: string;
  amount: Numeric;
  legacy_amount: Numeric;
  deposits: Numeric;
  withdrawals: Numeric;
  transfers_in: Numeric;
  transfers_out: Numeric;
  bought: Numeric;
  sold: Numeric;
  fill_fees: Numeric;
  funding_fees: Numeric;
  fee_income: Numeric;
  total_equity: Numeric;
  answered_at: Timestamp;
};

export type FeeRateRow = {
  account_id: string;
  taken_at: Timestamp;
  symbol: string;
  maker_rate: Numeric;
  taker_rate: Numeric;
};

export type PositionSnapshotRow = {
  account_id: string;
  taken_at: Timestamp;
  symbol: string;
  position_side: string;
  quantity: Numeric;
  entry_price: Numeric;
  answered_at: Timestamp;
  mark_price: Numeric | null;
  unrealized_pnl: Numeric | null;
  liquidation_price: Numeric | null;
  leverage: Numeric | null;
  margin_type: string | null;
  maintenance_margin: Numeric | null;
};

export type PositionStateRow = {
  account_id: string;
  taken_at: Timestamp;
  symbol: string;
  asset: string;
  open_size: Numeric;
  open_value: Numeric;
  open_fee: Numeric;
  funding_fee: Numeric;
  position_value: Numeric | null;
  unrealized_pnl: Numeric | null;
};

export type SideStatisticsRow = {
  account_id: string;
  taken_at: Timestamp;
  symbol: string;
  side: string;
  asset: string;
  open_size: Numeric;
  open_value: Numeric;
  open_fee: Numeric;
  close_size: Numeric;
  close_value: Numeric;
  close_fee: Numeric;
  funding_fee: Numeric;
  liquidation_fee: Numeric;
};

export type TakenRow = {
  account_id: string;
  taken_at: Timestamp;
  answered_at: Timestamp;
  has_statement: boolean;
  position_mode: string | null;
  is_multi_assets: boolean | null;
};

export type Tables = {
  "history.collateral_transaction": CollateralTransactionRow;
  "history.equity_snapshot": EquitySnapshotRow;
  "history.fill": FillRow;
  "history.forced_order": ForcedOrderRow;
  "history.income": IncomeRow;
  "history.margin_change": MarginChangeRow;
  "history.position_cycle": PositionCycleRow;
  "history.position_transaction": PositionTransactionRow;
  "history.progress": ProgressRow;
  "ledger.beginning": BeginningRow;
  "ledger.checkpoint": CheckpointRow;
  "ledger.closed_entry": ClosedEntryRow;
  "ledger.closed_output": ClosedOutputRow;
  "ledger.closed_period": ClosedPeriodRow;
  "ledger.closed_position_opening": ClosedPositionOpeningRow;
  "ledger.closed_valuation": ClosedValuationRow;
  "ledger.coin_disposal": CoinDisposalRow;
  "ledger.dated_row": DatedRowRow;
  "ledger.day_digest": DayDigestRow;
  "ledger.day_disposal": DayDisposalRow;
  "ledger.day_fill": DayFillRow;
  "ledger.day_sum": DaySumRow;
  "ledger.disposal": DisposalRow;
  "ledger.disposal_amount": DisposalAmountRow;
  "ledger.disposed": DisposedRow;
  "ledger.entry": EntryRow;
  "ledger.filled": FilledRow;
  "ledger.isolated_margin": IsolatedMarginRow;
  "ledger.lot": LotRow;
  "ledger.lot_amount": LotAmountRow;
  "ledger.movement": MovementRow;
  "ledger.position": PositionRow;
  "ledger.position_change": PositionChangeRow;
  "ledger.position_opening": PositionOpeningRow;
  "ledger.posting": PostingRow;
  "ledger.proven": ProvenRow;
  "ledger.reconciliation": ReconciliationRow;
  "ledger.round_trip": RoundTripRow;
  "ledger.summed_until": SummedUntilRow;
  "ledger.tolerance": ToleranceRow;
  "ledger.unassigned_funding": UnassignedFundingRow;
  "ledger.valuation": ValuationRow;
  "ledger.valuation_leg": ValuationLegRow;
  "price.funding_rate": FundingRateRow;
  "price.mark": MarkRow;
  "price.quote": QuoteRow;
  "price.unserved": UnservedRow;
  "raw.account": AccountRow;
  "raw.control_total": ControlTotalRow;
  "raw.decision": DecisionRow;
  "raw.denied_stream": DeniedStreamRow;
  "raw.download": DownloadRow;
  "raw.file_row": FileRowRow;
  "raw.gap": GapRow;
  "raw.import": ImportRow;
  "raw.import_gap": ImportGapRow;
  "raw.instrument": InstrumentRow;
  "raw.metadata": MetadataRow;
  "raw.name": NameRow;
  "raw.open_item": OpenItemRow;
  "raw.probe": ProbeRow;
  "raw.record": RecordRow;
  "raw.refused_symbol": RefusedSymbolRow;
  "raw.reread": RereadRow;
  "raw.run": RunRow;
  "raw.set_aside": SetAsideRow;
  "raw.undone_record": UndoneRecordRow;
  "raw.window": WindowRow;
  "snapshot.balance": BalanceRow;
  "snapshot.collateral": CollateralRow;
  "snapshot.fee_rate": FeeRateRow;
  "snapshot.position": PositionSnapshotRow;
  "snapshot.position_state": PositionStateRow;
  "snapshot.side_statistics": SideStatisticsRow;
  "snapshot.taken": TakenRow;
};
