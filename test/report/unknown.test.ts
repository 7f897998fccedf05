/**
 * A figure of which nothing is known is empty, and never 0: every report of one small world, of which the
 * venue's snapshots, its cash, its fills or its prices are not known. What must be empty then stands in a
 * table, and so does each 0 that is true all the same.
 */
import { sql } from "kysely";
import { beforeAll, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, type Instant, plus } from "../../src/domain/instant.ts";
import { parsePeriod } from "../../src/domain/period.ts";
import { DEFAULT_TREATMENT } from "../../src/domain/treatment.ts";
import { listReports } from "../../src/report/definition.ts";
import { runReport } from "../../src/report/run-report.ts";
import { summaryText } from "../../src/report/summary.ts";
import type { Store } from "../../src/store/store.ts";
import { tablesThatAre } from "../../src/store/table-origins.ts";
import { readSummary } from "../support/read-summary.ts";
import { newRig } from "../support/rig.ts";
import { inPart } from "../support/sample.ts";
import { scriptedWorld } from "../support/scripted-world.ts";
import { QUICK_KIND } from "../support/stores.ts";

const FROM = parseInstant("2026-01-01T00:00:00Z");
const day = (days: number): Instant => plus(FROM, days * DAY_MS);
const PERIOD = parsePeriod("2026-01", "UTC");

/** One position stays open, one is closed. */
const WORLD = scriptedWorld([
  {
    name: "main",
    play: (account) => {
      account.cash(day(1), "TRANSFER", "1000");
      account.trade(day(2), "BUY 2 BTCUSDT at 100", { fee: "0.04" });
      account.trade(day(2), "BUY 1 ETHUSDT at 50", { fee: "0.02" });
      account.cash(day(3), "FUNDING_FEE", "-0.5");
      account.trade(day(4), "SELL 1 BTCUSDT at 101", { fee: "0.04" });
      account.trade(day(5), "SELL 1 ETHUSDT at 53", { fee: "0.02" });
    },
  },
]);

const PEGS = "pegs:\n  - { asset: USDT, currency: USD, price: 1, because: it is a test }\n";

type Results = Readonly<
  Record<
    string,
    { readonly columns: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] }
  >
>;
type Columns = Readonly<Record<string, string>>;

/**
 * The figures that are empty in all rows of a report, or in some (?); "none" of them; or the report has no
 * rows.
 */
const NO_CASH: Columns = {
  adjustments: "no rows",
  balances:
    "realized_pnl trading_fees rebates funding liquidation rewards net_result transfers conversions suspense",
  "balance-sheet": "none",
  bridge: "realized_pnl? fee_amount? funding_amount unassigned_funding amount",
  "collateral-statement": "no rows",
  "daily-reconciliation":
    "realized_pnl trading_fees rebates funding liquidation rewards net_result transfers conversions suspense",
  "daily-result":
    "realized_pnl trading_fees rebates funding liquidation rewards net_result transfers conversions suspense",
  disposals: "funding result_funding_inside result_both_inside",
  equity: "wallet equity net_result transfers conversions suspense",
  "fee-coin-disposals": "no rows",
  "fee-rates": "none",
  // From the fills, and marked so.
  "fees-by-symbol": "none",
  fills: "none",
  "funding-by-symbol": "no rows",
  gaps: "no rows",
  "isolated-margin": "no rows",
  journal: "none",
  liquidations: "no rows",
  "margin-changes": "no rows",
  "pnl-three-way": "cash_of_trade cash_difference",
  performance:
    "closing_equity flows profit money_weighted_return_rounded best_day_return_rounded worst_day_return_rounded",
  portfolio:
    "outside_transfers own_transfers realized_pnl trading_fees rebates funding liquidation rewards net_result conversions suspense",
  positions: "none",
  "prices-used": "none",
  "realized-pnl-by-symbol": "realized_pnl_booked booked_minus_venue",
  "realized-pnl-net": "no rows",
  reconciliation: "none",
  restatement: "no rows",
  "round-trips": "funding result",
  transfers: "no rows",
  "valued-balance-sheet": "none",
  "valued-performance":
    "closing_equity flows profit money_weighted_return_rounded best_day_return_rounded worst_day_return_rounded",
  "valued-result":
    "net_result realized_pnl_value trading_fees_value rebates_value funding_value liquidation_value rewards_value net_result_value net_result_value_rounded net_result_value_of_priced transfers_value",
};
const ALL_KNOWN: Columns = Object.fromEntries(
  Object.keys(NO_CASH).map((report) => [
    report,
    ["adjustments", "collateral-statement", "fee-coin-disposals", "gaps", "isolated-margin"].includes(
      report,
    ) || ["liquidations", "margin-changes", "restatement"].includes(report)
      ? "no rows"
      : "none",
  ]),
);
const NO_FILLS: Columns = {
  ...ALL_KNOWN,
  "balance-sheet": "quantity cost market_value",
  bridge: "realized_pnl? fee_amount? funding_amount? unassigned_funding? amount?",
  disposals: "no rows",
  equity: "unrealized_pnl equity change_of_unrealized",
  "fee-rates": "no rows",
  "fees-by-symbol": "fills turnover maker_turnover taker_turnover",
  fills: "no rows",
  performance:
    "closing_equity profit money_weighted_return_rounded best_day_return_rounded worst_day_return_rounded",
  "pnl-three-way": "no rows",
  // What the venue shows to be open, and nothing was booked of.

  positions: "quantity cost average_entry_price_rounded market_value unrealized_pnl quantity_difference",
  "realized-pnl-by-symbol":
    "closes quantity_closed realized_pnl_average realized_pnl_fifo realized_pnl_lifo realized_pnl_hifo venue_realized_pnl booked_minus_venue average_minus_venue",
  "round-trips": "no rows",
  "valued-balance-sheet": "quantity cost market_value cost_value value_at_mark",
  "valued-performance":
    "closing_equity profit money_weighted_return_rounded best_day_return_rounded worst_day_return_rounded",
};

const CASES = [
  {
    unknown: "cash",
    empty: NO_CASH,
    summary: [
      "        opening  transfers  realized PnL     fees  funding    other      net    apart  closing",
      "  USDT        0    unknown       unknown  unknown  unknown  unknown  unknown  unknown  1003.38",
      "  in USD: net unknown",
    ],
  },
  {
    unknown: "fills",
    empty: NO_FILLS,
    summary: [
      "  USDT        0       1000             4  -0.12     -0.5  3.38  1003.38",
      "  in USD: net 3.38 (rounded)",
    ],
  },
  {
    unknown: "cash and fills",
    empty: {
      ...NO_CASH,
      ...Object.fromEntries(
        [
          "bridge",
          "disposals",
          "fee-rates",
          "fees-by-symbol",
          "fills",
          "pnl-three-way",
          "realized-pnl-by-symbol",
          "round-trips",
        ].map((report) => [report, "no rows"]),
      ),
      // The position is inferred from the snapshot, and has its mark.
      equity: "wallet unrealized_pnl? equity net_result transfers conversions suspense change_of_unrealized",
      performance:
        "opening_equity closing_equity flows profit money_weighted_return_rounded best_day_return_rounded worst_day_return_rounded",
      "valued-performance":
        "opening_equity closing_equity flows profit money_weighted_return_rounded best_day_return_rounded worst_day_return_rounded",
    },
    summary: ["  in USD: net unknown"],
  },
  {
    unknown: "snapshots",
    empty: {
      ...ALL_KNOWN,
      balances: "venue_wallet books_then difference",
      "daily-reconciliation": "venue_wallet difference",
      "balance-sheet": "amount? market_value",
      equity: "unrealized_pnl? equity?",
      performance: "closing_equity profit money_weighted_return_rounded",
      positions:
        "mark_price market_value unrealized_pnl venue_quantity venue_entry_price venue_unrealized_pnl quantity_difference",
      reconciliation: "no rows",
      "valued-balance-sheet":
        "amount? market_value price value value_rounded cost_value value_at_mark value_of_priced",
      // Nobody knows until when anything was held, so nothing is valued as held.
      "valued-performance":
        "closing_equity profit money_weighted_return_rounded best_day_return_rounded worst_day_return_rounded",
    },
    summary: ["  in USD: net 3.38 (rounded)", "  not proven yet: no check was made"],
  },
  {
    unknown: "prices",
    empty: {
      ...ALL_KNOWN,
      // That nothing has a price is an item of it.
      gaps: "none",
      "prices-used": "leg price worth",
      "valued-balance-sheet": "price value value_rounded cost_value value_at_mark value_of_priced",
      "valued-performance":
        "closing_equity flows profit money_weighted_return_rounded best_day_return_rounded worst_day_return_rounded",
      "valued-result":
        "realized_pnl_value? trading_fees_value? funding_value? net_result_value? net_result_value_rounded? net_result_value_of_priced? transfers_value?",
    },
    summary: ["  in USD: net unknown; 8 amounts have no price"],
  },
] as const;
type Unknown = (typeof CASES)[number]["unknown"];

/** A 0 that is true whatever is not known. */
const TRUE_ZEROS: Columns = {
  // The books begin with nothing, or with what the first snapshot shows: then the row says that it is
  // inferred.
  balances: "opening difference",
  portfolio: "opening",
  "daily-reconciliation": "opening inferred_opening snapshots difference",
  positions: "quantity_difference",
  // Before the books begin there was nothing, and a first day has no capital but what came in on it.
  performance: "opening_equity flows best_day_return_rounded worst_day_return_rounded",
  // Where nothing is open, nothing is unrealized.
  equity: "unrealized_pnl change_of_unrealized inferred_opening open_positions",
  // The venue's own words, and comparisons of figures that are there.
  fills: "venue_realized_pnl",
  // All of them are taker's.
  "fees-by-symbol": "rebates maker_turnover",
  "pnl-three-way": "cash_difference average_difference",
  "realized-pnl-by-symbol": "booked_minus_venue average_minus_venue",
  disposals: "difference",
  reconciliation: "expected found difference",
  // Counts.
  "valued-balance-sheet": "unpriced",
  "valued-performance": "opening_equity flows best_day_return_rounded worst_day_return_rounded",
  "valued-result": "priced_by_minute priced_by_day priced_by_peg not_to_price unpriced",
};
/** A 0 that is true because the cash statement was read: it has no row of the kind. */
const READ_ZEROS: Columns = {
  balances: "rebates liquidation rewards conversions inferred_opening suspense",
  bridge: "funding_amount unassigned_funding",
  "daily-reconciliation":
    "realized_pnl trading_fees rebates funding liquidation rewards net_result transfers conversions suspense",
  "daily-result":
    "realized_pnl trading_fees rebates funding liquidation rewards net_result transfers conversions inferred_opening suspense",
  disposals: "funding",
  equity: "net_result transfers conversions suspense",
  "funding-by-symbol": "received",
  portfolio: "own_transfers rebates liquidation rewards conversions inferred_opening suspense",
  "realized-pnl-net": "realized_pnl trading_fees rebates net_of_fees funding liquidation",
  "round-trips": "funding",
  "valued-result":
    "net_result realized_pnl_value trading_fees_value rebates_value funding_value liquidation_value rewards_value net_result_value net_result_value_rounded net_result_value_of_priced transfers_value",
};

const REPORTS = await listReports(null);

async function everyReport(store: Store): Promise<Results> {
  const results: Record<string, Results[string]> = {};
  for (const definition of REPORTS)
    results[definition.name] = await runReport(store, definition, PERIOD, null);
  return results;
}

function cellsOf(result: Results[string], column: string): readonly (string | null)[] {
  const place = result.columns.indexOf(column);
  return result.rows.map((row) => row[place] ?? null);
}

/** The columns that hold numbers where all is known, and of them those that are empty now. */
function emptyFigures(now: Results[string], known: Results[string]): string {
  if (now.rows.length === 0) return "no rows";
  const figures = known.columns.filter((column) =>
    cellsOf(known, column).some((cell) => /^-?\d+(\.\d+)?$/.test(cell ?? "")),
  );
  const empty = figures.flatMap((column) => {
    const cells = cellsOf(now, column);
    if (cells.every((cell) => cell === null)) return [column];
    const filled = cells.filter((cell) => cell !== null);
    const wereFilled = cellsOf(known, column).filter((cell) => cell !== null);
    const [empties, wereEmpty] = [cells.length - filled.length, known.rows.length - wereFilled.length];
    return filled.length < wereFilled.length && empties > wereEmpty ? [`${column}?`] : [];
  });
  return empty.length === 0 ? "none" : empty.join(" ");
}

function zeros(results: Results): readonly string[] {
  return Object.entries(results).flatMap(([report, result]) =>
    result.columns
      .filter((column) => cellsOf(result, column).some((cell) => /^-?0(\.0+)?$/.test(cell ?? "")))
      .map((column) => `${report}.${column}`),
  );
}

function named(columns: Columns): readonly string[] {
  return Object.entries(columns).flatMap(([report, names]) =>
    names.split(" ").map((name) => `${report}.${name}`),
  );
}

/** The world as it is known without one thing, in every report and in the summary. */
async function without(unknown: Unknown | "nothing"): Promise<{ results: Results; summary: string }> {
  const rig = await newRig({
    kind: QUICK_KIND,
    world: WORLD,
    now: day(9),
    accountLines: ["since: 2026-01-01"],
  });
  const pegs = unknown === "prices" ? "" : PEGS;
  await rig.reconfigure((text) => `reportingCurrency: USD\nprices: { fetch: false }\n${pegs}${text}`);
  await rig.run("sync");
  const streams = { income: unknown.includes("cash"), fills: unknown.includes("fills") };
  await rig.inspect(async ({ db }) => {
    for (const [stream, isUnknown] of Object.entries(streams))
      for (const table of isUnknown ? ["record", "window", "control_total"] : [])
        await sql`delete from ${sql.table(`raw.${table}`)} where stream = ${stream}`.execute(db);
    for (const table of tablesThatAre("carried"))
      if (unknown === "snapshots" && table.startsWith("snapshot.")) await db.deleteFrom(table).execute();
  });
  await rig.run("book", "--from-empty");
  await rig.run("reconcile");
  const found = await rig.inspect(async (store) => ({
    results: await everyReport(store),
    summary: summaryText(await readSummary(store, PERIOD, null, DEFAULT_TREATMENT)),
  }));
  await rig.close();
  return found;
}

let known: Results;
beforeAll(async () => {
  known = (await without("nothing")).results;
}, 60_000);

test("of every report it is said what of it can be unknown", () => {
  expect(Object.keys(NO_CASH).toSorted()).toEqual(REPORTS.map(({ name }) => name).toSorted());
  const figures = Object.fromEntries(
    REPORTS.map(({ name }) => [name, emptyFigures(resultOf(known, name), resultOf(known, name))]),
  );
  expect(figures).toEqual(ALL_KNOWN);
});

function resultOf(results: Results, name: string): Results[string] {
  return results[name] ?? expect.fail(`the report ${name} was run`);
}

test.each(inPart(3, CASES))(
  "where $unknown is not known, it is empty and never 0, in every report and in the summary",
  {
    timeout: 60_000,
  },
  async ({ unknown, empty, summary }) => {
    const found = await without(unknown);
    const figures = Object.fromEntries(
      REPORTS.map(({ name }) => [name, emptyFigures(resultOf(found.results, name), resultOf(known, name))]),
    );
    expect(figures).toEqual(empty);
    const isCashKnown = !unknown.includes("cash");
    const allowed = new Set([...named(TRUE_ZEROS), ...(isCashKnown ? named(READ_ZEROS) : [])]);
    expect(zeros(found.results).filter((one) => !allowed.has(one))).toEqual([]);
    for (const line of summary) expect(found.summary.split("\n")).toContain(line);
  },
);

test("fees that are not booked are the fills' own, and the row says so", async () => {
  const { results } = await without("cash");
  const fees = resultOf(results, "fees-by-symbol");
  expect(fees.rows.map((row) => row.join(","))).toEqual([
    "main,BTCUSDT,USDT,-0.08,0,-0.08,2,301,0,301,USDT,unbooked_fill",
    "main,ETHUSDT,USDT,-0.04,0,-0.04,2,103,0,103,USDT,unbooked_fill",
  ]);
});
