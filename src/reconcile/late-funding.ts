/**
 * Funding that came after the close of its time, when the books had closed the position it was of, or no
 * longer tell the sides apart: the wallet and the funding of the time hold it, and no position's result does.
 */
import { parseDecimal } from "../domain/decimal.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Transaction } from "../store/store.ts";
import type { Finding } from "./finding.ts";

export async function checkLateFunding(transaction: Transaction, account_id: string): Promise<Finding[]> {
  type Row = { symbol: string; asset: string; settled_at: string; amount: string; period_name: string };
  const rows = await runSqlFile<Row>(transaction, "reconcile/late-funding", { account_id });
  return rows.map((row) => ({
    check_name: "late_funding",
    subject: `${row.symbol} ${row.asset} ${row.settled_at}`,
    asset: row.asset,
    symbol: row.symbol,
    from_time: row.settled_at,
    checked_at: row.settled_at,
    expected: parseDecimal(row.amount),
    found: parseDecimal("0"),
    status: "differs",
    class: "unexplained",
    suspect: `it came after the close of ${row.period_name}, and the books no longer hold what was open then, so it is in no position's result`,
    next: `perpbooks reopen ${row.period_name}, which gives it to its position, or accept it`,
  }));
}
