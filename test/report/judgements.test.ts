/** No two reports judge one fact differently, and each venue's own decimals are what they judge by. */
import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bookAccount } from "../../src/book/book-account.ts";
import { formatDecimal, lastPlace, parseDecimal } from "../../src/domain/decimal.ts";
import { parsePeriod } from "../../src/domain/period.ts";
import { reconcileAccount } from "../../src/reconcile/reconcile-account.ts";
import { listReports, REPORTS_FOLDER } from "../../src/report/definition.ts";
import { runReport } from "../../src/report/run-report.ts";
import { SQL_FOLDER } from "../../src/store/sql-file.ts";
import type { Store } from "../../src/store/store.ts";
import { expectOneJudgement, JUDGES } from "../support/judgements.ts";
import { POSITION_ALONE, TAKEN_PLAINLY, WALLET_ALONE } from "../support/not-shown.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";
import { account, fill, income, insert, window } from "./small-books.ts";

test("of every report it is said what it judges", async () => {
  const reports = (await listReports(null)).map(({ name }) => name);
  expect(Object.keys(JUDGES).toSorted()).toEqual(reports.toSorted());
});

test("no tolerance is typed into SQL: it comes as data", async () => {
  const folders = [
    REPORTS_FOLDER,
    ...["reconcile", "views", "report", "pipeline", "cli", "book"].map((one) => join(SQL_FOLDER, one)),
  ];
  const found: string[] = [];
  for (const folder of folders) {
    for (const name of (await readdir(folder)).filter((one) => one.endsWith(".sql"))) {
      const lines = readFileSync(join(folder, name), "utf8").split("\n");
      for (const [place, line] of lines.entries())
        if (/\b0?\.0+[1-9]|\b\d+e-\d/i.test(line)) found.push(`${name}:${place + 1}: ${line.trim()}`);
    }
  }
  expect(found).toEqual([]);
});

const at = (hour: number) => `2026-05-01T${String(hour).padStart(2, "0")}:00:00.000Z`;

/**
 * Closes, each 1 USDT of profit: how many units of the venue's last decimal its figure of the fill is off
 * ours, and its cash off that figure.
 */
const CLOSES = [
  { fill: 0, cash: 0, is: "agrees" },
  { fill: 1, cash: 0, is: "agrees" },
  { fill: 0, cash: -1, is: "agrees" },
  { fill: 0, cash: 2, is: "differs" },
  { fill: -10, cash: 1, is: "agrees" },
  { fill: 11, cash: 0, is: "differs" },
] as const;

async function write(store: Store, account_id: string, decimals: number): Promise<void> {
  const unit = lastPlace(decimals);
  const off = (amount: string, units: number) =>
    formatDecimal(parseDecimal(amount).plus(unit.times(parseDecimal(String(units)))));
  const closes = CLOSES.map((close, place) => {
    const realized_pnl = off("1", close.fill);
    return { id: `${place + 2}`, hour: place + 2, realized_pnl, cash: off(realized_pnl, close.cash) };
  });
  await insert(store, "raw.account", [{ ...account(account_id, "aster", at(0)), is_from_beginning: true }]);
  await insert(
    store,
    "raw.window",
    (["income", "fills"] as const).map((stream) =>
      window(account_id, stream, stream === "fills" ? "BTCUSDT" : "", at(0), "2026-05-03T00:00:00.000Z"),
    ),
  );
  await insert(store, "history.fill", [
    fill(account_id, "1", "1", "1", "BUY", at(1), "100", "2", { margin_asset: "USDT" }),
    ...closes.map(({ id, hour, realized_pnl }) =>
      fill(account_id, id, id, id, "SELL", at(hour), "110", "0.1", {
        margin_asset: "USDT",
        realized_pnl,
        sequence: id,
      }),
    ),
  ]);
  await insert(
    store,
    "history.income",
    closes.map(({ id, hour, cash }) => ({
      ...income(account_id, id, "REALIZED_PNL", cash, "USDT", "BTCUSDT", at(hour), ""),
      trade_id: id,
      sequence: id,
    })),
  );
  const [taken_at, answered_at] = [at(20), at(20)];
  await insert(store, "snapshot.taken", [
    { account_id, taken_at, answered_at, has_statement: false, ...TAKEN_PLAINLY },
  ]);
  await insert(store, "snapshot.balance", [
    { account_id, taken_at, answered_at, asset: "USDT", wallet: "7", ...WALLET_ALONE },
  ]);
}

const PERIOD = parsePeriod("2026-05", "UTC");

describe("a figure off by so many units of the venue's last decimal", () => {
  test.each([8, 6])("of %d", async (decimals) => {
    const store = await newStore(QUICK_KIND);
    await write(store, "main", decimals);
    // Another account's decimals are no measure for this one.
    await write(store, "other", 2);
    for (const [name, own] of [
      ["main", decimals],
      ["other", 2],
    ] as const) {
      await bookAccount(store, name, { configured: [], amountDecimals: own });
      await reconcileAccount(store, name, own);
    }
    const definition = (await listReports(null)).find(({ name }) => name === "pnl-three-way");
    if (definition === undefined) throw new Error("the report is expected");
    const { columns, rows } = await runReport(store, definition, PERIOD, "main");
    const [id, verdict] = [columns.indexOf("fill_id"), columns.indexOf("verdict")];
    expect(rows.map((row) => `${row[id]} ${row[verdict]}`).toSorted()).toEqual(
      CLOSES.map(({ is }, place) => `${place + 2} ${is}`).toSorted(),
    );
    await expectOneJudgement(store, `${decimals} decimals`);
    await store.close();
  });
});

test("cash that names no trade is compared with the fills of its second that have no other, in every report", async () => {
  const store = await newStore(QUICK_KIND);
  await write(store, "main", 8);
  const second = at(10);
  await insert(store, "history.fill", [
    fill("main", "20", "20", "20", "SELL", second, "110", "0.1", {
      margin_asset: "USDT",
      realized_pnl: "1",
      sequence: "20",
    }),
    fill("main", "21", "21", "21", "SELL", second, "110", "0.1", {
      margin_asset: "USDT",
      realized_pnl: "1",
      sequence: "21",
    }),
  ]);
  const cash = (key: string, trade_id: string, type = "REALIZED_PNL", amount = "1") => ({
    ...income("main", key, type, amount, "USDT", "BTCUSDT", second, ""),
    trade_id,
    sequence: key,
  });
  // One of the two is named by its cash, the other is not, and neither is a settlement of that second.
  await insert(store, "history.income", [
    cash("20", "20"),
    cash("21", ""),
    cash("22", "", "DELIVERED_SETTELMENT", "5"),
  ]);
  // Kept as the rows were inserted, before anything was settled: the booking keeps them in its own order.
  await store.db.deleteFrom("ledger.position_change").execute();
  await bookAccount(store, "main", { configured: [], amountDecimals: 8 });
  await reconcileAccount(store, "main", 8);
  await expectOneJudgement(store, "a second of two trades");
  await store.close();
});

test("a fill that came after the snapshot makes no difference of a position, in every report", async () => {
  const store = await newStore(QUICK_KIND);
  await write(store, "main", 8);
  const shown = {
    position_side: "BOTH",
    entry_price: "100",
    taken_at: at(20),
    answered_at: at(20),
    ...POSITION_ALONE,
  };
  await insert(store, "snapshot.position", [
    { account_id: "main", symbol: "BTCUSDT", quantity: "1.4", ...shown },
    // What the books have too little is one, and only here.
    { account_id: "main", symbol: "ETHUSDT", quantity: "3", ...shown },
  ]);
  await insert(store, "history.fill", [
    fill("main", "30", "30", "30", "BUY", at(21), "110", "5", { margin_asset: "USDT", sequence: "30" }),
  ]);
  await bookAccount(store, "main", { configured: [], amountDecimals: 8 });
  await reconcileAccount(store, "main", 8);
  const definition = (await listReports(null)).find(({ name }) => name === "positions");
  if (definition === undefined) throw new Error("the report is expected");
  const { columns, rows } = await runReport(store, definition, PERIOD, "main");
  const cells = ["symbol", "quantity", "venue_quantity", "quantity_difference"].map((name) =>
    columns.indexOf(name),
  );
  expect(rows.map((row) => cells.map((place) => row[place]))).toEqual([
    ["BTCUSDT", "6.4", "1.4", "0"],
    ["ETHUSDT", "0", "3", "-3"],
  ]);
  await expectOneJudgement(store, "a fill since the snapshot");
  await store.close();
});

test("nothing is judged before the reconciliation", async () => {
  const store = await newStore(QUICK_KIND);
  await write(store, "main", 8);
  await bookAccount(store, "main", { configured: [], amountDecimals: 8 });
  const definition = (await listReports(null)).find(({ name }) => name === "pnl-three-way");
  if (definition === undefined) throw new Error("the report is expected");
  const { columns, rows } = await runReport(store, definition, PERIOD, "main");
  expect(new Set(rows.map((row) => row[columns.indexOf("verdict")]))).toEqual(new Set([null]));
  await store.close();
});
