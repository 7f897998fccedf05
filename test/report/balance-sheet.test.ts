/** A balance sheet adds up in each asset, with what is open at the mark; and says where it cannot know. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatDecimal, parseDecimal, sum } from "../../src/domain/decimal.ts";
import { parsePeriod } from "../../src/domain/period.ts";
import { ownReport } from "../../src/report/definition.ts";
import { runReport } from "../../src/report/run-report.ts";
import type { Store } from "../../src/store/store.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";
import { addRareRows, fillStore } from "./small-books.ts";

let store: Store;
beforeAll(async () => {
  store = await newStore(QUICK_KIND);
  await fillStore(store);
});
afterAll(() => store.close());

async function sheet(period: string): Promise<readonly Readonly<Record<string, string | null>>[]> {
  const definition = ownReport("balance-sheet");
  const { columns, rows } = await runReport(store, definition, parsePeriod(period, "Europe/Berlin"), null);
  return rows.map((row) => Object.fromEntries(columns.map((column, place) => [column, row[place] ?? null])));
}

test("the wallet and what is open stand beside where they came from", async () => {
  const rows = (await sheet("2026-03")).filter(
    ({ account, asset }) => account === "main" && asset === "USDT",
  );
  expect(
    rows.map((row) =>
      ["side", "item", "amount", "quantity", "cost", "market_value"]
        .map((name) => row[name] ?? "–")
        .join(" "),
    ),
  ).toEqual([
    "assets wallet 999.391 – – –",
    // The mark of the period's end is 61000.10.
    "assets position BTCUSDT BOTH 10 0.01 600.001 610.001",
    "equity equity:opening 50 – – –",
    "equity equity:transfers 1000 – – –",
    "equity expenses:funding -0.3 – – –",
    "equity expenses:liquidation -2.5 – – –",
    "equity expenses:trading_fees -2.4 – – –",
    "equity income:funding 0.1 – – –",
    "equity income:realized_pnl -46.009 – – –",
    "equity income:rebates 0.5 – – –",
    "equity unrealized_pnl 10 – – –",
  ]);
});

test.each(["2026-03", "2026-03-29", "2026", "2025"])(
  "in %s, the assets are the equity, in each asset of each account",
  async (period) => {
    if (period === "2026") await addRareRows(store);
    const rows = await sheet(period);
    const groups = new Set(rows.map(({ account, asset }) => `${account} ${asset}`));
    for (const group of groups) {
      const own = rows.filter(({ account, asset }) => `${account} ${asset}` === group);
      const unknown = own.filter(({ amount }) => amount === null);
      // A missing mark leaves both sides without it.
      expect(new Set(unknown.map(({ side }) => side)).size, group).not.toBe(1);
      const total = (side: string) =>
        formatDecimal(
          sum(
            own
              .filter(
                (row) =>
                  row["side"] === side &&
                  (unknown.length === 0 || !/^(position |unrealized)/.test(row["item"] ?? "")),
              )
              .map(({ amount }) => parseDecimal(amount ?? "0")),
          ),
        );
      expect(total("assets"), group).toBe(total("equity"));
    }
  },
);
