/**
 * The reports of the reconciliation on a world that is reconciled: what they must say whatever happened in
 * it.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatDecimal, parseDecimal, sum } from "../../src/domain/decimal.ts";
import { parsePeriod } from "../../src/domain/period.ts";
import { listReports } from "../../src/report/definition.ts";
import { openReport } from "../../src/report/run-report.ts";
import { readOnly } from "../../src/store/read-only.ts";
import type { Store } from "../../src/store/store.ts";
import { loadReconciledWorld } from "../support/reconciled-world.ts";
import { longTest } from "../support/sample.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";
import { foldersAt, untold } from "../support/untold-inputs.ts";

type Row = Readonly<Record<string, string>>;

let store: Store;
beforeAll(async () => {
  store = await newStore(QUICK_KIND);
  await loadReconciledWorld(store, "daily");
}, 300_000);
afterAll(() => store.close());

async function rowsOf(name: string, zone: string): Promise<Row[]> {
  const definition = (await listReports(null)).find((one) => one.name === name);
  if (definition === undefined) throw new RangeError(`no report is called ${name}`);
  return readOnly(store, async (db) => {
    const { columns, batches } = await openReport(db, definition, parsePeriod("2026-05", zone), [
      "aster-one-way",
      "binance-hedge",
    ]);
    const rows: Row[] = [];
    for await (const batch of batches)
      rows.push(
        ...batch.map((cells) => Object.fromEntries(columns.map((column, nth) => [column, cells[nth] ?? ""]))),
      );
    return rows;
  });
}

const CAUSES = ["net_result", "transfers", "conversions", "inferred_opening", "suspense"];

test.each(["UTC", "Pacific/Auckland"])(
  "each day opens with what the day before closed with, whatever is a day: in %s",
  async (zone) => {
    const rows = await rowsOf("daily-reconciliation", zone);
    expect(rows.length).toBeGreaterThan(20);
    for (const [position, row] of rows.entries()) {
      const before = rows[position - 1];
      const isSame = before?.["account"] === row["account"] && before?.["asset"] === row["asset"];
      const day = `${row["account"]} ${row["asset"]} ${row["day"]}`;
      expect(row["opening"], `${day} opens`).toBe(isSame ? before?.["closing"] : "0");
      const causes = sum(["opening", ...CAUSES].map((column) => parseDecimal(row[column] ?? "")));
      expect(formatDecimal(causes), `${day} closes`).toBe(row["closing"]);
    }
    // What there was before the first snapshot is taken from it.
    const isFirst = (row: Row, before: Row | undefined) =>
      before?.["account"] !== row["account"] || before?.["asset"] !== row["asset"];
    for (const [position, row] of rows.entries())
      expect(row["status"]).toBe(isFirst(row, rows[position - 1]) ? "inferred" : "agrees");
  },
);

test("a fill's PnL is the same three ways, to the venue's truncation, and each closing fill is there", async () => {
  const rows = await rowsOf("pnl-three-way", "UTC");
  const closing = await store.db
    .selectFrom("ledger.disposal")
    .select("fill_key")
    .where("method", "=", "average")
    .execute();
  expect(rows.map((row) => row["record_key"]).toSorted()).toEqual(
    closing.map((row) => row.fill_key).toSorted(),
  );
  expect([...new Set(rows.map((row) => row["verdict"]))]).toEqual(["agrees"]);
  expect(new Set(rows.map((row) => row["cash_difference"])), "the cash, to the last digit").toEqual(
    new Set(["0"]),
  );
});

longTest(
  "a folder that keeps its key would come out the same, whatever else changes",
  {
    timeout: 120_000,
  },
  async () => {
    const { lines, same } = await untold(store, foldersAt("2026-05-04", "2026-05-07", "2026-05-10"));
    expect(lines).toEqual([]);
    expect(same).toBeGreaterThan(10);
  },
);
