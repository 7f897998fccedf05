/**
 * The bridge: a total and the items after it are the next total, and the items are what the open lots hold.
 */
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookNewCash } from "../../src/book/book-cash.ts";
import { bookLots } from "../../src/book/book-lots.ts";
import { type Decimal, formatDecimal, parseDecimal, sum } from "../../src/domain/decimal.ts";
import { MINUTE_MS, plus } from "../../src/domain/instant.ts";
import { listReports } from "../../src/report/definition.ts";
import { openReport } from "../../src/report/run-report.ts";
import { readOnly } from "../../src/store/read-only.ts";
import type { Store } from "../../src/store/store.ts";
import { anyHistory, DRAWN_FROM, loadHistory, rowsOf } from "../support/drawn-history.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";
import { cell } from "../support/text-table.ts";
import { account as accountRow, insert, window } from "./small-books.ts";

let store: Store;
beforeAll(async () => {
  store = await newStore(QUICK_KIND);
});
afterAll(() => store.close());

type Row = Readonly<Record<string, string>>;

async function bridgeOf(account: string, fromMinute: number, untilMinute: number): Promise<readonly Row[]> {
  const definition = (await listReports(null)).find(({ name }) => name === "bridge");
  if (definition === undefined) throw new RangeError("there is no report called bridge");
  const period = {
    name: "drawn",
    from: plus(DRAWN_FROM, fromMinute * MINUTE_MS),
    until: plus(DRAWN_FROM, untilMinute * MINUTE_MS),
    timeZone: "UTC",
  };
  return readOnly(store, async (db) => {
    const { columns, batches } = await openReport(db, definition, period, [account]);
    const rows: Row[] = [];
    for await (const batch of batches) {
      for (const cells of batch)
        rows.push(Object.fromEntries(columns.map((column, place) => [column, cells[place] ?? ""])));
    }
    return rows;
  });
}

const amountOf = (row: Row): Decimal => parseDecimal(cell(row, "amount"));

/** Totals with the items that follow each. */
function stepsOf(rows: readonly Row[]) {
  const steps: { total: Row; items: Row[] }[] = [];
  for (const row of rows) {
    if (cell(row, "what") === "total") steps.push({ total: row, items: [] });
    else steps.at(-1)?.items.push(row);
  }
  return steps;
}

const BEGIN = "2000-01-01T00:00:00.000Z";
let accounts = 0;

test("each total and the items after it are the next total, to the last digit, in every period; and the items are what open lots hold", async () => {
  let items = 0;
  await fc.assert(
    fc.asyncProperty(anyHistory, fc.nat(15), fc.integer({ min: 1, max: 20 }), async (drawn, from, length) => {
      accounts += 1;
      const account = `account ${accounts}`;
      await loadHistory(store, rowsOf(account, drawn), 1);
      await insert(store, "raw.account", [accountRow(account, "aster", BEGIN)]);
      const read = (stream: string) => window(account, stream, "", BEGIN, "2100-01-01T00:00:00.000Z");
      await insert(store, "raw.window", [read("income"), read("fills")]);
      await bookNewCash(store, account);
      await bookLots(store, account);
      for (const [begin, end] of [
        [from, from + length],
        [0, 60],
      ] as const) {
        const rows = await bridgeOf(account, begin, end);
        for (const asset of new Set(rows.map((row) => cell(row, "asset")))) {
          const steps = stepsOf(rows.filter((row) => cell(row, "asset") === asset));
          expect(steps).toHaveLength(17);
          for (const [place, { total, items: own }] of steps.entries()) {
            items += own.length;
            const parts = ["realized_pnl", "fee_amount", "funding_amount", "unassigned_funding"];
            const shown = place === 0 ? parts.slice(0, 3) : parts;
            expect(formatDecimal(sum(shown.map((name) => parseDecimal(cell(total, name)))))).toBe(
              cell(total, "amount"),
            );
            const next = steps[place + 1]?.total;
            const reached = formatDecimal(sum([amountOf(total), ...own.map(amountOf)]));
            if (next === undefined) expect(own).toEqual([]);
            else expect(reached).toBe(cell(next, "amount"));
          }
        }
      }
      // All of history: what is held at its end is in the lots themselves.
      const held = await sql<{ asset: string; method: string; fees: string; funding: string }>`
        select asset, method, trim_scale(sum(fees))::text as fees, trim_scale(sum(funding))::text as funding
        from (
          select asset, method, opening_fee as fees, funding from ledger.lot where account_id = ${account}
          union all
          select asset, method, case kind when 'funding' then 0 else amount end, case kind when 'funding' then amount else 0 end
          from ledger.lot_amount where account_id = ${account}
        ) as part group by asset, method
      `.execute(store.db);
      const rows = await bridgeOf(account, 0, 60);
      for (const { asset, method, fees, funding } of held.rows) {
        const steps = stepsOf(rows.filter((row) => cell(row, "asset") === asset));
        for (const [description, expected] of [
          ["opening fees of positions open at the end", fees],
          ["funding held by positions open at the end", funding],
        ] as const) {
          const found = steps.flatMap(({ total, items: own }) =>
            cell(total, "method") === method
              ? own
                  .filter((row) => cell(row, "description") === description)
                  .map((row) => amountOf(row).abs())
              : [],
          );
          for (const amount of found)
            expect(formatDecimal(amount)).toBe(formatDecimal(parseDecimal(expected).abs()));
          if (expected !== "0") expect(found.length).toBeGreaterThan(0);
        }
      }
    }),
    { numRuns: 20 },
  );
  expect(items).toBeGreaterThan(100);
}, 180_000);
