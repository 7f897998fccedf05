/**
 * Accounts whose history begins with positions open: on the whole way over HTTP, what they held is inferred,
 * marked, and proven by what follows.
 */
import { expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { HOUR_MS, plus } from "../../src/domain/instant.ts";
import { generateWorld } from "../../src/simulator/binance-family/world/generate.ts";
import { newBinanceRig } from "../support/binance-rig.ts";
import { newRig } from "../support/rig.ts";
import { inPart } from "../support/sample.ts";
import { scriptedWorld } from "../support/scripted-world.ts";
import { heavyKinds, QUICK_KIND } from "../support/stores.ts";

const FROM = parseInstant("2026-05-02T00:00:00Z");
const NOW = parseInstant("2026-06-01T09:30:00Z");

function world(hasOlderPositions: boolean) {
  return generateWorld({
    seed: "openings",
    from: FROM,
    until: NOW,
    fills: 400,
    accounts: [{ name: "main" }, { name: "hedge", mode: "hedge" }],
    openingPositions: hasOlderPositions,
  });
}

test.each(heavyKinds("Postgres"))(
  "%s: positions older than the history are inferred; every later figure of the venue agrees, night after night and from empty",
  async (kind) => {
    const rig = await newRig({
      kind,
      world: world(true),
      now: plus(NOW, -72 * HOUR_MS),
      v3Account: "hedge",
      reports: "at the end",
    });
    const first = await rig.run("run");
    expect(first.output).toMatch(
      /note: \d+ positions? (?:was|were) open before the history begins; cost: \d+ inferred/,
    );
    rig.setNow(NOW);
    const second = await rig.run("run");
    expect([second.exitCode, second.errors]).toEqual([0, ""]);
    expect(second.output).not.toMatch(/INCOMPLETE|DIFFER/);
    const openings = await rig.inspect((store) =>
      store.db.selectFrom("ledger.position_opening").select(["account_id", "source", "quantity"]).execute(),
    );
    expect(openings.length).toBeGreaterThan(1);
    expect(openings.every(({ source }) => source === "inferred")).toBe(true);

    await rig.run("report");
    const files = await rig.files();
    await rig.run("book", "--from-empty");
    await rig.run("reconcile");
    await rig.run("report");
    expect(await rig.files()).toEqual(files);
    await rig.close();
  },
);

test("a `since` in the middle of a history gives the same positions and results from there on as the whole history", async () => {
  const since = "2026-05-15";
  const wanted = {
    kind: QUICK_KIND,
    world: world(false),
    now: NOW,
    v3Account: "hedge",
    reports: "at the end",
  } as const;
  const whole = await newRig(wanted);
  const cut = await newRig({ ...wanted, accountLines: [`since: ${since}`] });
  const outcomes = [await whole.run("run"), await cut.run("run")];
  expect(outcomes.map(({ exitCode, errors }) => [exitCode, errors])).toEqual([
    [0, ""],
    [0, ""],
  ]);
  const results = (rig: typeof whole) =>
    rig.inspect((store) =>
      store.db
        .selectFrom("ledger.disposal")
        .select(["account_id", "symbol", "position_side", "fill_key", "quantity", "venue_realized_pnl"])
        .where("method", "=", "average")
        .where("closed_at", ">=", `${since}T00:00:00.000Z`)
        .orderBy("account_id")
        .orderBy("fill_key")
        .execute(),
    );
  expect(await results(cut)).toEqual(await results(whole));
  const positions = (rig: typeof whole) =>
    rig.inspect((store) =>
      store.db
        .selectFrom("ledger.position")
        .select(["account_id", "symbol", "position_side", "quantity"])
        .where("method", "=", "average")
        .orderBy("account_id")
        .orderBy("symbol")
        .orderBy("position_side")
        .execute(),
    );
  expect(await positions(cut)).toEqual(await positions(whole));
  await whole.close();
  await cut.close();
});

test.each([
  {
    typed: "quantity: 12, entryPrice: 90",
    check: "position",
    suspect:
      "the opening in the configuration (the configuration says so: 12 at 90; the venue's figures say 10 at 90); with a quantity of 10 the position would agree; or fills are missing",
  },
  {
    typed: "quantity: 10, entryPrice: 95",
    check: "realized_pnl_average",
    suspect:
      "the opening in the configuration (the configuration says so: 10 at 95; the venue's figures say 10 at 90); or fills are missing",
  },
])(
  "an opening that was typed wrongly ($typed) is suspected where the books differ",
  async ({ typed, check, suspect }) => {
    const world = scriptedWorld([
      {
        name: "main",
        play: (account) =>
          account
            .holds("10 BTCUSDT at 90")
            .cash(parseInstant("2025-08-01T00:00:00Z"), "TRANSFER", "5000")
            .trade(parseInstant("2026-05-20T12:00:00Z"), "SELL 10 BTCUSDT at 110"),
      },
    ]);
    const rig = await newBinanceRig({
      kind: QUICK_KIND,
      world,
      now: NOW,
      since: "2026-05-10",
      accountLines: ["openings:", `  - {symbol: BTCUSDT, ${typed}}`],
    });
    expect((await rig.run("run")).exitCode).toBe(3);
    const differing = await rig.inspect(({ db }) =>
      db
        .selectFrom("ledger.reconciliation")
        .select(["check_name", "suspect", "next"])
        .where("status", "=", "differs")
        .orderBy("check_name")
        .execute(),
    );
    expect(differing.map(({ check_name }) => check_name)).toContain(check);
    expect(differing).toContainEqual({
      check_name: check,
      suspect,
      next: expect.stringContaining(
        "correct it under openings, or take it out so that it is inferred, then perpbooks run",
      ),
    });
    await rig.close();
  },
);

test.each(
  inPart(2, [
    ["inferred", "2026-05-10"],
    ["configured", null],
    ["inferred", null],
    ["configured", "2026-05-10"],
  ] as const),
)(
  "a long of 10 at 90 that is older than the history and sold at 110 is +200 by every method, its opening %s and `since` %s; no night needs a person",
  async (source, since) => {
    const soldAt = parseInstant("2026-05-20T12:00:00Z");
    const world = scriptedWorld([
      {
        name: "main",
        play: (account) =>
          account
            .holds("10 BTCUSDT at 90")
            .cash(parseInstant("2025-08-01T00:00:00Z"), "TRANSFER", "5000")
            .trade(soldAt, "SELL 10 BTCUSDT at 110"),
      },
    ]);
    const opening = ["openings:", '  - {symbol: BTCUSDT, quantity: "10", entryPrice: "90"}'];
    const rig = await newBinanceRig({
      kind: QUICK_KIND,
      world,
      now: plus(NOW, -48 * HOUR_MS),
      since,
      accountLines: source === "configured" ? opening : [],
    });
    for (const night of [plus(NOW, -48 * HOUR_MS), NOW]) {
      rig.setNow(night);
      const outcome = await rig.run("run");
      expect([outcome.exitCode, outcome.errors]).toEqual([0, ""]);
      expect(outcome.output).toContain("1 position was open before the history begins");
      expect(outcome.output).not.toMatch(/INCOMPLETE|DIFFER|2019/);
      const names = await rig.reportNames();
      expect(names.filter((name) => name.includes("INCOMPLETE"))).toEqual([]);
    }
    const before = await rig.run("report", "--period", "2025-08");
    expect(before.output.includes("nothing of the period was read: the history begins at")).toBe(
      since === null,
    );
    const disposals = await rig.inspect(({ db }) =>
      db
        .selectFrom("ledger.disposal")
        .select(["method", "opened_at", "holding_seconds", "quantity", "realized_pnl", "is_inferred"])
        .orderBy("method")
        .execute(),
    );
    // When it was opened is not known, whatever the history begins with.
    const sold = { opened_at: null, holding_seconds: null, quantity: "10", realized_pnl: "200" };
    expect(disposals).toEqual(
      ["average", "fifo", "hifo", "lifo"].map((method) => ({
        method,
        ...sold,
        is_inferred: source === "inferred",
      })),
    );
    const open = await rig.inspect(({ db }) => db.selectFrom("ledger.lot").select("symbol").execute());
    expect(open).toEqual([]);
    await rig.close();
  },
);
