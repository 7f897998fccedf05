/**
 * Where the rows of each table come from: the one list of what a rebuild may drop, and of what must be
 * carried to wherever the books go.
 */
import type { Tables } from "./tables.ts";

export type TableName = Exclude<
  keyof Tables,
  | "ledger.beginning"
  | "ledger.dated_row"
  | "ledger.disposed"
  | "ledger.filled"
  | "ledger.isolated_margin"
  | "ledger.position"
  | "ledger.posting"
>;

/**
 * `carried`: what a venue, a file or a person said, which nothing can make again. `rebuilt`: made from the
 * carried tables by `book --from-empty` and `reconcile`, to the same rows. `remembered`: spares work, says
 * nothing that the others do not, and goes with the books.
 */
export type TableOrigin = "carried" | "rebuilt" | "remembered";

export const TABLE_ORIGINS: Readonly<Record<TableName, TableOrigin>> = {
  "raw.account": "carried",
  "raw.run": "carried",
  "raw.record": "carried",
  "raw.control_total": "carried",
  "raw.window": "carried",
  "raw.gap": "carried",
  "raw.refused_symbol": "carried",
  "raw.probe": "carried",
  "raw.reread": "carried",
  "raw.decision": "carried",
  "raw.open_item": "carried",
  "raw.download": "carried",
  "raw.import": "carried",
  "raw.import_gap": "carried",
  "raw.undone_record": "carried",
  "raw.denied_stream": "carried",
  "raw.set_aside": "carried",
  "raw.instrument": "carried",
  "raw.name": "carried",
  "raw.metadata": "carried",
  "snapshot.taken": "carried",
  "snapshot.balance": "carried",
  "snapshot.position": "carried",
  "snapshot.fee_rate": "carried",
  "snapshot.collateral": "carried",
  "snapshot.position_state": "carried",
  "snapshot.side_statistics": "carried",
  // What was closed, and what the books knew then.
  "ledger.closed_period": "carried",
  "ledger.closed_output": "carried",
  "ledger.closed_entry": "carried",
  "ledger.closed_position_opening": "carried",
  "ledger.closed_valuation": "carried",
  "price.quote": "carried",
  "price.mark": "carried",
  "price.funding_rate": "carried",
  "price.unserved": "carried",
  // Empty but for the time of an import.
  "raw.file_row": "rebuilt",
  "history.progress": "rebuilt",
  "history.income": "rebuilt",
  "history.fill": "rebuilt",
  "history.forced_order": "rebuilt",
  "history.margin_change": "rebuilt",
  "history.collateral_transaction": "rebuilt",
  "history.position_transaction": "rebuilt",
  "history.position_cycle": "rebuilt",
  "history.equity_snapshot": "rebuilt",
  "ledger.entry": "rebuilt",
  "ledger.movement": "rebuilt",
  "ledger.day_sum": "rebuilt",
  "ledger.day_disposal": "rebuilt",
  "ledger.day_fill": "rebuilt",
  "ledger.day_digest": "rebuilt",
  "ledger.summed_until": "rebuilt",
  "ledger.position_opening": "rebuilt",
  "ledger.disposal": "rebuilt",
  "ledger.disposal_amount": "rebuilt",
  "ledger.lot": "rebuilt",
  "ledger.lot_amount": "rebuilt",
  "ledger.round_trip": "rebuilt",
  "ledger.unassigned_funding": "rebuilt",
  "ledger.position_change": "rebuilt",
  "ledger.checkpoint": "rebuilt",
  "ledger.reconciliation": "rebuilt",
  "ledger.proven": "remembered",
  "ledger.tolerance": "rebuilt",
  "ledger.valuation": "rebuilt",
  "ledger.valuation_leg": "rebuilt",
  "ledger.coin_disposal": "rebuilt",
};

export function tablesThatAre(origin: TableOrigin): TableName[] {
  return (Object.keys(TABLE_ORIGINS) as TableName[]).filter((table) => TABLE_ORIGINS[table] === origin);
}
