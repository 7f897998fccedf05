/** The venue's realized PnL of each fill = ours at average cost. */
import { formatDecimal, parseDecimal } from "../../domain/decimal.ts";
import { runSqlFile } from "../../store/sql-file.ts";
import type { Database } from "../../store/store.ts";
import type { Finding } from "./finding.ts";

/** Venues truncate the PnL of a fill toward zero at 8 decimals: one unit of the last place. */
export const PNL_TOLERANCE = parseDecimal("0.00000001");
/** They keep their average with some 13 significant digits, which shows in the 8th decimal of a large position's PnL. */
export const PNL_TOLERANCE_LARGE = parseDecimal("0.0000001");

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
};

export async function checkAveragePnl(
  transaction: Database,
  account_id: string,
  checked_at: string,
): Promise<Finding[]> {
  const rows = await runSqlFile<Row>(transaction, "checks/average-pnl", {
    account_id,
    tolerance: formatDecimal(PNL_TOLERANCE),
    tolerance_large: formatDecimal(PNL_TOLERANCE_LARGE),
  });
  return rows.map((row) => {
    const series = `${row.symbol} ${row.position_side} ${row.asset}`;
    const shared = {
      check_name: "realized_pnl_average",
      asset: row.asset,
      symbol: row.symbol,
      expected: parseDecimal(row.expected),
      found: parseDecimal(row.found),
    };
    if (row.record_key !== null) {
      return {
        ...shared,
        subject: `${series} fill ${row.record_key}`,
        from_time: row.occurred_at,
        checked_at: row.occurred_at,
        status: "differs",
        class: "unexplained",
        note: "suspect: the history begins with this position open, or a fill before this one is missing; next: begin the history earlier",
      };
    }
    return {
      ...shared,
      subject: series,
      from_time: null,
      checked_at,
      status: row.close_fills === row.fills ? "agrees" : "within_tolerance",
      class: row.close_fills === row.fills ? "" : "truncation",
      note: `${row.fills} closing fills compared, ${row.close_fills} within ${formatDecimal(PNL_TOLERANCE)}, all within ${formatDecimal(PNL_TOLERANCE_LARGE)}`,
    };
  });
}
