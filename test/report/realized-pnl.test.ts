/**
 * The venue's own realized PnL is all that its fills say, whether the books find that a fill closes something
 * or not.
 */
import { expect, test } from "vitest";
import { bookAccount } from "../../src/book/book-account.ts";
import { parsePeriod } from "../../src/domain/period.ts";
import { listReports } from "../../src/report/definition.ts";
import { openReport } from "../../src/report/run-report.ts";
import { readOnly } from "../../src/store/read-only.ts";
import type { Store } from "../../src/store/store.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";
import { account, fill, insert } from "./small-books.ts";

async function rowsOf(store: Store, periodName: string): Promise<Record<string, string | null>[]> {
  const definitions = await listReports(null);
  const definition = definitions.find(({ name }) => name === "realized-pnl-by-symbol");
  if (definition === undefined) throw new Error("there is no such report");
  return readOnly(store, async (db) => {
    const { columns, batches } = await openReport(db, definition, parsePeriod(periodName, "UTC"), [null]);
    const rows: Record<string, string | null>[] = [];
    for await (const batch of batches)
      for (const row of batch)
        rows.push(Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])));
    return rows;
  });
}

test("venue_realized_pnl is the sum over all fills of the period", async () => {
  const store = await newStore(QUICK_KIND);
  await insert(store, "raw.account", [account("main", "binance-usdm", "2026-05-01T00:00:00.000Z")]);
  const told = { margin_asset: "USDT" };
  await insert(store, "history.fill", [
    fill("main", "a", "1", "1", "BUY", "2026-05-02T10:00:00.000Z", "100", "1", told),
    fill("main", "b", "2", "2", "SELL", "2026-05-02T11:00:00.000Z", "110", "1", {
      ...told,
      realized_pnl: "10",
    }),
    // Two results of fills that open in the books, as those of another position mode would; one of them of
    // the next month.
    fill("main", "c", "3", "3", "SELL", "2026-05-02T12:00:00.000Z", "120", "1", {
      ...told,
      realized_pnl: "20.5",
    }),
    fill("main", "d", "4", "4", "SELL", "2026-06-02T12:00:00.000Z", "90", "1", {
      ...told,
      realized_pnl: "-3",
    }),
  ]);
  await bookAccount(store, "main", { configured: [], amountDecimals: 8 });
  const [may, ...others] = await rowsOf(store, "2026-05");
  expect(others).toEqual([]);
  expect(may).toMatchObject({
    account: "main",
    symbol: "BTCUSDT",
    asset: "USDT",
    venue_realized_pnl: "30.5",
    // Nothing of the cash was read here.
    booked_minus_venue: null,
  });
  const average = Number(may?.["realized_pnl_average"]);
  expect(may?.["average_minus_venue"]).toBe(String(average - 30.5));
  expect(await rowsOf(store, "2026-06")).toMatchObject([{ venue_realized_pnl: "-3" }]);
  await store.close();
});
