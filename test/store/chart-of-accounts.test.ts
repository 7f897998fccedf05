/** What an account of the ledger means is written in src/domain/entry.ts, and nowhere else. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { LEDGER_ACCOUNTS, LEDGER_LINES } from "../../src/domain/entry.ts";
import { parsePeriod } from "../../src/domain/period.ts";
import { listReports } from "../../src/report/definition.ts";
import { openReport } from "../../src/report/run-report.ts";
import { lineComments, postingView } from "../../src/store/posting-view.ts";
import { readOnly } from "../../src/store/read-only.ts";
import { SQL_FOLDER } from "../../src/store/sql-file.ts";
import type { Store } from "../../src/store/store.ts";
import { fillStore } from "../report/small-books.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";

const VIEWS = join(SQL_FOLDER, "views");
const RESULT_LINES = Object.entries(LEDGER_LINES).flatMap(([line, { isResult }]) => (isResult ? [line] : []));

test.each([
  ["posting.sql", postingView()],
  ["result_line_words.sql", lineComments()],
])("sql/views/%s is what the chart of accounts gives", async (name, text) => {
  const path = join(VIEWS, name);
  if (process.env["UPDATE_DOCS"] === "1") await writeFile(path, text);
  expect(
    await readFile(path, "utf8"),
    "out of date: UPDATE_DOCS=1 npx vitest run test/store/chart-of-accounts.test.ts",
  ).toBe(text);
});

test("no SQL of a report, a view or a check names an account of the ledger, but where it reads a movement's two sides", async () => {
  const folders = ["../reports", "book", "reconcile", "report", "trace", "price", "views"];
  const named: string[] = [];
  for (const folder of folders) {
    for (const name of (await readdir(join(SQL_FOLDER, folder))).filter((file) => file.endsWith(".sql"))) {
      const text = await readFile(join(SQL_FOLDER, folder, name), "utf8");
      const found = Object.keys(LEDGER_ACCOUNTS).filter(
        (account) => account.includes(":") && text.includes(`'${account}'`),
      );
      if (found.length > 0 && name !== "posting.sql") named.push(`${folder}/${name}: ${found.join(", ")}`);
    }
  }
  expect(named).toEqual([
    "reconcile/fill-cash.sql: assets:wallet",
    "reconcile/record-entries.sql: assets:wallet",
    "price/coin-movements.sql: assets:wallet",
    "price/minutes.sql: assets:wallet",
  ]);
});

test("an account more is one line: its amounts stand in their line and in every total", async () => {
  const store = await newStore(QUICK_KIND);
  try {
    await fillStore(store);
    const before = await totals(store);
    await useChart(store, { ...LEDGER_ACCOUNTS, "income:airdrops": "rewards" });
    await sql`
      insert into ledger.entry (account_id, entry_id, kind, symbol, basis, occurred_at, value_at, posted_at, stream, record_key)
      values ('main', 'airdrop', 'airdrop', '', 'cash', ${NOON}, ${NOON}, ${NOON}, 'income', 'airdrop')
    `.execute(store.db);
    await sql`
      insert into ledger.movement (account_id, entry_id, line, debit_account, credit_account, asset, amount)
      values ('main', 'airdrop', 1, 'assets:wallet', 'income:airdrops', 'USDT', 7.25)
    `.execute(store.db);
    expect(await totals(store)).toEqual(
      before.map(({ report, line, total }) => ({
        report,
        line: (BigInt(line) + 7_250n).toString(),
        total: (BigInt(total) + 7_250n).toString(),
      })),
    );
  } finally {
    await store.close();
  }
});

/** Whose net result is one of several things that moved a balance; `daily-result` has its lines. */
const WITHOUT_LINES = ["equity"];

test("a report that shows the net result shows every line of it", async () => {
  const store = await newStore(QUICK_KIND);
  try {
    for (const { report, columns } of await read(store)) {
      if (WITHOUT_LINES.includes(report)) continue;
      for (const suffix of ["", "_value"]) {
        // The result in the reporting currency has the lines as values, and the total in the asset beside
        // them.
        if (
          !columns.includes(`net_result${suffix}`) ||
          (suffix === "" && columns.includes("net_result_value"))
        )
          continue;
        const lacking = RESULT_LINES.filter((line) => !columns.includes(`${line}${suffix}`));
        expect({ report, lacking }).toEqual({ report, lacking: [] });
      }
    }
  } finally {
    await store.close();
  }
});

const NOON = "2026-03-31T12:00:00Z";

/** The views as they are with another chart of accounts. */
async function useChart(store: Store, chart: Readonly<Record<string, string>>): Promise<void> {
  const names = (await readdir(VIEWS)).filter((name) => name.endsWith(".sql")).toSorted();
  const texts = await Promise.all(
    names.map(async (name) =>
      name === "posting.sql" ? postingView(chart) : await readFile(join(VIEWS, name), "utf8"),
    ),
  );
  await store.executeScript(texts.join("\n"));
}

/** Of each report with a net result: what its rows in USDT come to, in thousandths. */
async function totals(store: Store): Promise<{ report: string; line: string; total: string }[]> {
  const inThousandths = (rows: readonly Record<string, string | null>[], column: string) =>
    rows
      .filter((row) => row["asset"] === "USDT")
      .reduce((sum, row) => {
        const [whole = "0", fraction = ""] = (row[column] ?? "0").split(".");
        return sum + BigInt(`${whole}${fraction.padEnd(3, "0").slice(0, 3)}`);
      }, 0n)
      .toString();
  return (await read(store))
    .filter(({ columns }) => columns.includes("net_result") && columns.includes("rewards"))
    .map(({ report, rows }) => ({
      report,
      line: inThousandths(rows, "rewards"),
      total: inThousandths(rows, "net_result"),
    }));
}

function read(store: Store) {
  return readOnly(store, async (db) => {
    const found: { report: string; columns: readonly string[]; rows: Record<string, string | null>[] }[] = [];
    for (const definition of await listReports(null)) {
      const { columns, batches } = await openReport(db, definition, parsePeriod("2026-03", "UTC"), [null]);
      const rows: Record<string, string | null>[] = [];
      for await (const batch of batches) {
        for (const row of batch) {
          rows.push(Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])));
        }
      }
      found.push({ report: definition.name, columns, rows });
    }
    return found;
  });
}
