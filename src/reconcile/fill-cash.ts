/** The realized PnL and fee of each trade = the cash rows of that trade. */

import { contractsKnown } from "../book/depends-on.ts";
import { addingUp, type Onward, sumsOf } from "../book/onward.ts";
import type { PnlTolerance } from "../book/pnl-tolerance.ts";
import { formatDecimal, parseDecimal } from "../domain/decimal.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Transaction } from "../store/store.ts";
import { type DifferenceClass, type Finding, nothingDiffers } from "./finding.ts";

type Row = {
  kind: string;
  symbol: string;
  asset: string;
  /** The trade that differs; null for a group that does not. */
  trade_id: string | null;
  /** The day of trades that have no cash row and are booked from the fill; null for all other groups. */
  from_fill_day: string | null;
  expected: string;
  found: string;
  trades: string;
  equal_trades: string;
  has_cash: boolean;
  has_fill: boolean;
  first_at: string;
  last_at: string;
  /** False where one side is missing, and may still come. */
  is_due: boolean;
  is_kept: boolean;
};

export async function checkFillCash(
  transaction: Transaction,
  account_id: string,
  checked_at: string,
  tolerance: PnlTolerance,
  onward: Onward,
): Promise<Finding[]> {
  return onward.prove<Row, Finding[]>({
    name: "reconcile/fill-cash",
    read: async ({ from_time, keep_until }) => {
      const rows = await runSqlFile<Row>(transaction, "reconcile/fill-cash", {
        account_id,
        from_time,
        keep_until,
        trade_cash: formatDecimal(tolerance.tradeCash),
      });
      return rows.filter(({ is_due }) => is_due);
    },
    // A trade that is due may be due no more, or another one be: where a gap is accepted or filled.
    dependsOn: async (until) => {
      type About = { depends_on: string };
      const [about] = await runSqlFile<About>(transaction, "reconcile/fill-cash-question", {
        account_id,
        until,
      });
      return `${about?.depends_on} ${await contractsKnown(transaction, account_id, until)}`;
    },
    isKept: ({ is_kept }) => is_kept,
    add: addingUp(["kind", "symbol", "asset", "trade_id", "from_fill_day"], sumOf),
    say: (rows) => Promise.resolve(findingsOf(rows, checked_at)),
    isClean: nothingDiffers,
  });
}

function findingsOf(rows: readonly Row[], checked_at: string): Finding[] {
  return rows.map((row) => {
    const series = `${row.symbol} ${row.asset}`;
    const shared = {
      check_name: row.kind === "realized_pnl" ? "realized_pnl_cash" : "fee_cash",
      asset: row.asset,
      symbol: row.symbol,
      expected: parseDecimal(row.expected),
      found: parseDecimal(row.found),
    } satisfies Partial<Finding>;
    if (row.trade_id !== null) {
      return {
        ...shared,
        subject: `${series} trade ${row.trade_id}`,
        from_time: row.first_at,
        checked_at: row.last_at,
        status: "differs",
        class: classOf(row),
        suspect: "a cash row or a fill that is missing, doubled or altered",
        next: "compare the trade's fill and income rows",
        ...lackingOf(row),
      };
    }
    if (row.from_fill_day !== null) {
      return {
        ...shared,
        subject: `${series} ${row.from_fill_day.slice(0, 10)}`,
        from_time: row.first_at,
        checked_at: row.last_at,
        status: "inferred",
        class: "missing_row",
        note: `${row.trades} trades have no cash row and are booked from the fill; the wallet proves whether that is right`,
      };
    }
    return {
      ...shared,
      subject: series,
      from_time: null,
      checked_at,
      status: row.equal_trades === row.trades ? "agrees" : "within_tolerance",
      class: row.equal_trades === row.trades ? "" : "truncation",
      note: `${row.trades} trades compared, ${row.equal_trades} equal to the last digit`,
    };
  });
}

function sumOf(one: Row, other: Row): Row {
  return {
    ...one,
    ...sumsOf(["expected", "found", "trades", "equal_trades"], one, other),
    has_cash: one.has_cash && other.has_cash,
    has_fill: one.has_fill && other.has_fill,
    first_at: one.first_at < other.first_at ? one.first_at : other.first_at,
    last_at: one.last_at > other.last_at ? one.last_at : other.last_at,
  };
}

function lackingOf({
  has_fill,
  has_cash,
  symbol,
  first_at: from,
  last_at: until,
}: Row): Pick<Finding, "lacking"> {
  if (has_fill && has_cash) return {};
  return {
    lacking: has_cash
      ? { streams: ["fills"], symbol, from, until }
      : { streams: ["income"], symbol: "", from, until },
  };
}

function classOf(row: Row): DifferenceClass {
  const [fills, cash] = [parseDecimal(row.expected), parseDecimal(row.found)];
  if (!row.has_cash || !row.has_fill) return "missing_row";
  return cash.times(2).eq(fills) || fills.times(2).eq(cash) ? "doubled_row" : "altered_row";
}
