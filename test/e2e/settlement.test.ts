/** A contract that the venue ends, by cash alone, night after night: its lots are closed at the price that the cash implies, once, and nothing rings. */
import { expect, test } from "vitest";
import { HOUR_MS, later, parseInstant } from "../../src/domain/instant.ts";
import { newBinanceRig } from "../support/binance-rig.ts";
import { scriptedWorld } from "../support/scripted-world.ts";
import { QUICK_KIND } from "../support/stores.ts";

const EVENING = parseInstant("2026-05-20T09:30:00Z");
const night = (nth: number) => later(EVENING, nth * 24 * HOUR_MS);
const ENDS = later(EVENING, 30 * HOUR_MS);

const WORLD = scriptedWorld([
  {
    name: "main",
    play: (account) =>
      account
        .cash(parseInstant("2026-05-10T00:00:00Z"), "TRANSFER", "5000")
        .trade(parseInstant("2026-05-11T00:00:00Z"), "BUY 1 BTCUSDT at 100")
        .trade(parseInstant("2026-05-12T00:00:00Z"), "BUY 1 BTCUSDT at 120")
        .trade(parseInstant("2026-05-13T00:00:00Z"), "SELL 1 BTCUSDT at 115")
        .settle(ENDS, "BTCUSDT at 105"),
  },
  {
    name: "hedge",
    mode: "hedge",
    play: (account) =>
      account
        .cash(parseInstant("2026-05-10T00:00:00Z"), "TRANSFER", "5000")
        .trade(parseInstant("2026-05-11T00:00:00Z"), "BUY 3 BTCUSDT at 100", { positionSide: "LONG" })
        .trade(parseInstant("2026-05-12T00:00:00Z"), "SELL 2 BTCUSDT at 120", { positionSide: "SHORT" })
        .settle(ENDS, "BTCUSDT at 105", "LONG")
        .settle(ENDS, "BTCUSDT at 105", "SHORT"),
  },
]);

/** The settlement took 5 from the one-way account: 1 at an average of 110. */
const RESULTS = [
  "hedge average BOTH sides 45",
  "hedge fifo BOTH sides 45",
  "hedge hifo BOTH sides 45",
  "hedge lifo BOTH sides 45",
  "main average BOTH sides 0",
  "main fifo BOTH sides 0",
  "main hifo BOTH sides 0",
  "main lifo BOTH sides 0",
];

test("a settlement by cash alone closes the lots of all methods at the price it implies, once, and no night after it needs a person", async () => {
  const rig = await newBinanceRig({ kind: QUICK_KIND, world: WORLD, now: night(0), since: "2026-05-10" });
  for (const nth of [0, 1, 2, 3, 4]) {
    rig.setNow(night(nth));
    const outcome = await rig.run("run");
    expect([outcome.exitCode, outcome.errors], `night ${nth}`).toEqual([0, ""]);
    expect(outcome.output, `night ${nth}`).not.toMatch(/INCOMPLETE|DIFFER/);
  }
  const found = await rig.inspect(async ({ db }) => ({
    lots: await db.selectFrom("ledger.lot").select("symbol").execute(),
    results: await db
      .selectFrom("ledger.disposal")
      .select(({ fn }) => ["account_id", "method", fn.sum<string>("realized_pnl").as("result")])
      .groupBy(["account_id", "method"])
      .orderBy("account_id")
      .orderBy("method")
      .execute(),
    cash: await db
      .selectFrom("ledger.posting")
      .select(({ fn }) => ["account_id", fn.sum<string>("amount").as("amount")])
      .where("ledger_account", "=", "income:realized_pnl")
      .groupBy("account_id")
      .orderBy("account_id")
      .execute(),
  }));
  expect(found.lots).toEqual([]);
  expect(found.results.map((row) => `${row.account_id} ${row.method} BOTH sides ${row.result}`)).toEqual(
    RESULTS,
  );
  expect(found.cash.map((row) => `${row.account_id} ${row.amount}`)).toEqual(["hedge -45", "main 0"]);

  const lots = await rig.inspect(({ db }) =>
    db
      .selectFrom("ledger.disposal")
      .selectAll()
      .orderBy("account_id")
      .orderBy("method")
      .orderBy("closing_number")
      .orderBy("position_side")
      .execute(),
  );
  await rig.run("book", "--from-empty");
  expect(
    await rig.inspect(({ db }) =>
      db
        .selectFrom("ledger.disposal")
        .selectAll()
        .orderBy("account_id")
        .orderBy("method")
        .orderBy("closing_number")
        .orderBy("position_side")
        .execute(),
    ),
  ).toEqual(lots);
  await rig.close();
});

test.each([
  { opening: "is not known", accountLines: [], exitCode: 3 },
  {
    opening: "is configured",
    accountLines: ["openings:", '  - {symbol: BTCUSDT, quantity: "2", entryPrice: "100"}'],
    exitCode: 0,
  },
])(
  "a settlement of a position whose opening $opening is named where the books do not hold it, and closes it where they do",
  async ({ accountLines, exitCode }) => {
    const world = scriptedWorld([
      { name: "main", play: (account) => account.holds("2 BTCUSDT at 100").settle(ENDS, "BTCUSDT at 105") },
    ]);
    const rig = await newBinanceRig({
      kind: QUICK_KIND,
      world,
      now: night(4),
      since: "2026-05-10",
      accountLines,
    });
    const outcome = await rig.run("run");
    expect([outcome.exitCode, outcome.errors]).toEqual([exitCode, ""]);
    const named = "contract_settlement BTCUSDT USDT 2026-05-21T15:30:00.000Z";
    expect(outcome.output.includes(named)).toBe(exitCode === 3);
    await rig.close();
  },
);
