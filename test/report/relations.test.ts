/** The relations for people's own SQL come to what the reports say: the same books, added up otherwise. */
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Decimal, formatDecimal, parseDecimal, ZERO } from "../../src/domain/decimal.ts";
import { formatInstant } from "../../src/domain/instant.ts";
import { parsePeriod } from "../../src/domain/period.ts";
import { ownReport } from "../../src/report/definition.ts";
import { runReport } from "../../src/report/run-report.ts";
import type { Store } from "../../src/store/store.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";
import { fillStore } from "./small-books.ts";

/** A day of it is one of Berlin, whose clocks are set forward in it. */
const PERIOD = parsePeriod("2026-03", "Europe/Berlin");

/** A relation's figure, and those of the report that add up to the same, by the columns of `by`. */
type Case = {
  readonly relation: string;
  readonly figure: string;
  readonly where?: string;
  readonly report: string;
  readonly columns: readonly string[];
  /** Of which method the report's rows are, where it has all. */
  readonly method?: string;
  readonly by: Readonly<Record<string, string>>;
};

const OF_SYMBOL = { account_id: "account", symbol: "symbol", asset: "asset" };
const OF_DAY = { account_id: "account", "day::text": "day", asset: "asset" };
const DAYS = "('Europe/Berlin', :from, :until)";
const POSTED = "posted_at >= :from and posted_at < :until";
const CLOSED = "closed_at >= :from and closed_at < :until";

const CASES: readonly Case[] = [
  {
    relation: "report.fee",
    figure: "amount",
    where: POSTED,
    report: "fees-by-symbol",
    columns: ["trading_fees", "rebates"],
    by: OF_SYMBOL,
  },
  {
    relation: "report.funding",
    figure: "amount",
    where: POSTED,
    report: "funding-by-symbol",
    columns: ["net_funding"],
    by: OF_SYMBOL,
  },
  ...["realized_pnl", "opening_fee", "closing_fee", "funding"].map((figure) => ({
    relation: "report.disposal",
    figure,
    where: `method = 'average' and ${CLOSED}`,
    report: "disposals",
    columns: [figure],
    method: "average",
    by: OF_SYMBOL,
  })),
  {
    relation: "report.round_trip",
    figure: "result",
    where: CLOSED,
    report: "round-trips",
    columns: ["result"],
    by: OF_SYMBOL,
  },
  ...["realized_pnl", "trading_fees", "funding", "net_result"].map((figure) => ({
    relation: `report.daily_result${DAYS}`,
    figure,
    report: "daily-result",
    columns: [figure],
    by: OF_DAY,
  })),
  ...["realized_pnl", "funding", "liquidation"].map((figure) => ({
    relation: `report.realized_pnl_by_day_and_symbol${DAYS}`,
    figure,
    report: "realized-pnl-net",
    columns: [figure],
    by: OF_SYMBOL,
  })),
];

let store: Store;
beforeAll(async () => {
  store = await newStore(QUICK_KIND);
  await fillStore(store);
});
afterAll(() => store.close());

describe("a relation comes to what the report says", () => {
  test.each(CASES.map((one) => [titleOf(one), one] as const))("%s", async (_title, one) => {
    const { relation, figure, where, by } = one;
    const keys = Object.keys(by).join(", ");
    const bounded = (text: string) =>
      text
        .replaceAll(":from", `'${formatInstant(PERIOD.from)}'`)
        .replaceAll(":until", `'${formatInstant(PERIOD.until)}'`);
    const { rows } = await sql<Record<string, string>>`
      select concat_ws('|', ${sql.raw(keys)}) as key, sum(${sql.raw(figure)})::text as total
      from ${sql.raw(bounded(relation))}
      where ${sql.raw(bounded(where ?? "true"))}
      group by ${sql.raw(keys)}
    `.execute(store.db);
    const own = totals(rows.map(({ key = "", total = "" }) => [key, parseDecimal(total)]));
    expect(Object.keys(own).length, "there is something to compare").toBeGreaterThan(0);
    expect(own).toEqual(await ofReport(one, Object.values(by)));
  });
});

function titleOf({ relation, figure, columns, report }: Case): string {
  return `${figure} of ${relation.replace(/\(.*/, "")} is ${columns.join(" + ")} of the report ${report}`;
}

async function ofReport(
  { report: name, columns, method }: Pick<Case, "report" | "columns" | "method">,
  by: readonly string[],
): Promise<Record<string, string>> {
  const report = await runReport(store, ownReport(name), PERIOD, null);
  const cellsOf = (row: readonly (string | null)[], names: readonly string[]) =>
    names.map((column) => row[report.columns.indexOf(column)] ?? null);
  const rows = report.rows.filter((row) => method === undefined || cellsOf(row, ["method"])[0] === method);
  return totals(
    rows.map((row) => [
      cellsOf(row, by).join("|"),
      cellsOf(row, columns).reduce((sum, cell) => sum.plus(parseDecimal(cell ?? "0")), ZERO),
    ]),
  );
}

/** By key; what comes to nothing is in a report of every symbol, and in no relation of what happened. */
function totals(amounts: readonly (readonly [string, Decimal])[]): Record<string, string> {
  const all = new Map<string, Decimal>();
  for (const [key, amount] of amounts) all.set(key, (all.get(key) ?? ZERO).plus(amount));
  return Object.fromEntries(
    [...all].filter(([, amount]) => !amount.isZero()).map(([key, amount]) => [key, formatDecimal(amount)]),
  );
}
