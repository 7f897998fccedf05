/** The venue's realized PnL of each fill = ours at average cost. */

import { contractsKnown } from "../book/depends-on.ts";
import { addingUp, type Onward, sumsOf } from "../book/onward.ts";
import type { PnlTolerance } from "../book/pnl-tolerance.ts";
import { formatDecimal, parseDecimal } from "../domain/decimal.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Transaction } from "../store/store.ts";
import { configuredSuspicion, readConfiguredOpenings } from "./configured-opening.ts";
import { type Finding, nothingDiffers } from "./finding.ts";
import { lateFillSuspicion, readLateFills } from "./late-fills.ts";

type Row = {
  symbol: string;
  position_side: string;
  asset: string;
  /** The fill that differs; null for those that do not. */
  record_key: string | null;
  fill_id: string;
  occurred_at: string;
  expected: string;
  found: string;
  fills: string;
  close_fills: string;
  is_kept: boolean;
};

export function checkAveragePnl(
  transaction: Transaction,
  account_id: string,
  checked_at: string,
  tolerance: PnlTolerance,
  onward: Onward,
): Promise<Finding[]> {
  return onward.prove<Row, Finding[]>({
    name: "reconcile/average-pnl",
    read: ({ from_time, keep_until }) =>
      runSqlFile<Row>(transaction, "reconcile/average-pnl", {
        account_id,
        from_time,
        keep_until,
        trade_cash: formatDecimal(tolerance.tradeCash),
        fill_average: formatDecimal(tolerance.fillAverage),
      }),
    dependsOn: (until) => contractsKnown(transaction, account_id, until),
    isKept: ({ is_kept }) => is_kept,
    add: addingUp(["symbol", "position_side", "asset", "record_key"], (one, other) => ({
      ...one,
      ...sumsOf(["expected", "found", "fills", "close_fills"], one, other),
    })),
    say: (rows) => findingsOf(transaction, account_id, checked_at, { rows, tolerance }),
    isClean: nothingDiffers,
  });
}

async function findingsOf(
  transaction: Transaction,
  account_id: string,
  checked_at: string,
  { rows, tolerance }: { readonly rows: readonly Row[]; readonly tolerance: PnlTolerance },
): Promise<Finding[]> {
  const configured = await readConfiguredOpenings(transaction, account_id);
  const late = await readLateFills(transaction, account_id);
  return rows.map((row) => {
    const series = `${row.symbol} ${row.position_side} ${row.asset}`;
    const shared = {
      check_name: "realized_pnl_average",
      asset: row.asset,
      symbol: row.symbol,
      expected: parseDecimal(row.expected),
      found: parseDecimal(row.found),
    } satisfies Partial<Finding>;
    if (row.record_key !== null) {
      return {
        ...shared,
        subject: `${series} fill ${row.record_key}`,
        from_time: row.occurred_at,
        checked_at: row.occurred_at,
        status: "differs",
        class: "unexplained",
        ...(lateFillSuspicion(late, `${row.symbol} ${row.position_side}`, row.occurred_at) ??
          configuredSuspicion(configured, `${row.symbol} ${row.position_side}`, null) ?? {
            suspect: "the history begins with this position open, or a fill before this one is missing",
            next: "begin the history earlier",
          }),
      };
    }
    return {
      ...shared,
      subject: series,
      from_time: null,
      checked_at,
      status: row.close_fills === row.fills ? "agrees" : "within_tolerance",
      class: row.close_fills === row.fills ? "" : "truncation",
      note: `${row.fills} closing fills compared, ${row.close_fills} within ${formatDecimal(tolerance.tradeCash)}, all within ${formatDecimal(tolerance.fillAverage)}`,
    };
  });
}
