/** Beginnings that were none: whatever takes one back also reads what it had covered. */
import { expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, HOUR_MS, type Instant, plus } from "../../src/domain/instant.ts";
import { countBeginnings } from "../../src/load/beginning.ts";
import type { World } from "../../src/simulator/binance-family/world/world.ts";
import { newRig, type Rig, type RigOptions } from "../support/rig.ts";
import { inPart } from "../support/sample.ts";
import { type ScriptedAccount, scriptedWorld, withIncomes } from "../support/scripted-world.ts";
import { QUICK_KIND } from "../support/stores.ts";

const NOW = parseInstant("2026-06-01T09:30:00Z");
/** Of a night without news: each stream and contract of the account once, the snapshot and the time. */
const QUIET_REQUESTS_MAX = 20;

function daysAgo(days: number): Instant {
  return plus(NOW, -days * DAY_MS);
}

function worldOf(play: (account: ScriptedAccount) => void): World {
  return scriptedWorld([{ name: "main", play }]);
}

function rigOf(world: World, options: Partial<RigOptions> = {}): Promise<Rig> {
  return newRig({ kind: QUICK_KIND, world, now: NOW, accountLines: [], reports: "at the end", ...options });
}

/** Bought and sold without a fee or a result: no cash tells of it. */
function untold(account: ScriptedAccount, days: number, contract: string): ScriptedAccount {
  return account
    .trade(daysAgo(days), `BUY 3 ${contract} at 100`)
    .trade(plus(daysAgo(days), HOUR_MS), `SELL 3 ${contract} at 100`);
}

function trades(account: ScriptedAccount, ...days: number[]): ScriptedAccount {
  for (const day of days) {
    account
      .trade(daysAgo(day), "BUY 1 BTCUSDT at 100", { fee: "0.05" })
      .trade(plus(daysAgo(day), HOUR_MS), "SELL 1 BTCUSDT at 103", { fee: "0.05" });
  }
  return account;
}

/** How many fills are in the store. */
function fillsOf(rig: Rig, symbol?: string): Promise<number> {
  return rig.inspect(async ({ db }) => {
    const rows = await db.selectFrom("raw.record").select("symbol").where("stream", "=", "fills").execute();
    return rows.filter((row) => symbol === undefined || row.symbol === symbol).length;
  });
}

/** How many streams are taken to be empty before an instant. */
function beginnings(rig: Rig): Promise<number> {
  return rig.inspect(({ db }) => countBeginnings(db, "main"));
}

test.each<{ what: string; play: (account: ScriptedAccount) => void; fills: number }>(
  inPart(1, [
    {
      what: "of a contract that cash names",
      play: (account) =>
        trades(untold(account, 80, "BTCUSDT").cash(daysAgo(60), "TRANSFER", "10000"), 50, 20),
      fills: 6,
    },
    {
      what: "of a contract that nothing names",
      play: (account) =>
        trades(untold(account, 80, "ETHUSDT").cash(daysAgo(60), "TRANSFER", "10000"), 50, 20),
      fills: 6,
    },
    {
      what: "of an account whose money came within the last week",
      play: (account) => trades(untold(account, 20, "ETHUSDT").cash(daysAgo(5), "TRANSFER", "10000"), 4, 2),
      fills: 6,
    },
  ]),
)("a fill older than the first cash, $what, is read by the first sync", async ({ play, fills }) => {
  const rig = await rigOf(worldOf(play));
  expect(await rig.run("sync")).toMatchObject({ exitCode: 0, errors: "" });
  expect(await fillsOf(rig)).toBe(fills);
  expect(await beginnings(rig)).toBe(0);
  await rig.close();
});

test("the fills of an account that was emptied, and whose cash the venue no longer shows, are read", async () => {
  const world = withIncomes(
    worldOf((account) =>
      trades(account.cash(daysAgo(100), "TRANSFER", "10"), 90).cash(daysAgo(80), "TRANSFER", "-12.9"),
    ),
    (row) => ({ ...row, lateBy: 1_000 * DAY_MS }),
  );
  const rig = await rigOf(world);
  expect(await rig.run("sync")).toMatchObject({ exitCode: 0, errors: "" });
  expect(await fillsOf(rig)).toBe(2);
  expect(await beginnings(rig)).toBe(0);
  await rig.close();
});

test("money that comes in beside money that goes out, in one millisecond, is no beginning", async () => {
  const world = worldOf((account) =>
    trades(
      account.cash(daysAgo(100), "TRANSFER", "500").together(daysAgo(25), [
        ["TRANSFER", "USDT", "-50"],
        ["TRANSFER", "USDC", "50"],
      ]),
      20,
    ),
  );
  const rig = await rigOf(world, { simulator: { retention: 30 * DAY_MS } });
  await rig.run("sync");
  expect(await beginnings(rig)).toBe(0);
  await rig.close();
});

test.each<{ what: string; before: string; now: string | null }>(
  inPart(1, [
    { what: "taken away", before: "2026-05-10", now: null },
    { what: "earlier than all that cash names, and taken away", before: "2026-03-01", now: null },
    { what: "replaced by an earlier one", before: "2026-05-10", now: "2025-06-01" },
  ]),
)(
  "a since of $before that is $what: contracts that nothing names are searched before it too",
  async ({ before, now }) => {
    const world = worldOf((account) =>
      trades(untold(account.cash(daysAgo(120), "TRANSFER", "10000"), 110, "ETHUSDT"), 50, 20),
    );
    const rig = await rigOf(world, { accountLines: [`since: ${before}`] });
    await rig.run("sync");
    expect(await fillsOf(rig, "ETHUSDT")).toBe(0);
    await rig.reconfigure((text) =>
      now === null ? text.replace(/\n +since: .*/u, "") : text.replace(before, now),
    );
    expect(await rig.run("sync")).toMatchObject({ exitCode: 0, errors: "" });
    expect(await fillsOf(rig, "ETHUSDT")).toBe(2);
    await rig.close();
  },
);

test.each(["beginning_inferred", "window_loaded"])(
  "a first sync that is stopped twice, first at %s, loses nothing, and the next night is a quiet one",
  async (event) => {
    const world = worldOf((account) =>
      trades(untold(account.cash(daysAgo(60), "TRANSFER", "10000"), 55, "ETHUSDT"), 50, 40, 20, 10),
    );
    const rig = await rigOf(world);
    await rig.runInterruptedAt(event, "sync");
    await rig.runInterruptedAt("window_loaded", "sync");
    expect(await rig.run("sync")).toMatchObject({ exitCode: 0, errors: "" });
    expect(await fillsOf(rig)).toBe(10);
    expect(await beginnings(rig)).toBe(4);
    const before = rig.simulator.requests().length;
    rig.setNow(plus(NOW, DAY_MS));
    await rig.run("sync");
    expect(rig.simulator.requests().length - before).toBeLessThan(QUIET_REQUESTS_MAX);
    await rig.close();
  },
);

test("a sync that is stopped once a fill has taken the beginning back leaves the rest to the next", async () => {
  const world = worldOf((account) =>
    trades(untold(account, 80, "BTCUSDT").cash(daysAgo(60), "TRANSFER", "10000"), 50, 20),
  );
  const rig = await rigOf(world);
  for (let nth = 0; nth < 4; nth += 1) await rig.runInterruptedAt("window_loaded", "sync");
  expect(await rig.run("sync")).toMatchObject({ exitCode: 0, errors: "" });
  expect(await fillsOf(rig)).toBe(6);
  await rig.close();
});
