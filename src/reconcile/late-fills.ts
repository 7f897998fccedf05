/**
 * Fills that came after the close of their time are booked behind fills that occurred after them, so that
 * costs, and which fill closes what, are not the venue's; only reopened books have them in their order.
 */
import { runSqlFile } from "../store/sql-file.ts";
import type { Transaction } from "../store/store.ts";
import type { Suspicion } from "./configured-opening.ts";

type LateFill = { symbol: string; position_side: string; occurred_at: string; period_name: string };
export type LateFills = ReadonlyMap<string, LateFill>;

/** The first of each position, by "SYMBOL SIDE". */
export async function readLateFills(transaction: Transaction, account_id: string): Promise<LateFills> {
  const rows = await runSqlFile<LateFill>(transaction, "reconcile/late-fills", { account_id });
  return new Map(rows.map((row) => [`${row.symbol} ${row.position_side}`, row]));
}

/**
 * What to suspect and to do where a position differs at an instant that has late fills before it; null where
 * it has none.
 */
export function lateFillSuspicion(late: LateFills, series: string, at: string): Suspicion | null {
  const first = late.get(series);
  if (first === undefined || first.occurred_at > at) return null;
  return {
    suspect: `a fill of ${first.occurred_at} came after the close of ${first.period_name} and is booked behind fills that occurred after it`,
    next: `perpbooks reopen ${first.period_name}, which books them in their order`,
  };
}
