/**
 * A contract that the venue ends, by cash alone, night after night: its lots are closed at the price that the
 * cash implies, once, and nothing rings.
 */
import { expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { HOUR_MS, plus } from "../../src/domain/instant.ts";
import { newBinanceRig } from "../support/binance-rig.ts";
import { type ScriptedAccount, scriptedWorld } from "../support/scripted-world.ts";
import { QUICK_KIND } from "../support/stores.ts";

const EVENING = parseInstant("2026-05-20T09:30:00Z");
const night = (nth: number) => plus(EVENING, nth * 24 * HOUR_MS);
const ENDS = plus(EVENING, 30 * HOUR_MS);

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
  const rig = await newBinanceRig({
    kind: QUICK_KIND,
    world: WORLD,
    now: night(0),
    since: "2026-05-10",
    reports: "at the end",
  });
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

const day = (nth: number, milliseconds = 0) =>
  plus(parseInstant("2026-05-11T00:00:00Z"), nth * 24 * HOUR_MS + milliseconds);

/**
 * Each account's contract ends before the first night: what was open before the history can be known from
 * nothing.
 */
const EVIDENCE = [
  {
    name: "older",
    what: "purchases after an opening that nobody knows",
    play: (account: ScriptedAccount) =>
      account.holds("10 BTCUSDT at 90").trade(day(1), "BUY 5 BTCUSDT at 100").settle(day(4), "BTCUSDT at 95"),
    found: ["inferred 0", "closed 5 for 525 inferred"],
  },
  {
    name: "turned",
    what: "a sale of an opening that nobody knows",
    play: (account: ScriptedAccount) =>
      account.holds("10 BTCUSDT at 90").trade(day(1), "SELL 4 BTCUSDT at 90").settle(day(4), "BTCUSDT at 85"),
    found: ["inferred 0; it has more decimals than the fills' prices", "closed 4 for 390 inferred"],
  },
  {
    name: "far",
    what: "a price that is far from all fills",
    play: (account: ScriptedAccount) =>
      account
        .holds("100 BTCUSDT at 90")
        .trade(day(1), "BUY 1 BTCUSDT at 100")
        .settle(day(4), "BTCUSDT at 105"),
    found: ["inferred 0; it is far from the fills' prices, 100 to 100", "closed 1 for 1605 inferred"],
  },
  {
    name: "negative",
    what: "a loss of more than what was open",
    play: (account: ScriptedAccount) =>
      account.holds("10 BTCUSDT at 90").trade(day(1), "BUY 1 BTCUSDT at 100").settle(day(4), "BTCUSDT at 70"),
    found: ["differs 230", "stranded BOTH 1"],
  },
  {
    name: "pair",
    what: "rows of two sides where one is open",
    mode: "hedge" as const,
    play: (account: ScriptedAccount) =>
      account
        .holds("-1 BTCUSDT at 105", "SHORT")
        .trade(day(1), "BUY 2 BTCUSDT at 100", { positionSide: "LONG" })
        .settle(day(4), "BTCUSDT at 96", "LONG")
        .settle(day(4), "BTCUSDT at 96", "SHORT"),
    found: ["differs -1", "stranded LONG 2"],
  },
  {
    name: "halves",
    what: "rows of two sides that come to no one price",
    mode: "hedge" as const,
    play: (account: ScriptedAccount) =>
      account
        .holds("2 BTCUSDT at 90", "LONG")
        .trade(day(1), "BUY 2 BTCUSDT at 100", { positionSide: "LONG" })
        .trade(day(2), "SELL 1 BTCUSDT at 105", { positionSide: "SHORT" })
        .settle(day(4), "BTCUSDT at 96", "LONG")
        .settle(day(4), "BTCUSDT at 96", "SHORT"),
    found: ["differs -13", "stranded LONG 2", "stranded SHORT -1"],
  },
  {
    name: "equal",
    what: "rows of two sides that fit both ways round",
    mode: "hedge" as const,
    play: (account: ScriptedAccount) =>
      account
        .trade(day(1), "BUY 2 BTCUSDT at 100", { positionSide: "LONG" })
        .trade(day(2), "SELL 2 BTCUSDT at 110", { positionSide: "SHORT" })
        .settle(day(4), "BTCUSDT at 95", "LONG")
        .settle(day(4), "BTCUSDT at 95", "SHORT"),
    found: ["differs -20", "stranded LONG 2", "stranded SHORT -2"],
    next: "look for the venue's settlement price",
  },
  {
    name: "impossible",
    what: "a long side that the books hold the other way round",
    mode: "hedge" as const,
    play: (account: ScriptedAccount) =>
      account
        .holds("2 BTCUSDT at 104", "LONG")
        .trade(day(1), "SELL 1 BTCUSDT at 104", { positionSide: "LONG" })
        .settle(day(4), "BTCUSDT at 95", "LONG"),
    found: ["differs 9", "stranded LONG -1"],
  },
  {
    name: "second",
    what: "a fill of its own second that is not its own",
    play: (account: ScriptedAccount) =>
      account
        .trade(day(1), "BUY 5 BTCUSDT at 100")
        .trade(day(4, 100), "SELL 2 BTCUSDT at 96")
        .settle(day(4, 600), "BTCUSDT at 95"),
    found: ["inferred 0", "closed 2 for 192 fill", "closed 3 for 285 inferred"],
  },
];

test("a settlement by cash alone is inferred at most, and strands what its rows contradict", async () => {
  const world = scriptedWorld(EVIDENCE);
  const rig = await newBinanceRig({ kind: QUICK_KIND, world, now: day(8), since: "2026-05-11" });
  const outcome = await rig.run("run");
  expect([outcome.exitCode, outcome.errors]).toEqual([3, ""]);
  for (const { name, what, found, next = "openings" } of EVIDENCE) {
    const { findings, closed, stranded, others } = await rig.inspect(async ({ db }) => ({
      findings: await db
        .selectFrom("ledger.reconciliation")
        .select(["status", "difference", "note", "next"])
        .where("account_id", "=", name)
        .where("check_name", "=", "contract_settlement")
        .execute(),
      closed: await db
        .selectFrom("ledger.disposal")
        .select(["quantity", "proceeds", "cost", "direction", "is_inferred"])
        .where("account_id", "=", name)
        .where("method", "=", "average")
        .orderBy("closing_number")
        .execute(),
      stranded: await db
        .selectFrom("ledger.lot")
        .select(["position_side", "quantity"])
        .where("account_id", "=", name)
        .where("method", "=", "average")
        .where("stranded_at", "is not", null)
        .orderBy("position_side")
        .execute(),
      others: await db
        .selectFrom("ledger.reconciliation")
        .select(["check_name", "subject"])
        .where("account_id", "=", name)
        .where("check_name", "in", ["position", "stranded_lot", "realized_pnl_cash", "wallet"])
        .where("status", "=", "differs")
        .execute(),
    }));
    const doubt = (note: string) => /; it [^:]*/.exec(note)?.[0] ?? "";
    expect(
      [
        ...findings.map(({ status, difference, note }) => `${status} ${difference}${doubt(note)}`),
        ...closed.map(
          ({ quantity, proceeds, cost, direction, is_inferred }) =>
            `closed ${quantity} for ${direction === "long" ? proceeds : cost} ${is_inferred ? "inferred" : "fill"}`,
        ),
        ...stranded.map(({ position_side, quantity }) => `stranded ${position_side} ${quantity}`),
      ],
      what,
    ).toEqual(found);
    expect(others, `${what}: no second open item`).toEqual([]);
    for (const finding of findings)
      if (finding.status === "differs") expect(finding.next, what).toContain(next);
  }
  await rig.close();
});
