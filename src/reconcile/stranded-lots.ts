/**
 * What was open when the venue listed another contract under the same ticker: no row tells what it was closed
 * at. The wallet holds what was settled; the lots hold it still, and no result has it.
 */
import { parseDecimal } from "../domain/decimal.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Transaction } from "../store/store.ts";
import type { Finding } from "./finding.ts";

/** One finding per position, not per lot: the four methods hold the same quantity in different lots. */
export async function checkStrandedLots(transaction: Transaction, account_id: string): Promise<Finding[]> {
  type Row = {
    symbol: string;
    position_side: string;
    stranded_at: string;
    quantity: string;
  };
  const rows = await runSqlFile<Row>(transaction, "reconcile/stranded-lots", { account_id });
  return rows.map((row) => ({
    check_name: "stranded_lot",
    subject: `${row.symbol} ${row.position_side}`,
    asset: "",
    symbol: row.symbol,
    from_time: row.stranded_at,
    checked_at: row.stranded_at,
    expected: parseDecimal("0"),
    found: parseDecimal(row.quantity),
    status: "differs",
    class: "stranded_lot",
    suspect:
      "another contract was listed under this ticker, and the old one's settlement is not in the history",
    next: "look at the wallet's rows of that time, and accept it with what they show",
  }));
}
