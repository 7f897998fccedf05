/**
 * What a close must not take: time that was never read, and a period that shares its name or a part of its
 * days with one that is closed.
 */
import { expect, test } from "vitest";
import { readClosedPeriods } from "../../src/book/close-period.ts";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, HOUR_MS, type Instant, plus } from "../../src/domain/instant.ts";
import { type BinanceRig, newBinanceRig } from "../support/binance-rig.ts";
import { scriptedWorld } from "../support/scripted-world.ts";
import { QUICK_KIND } from "../support/stores.ts";

const FROM = parseInstant("2026-01-01T00:00:00Z");
const day = (days: number, more = 0): Instant => plus(FROM, days * DAY_MS + more);

const WORLD = scriptedWorld([
  {
    name: "main",
    play: (account) => {
      account.cash(day(9), "TRANSFER", "1000");
      // In Berlin it is the first of February.
      account.cash(day(31, -HOUR_MS / 2), "REFERRAL_KICKBACK", "7");
      account.cash(day(40), "TRANSFER", "1");
    },
  },
]);

async function newRig(since: string): Promise<BinanceRig> {
  const rig = await newBinanceRig({ kind: QUICK_KIND, world: WORLD, now: day(1), since });
  for (const days of [2, 20, 45, 66]) {
    rig.setNow(day(days, 9 * HOUR_MS));
    expect(await rig.run("sync")).toMatchObject({ exitCode: 0, errors: "" });
  }
  return rig;
}

const closed = (rig: BinanceRig) =>
  rig.inspect(async (store) =>
    (await readClosedPeriods(store.db, "main")).map((row) => `${row.period_name} ${row.time_zone}`),
  );

async function expectRefused(rig: BinanceRig, exitCode: number, words: readonly string[], errors: string) {
  const before = await closed(rig);
  expect(await rig.run(...words)).toEqual({ exitCode, output: "", errors, log: expect.any(String) });
  expect(await closed(rig)).toEqual(before);
}

test("a period that coverage does not reach over is closed only with a reason", {
  timeout: 120_000,
}, async () => {
  const rig = await newRig("2026-01-05");
  const open = (sentence: string) => `something is open up to the end of the period
  main: ${sentence}
  nothing was closed
  next: settle these (perpbooks status says how; what is not settled yet settles with later runs), or accept them with --because "…"
`;
  const notRequested = "the history begins at 2026-01-05T00:00:00.000Z";
  await expectRefused(
    rig,
    3,
    ["close", "2025-12"],
    `perpbooks close 2025-12: ${open(`nothing of the period was read: ${notRequested}`)}`,
  );
  await expectRefused(
    rig,
    3,
    ["close", "2026-01"],
    `perpbooks close 2026-01: ${open(`${notRequested}, and what came before it in the period was not read`)}`,
  );
  const accepted = await rig.run("close", "2026-01", "--because", "the account was opened on the fifth");
  expect(accepted.exitCode).toBe(0);
  expect(accepted.output).toContain(
    `  accepted: ${notRequested}, and what came before it in the period was not read\n`,
  );
  // What was closed before is vouched for, and February begins behind it.
  expect((await rig.run("close", "2026-02")).exitCode).toBe(0);
  await rig.close();
});

test("an account that was never read is an open item of a close", { timeout: 120_000 }, async () => {
  const rig = await newBinanceRig({ kind: QUICK_KIND, world: WORLD, now: day(66), since: "2026-01-01" });
  await expectRefused(
    rig,
    3,
    ["close", "2026-01"],
    `perpbooks close 2026-01: something is open up to the end of the period
  main: nothing was ever read of this account
  nothing was closed
  next: perpbooks sync, then close again
`,
  );
  await rig.close();
});

test("a closed period's name stands for its own days alone: no amount is in two periods because the zone has changed", {
  timeout: 120_000,
}, async () => {
  const rig = await newRig("2025-12-31");
  const berlin = ["--time-zone", "Europe/Berlin"];
  expect((await rig.run("close", "2026-01")).exitCode).toBe(0);
  await expectRefused(
    rig,
    2,
    ["close", "2026-01", ...berlin],
    `perpbooks close 2026-01: it is closed already for main, with the days of UTC
  closed are [2026-01-01T00:00:00.000Z, 2026-02-01T00:00:00.000Z); with the days of Europe/Berlin it would be [2025-12-31T23:00:00.000Z, 2026-01-31T23:00:00.000Z)
  nothing was closed
  next: close with --time-zone UTC, or take it back first: perpbooks reopen 2026-01 --time-zone UTC --because "…"
`,
  );
  // The last hour of January in London is February's first in Berlin.
  await expectRefused(
    rig,
    2,
    ["close", "2026-02", ...berlin],
    `perpbooks close 2026-02: it shares days with 2026-01, which is closed for main with the days of UTC
  closed are [2026-01-01T00:00:00.000Z, 2026-02-01T00:00:00.000Z); with the days of Europe/Berlin it would be [2026-01-31T23:00:00.000Z, 2026-02-28T23:00:00.000Z)
  nothing was closed
  next: close with --time-zone UTC, or take it back first: perpbooks reopen 2026-01 --time-zone UTC --because "…"
`,
  );
  // What is asked of a closed period by its name is found by its name, whatever the zone is now.
  expect((await rig.run("close", "--verify", "2026-01", ...berlin)).output).toMatch(
    /^main: 2026-01: 2 records and/,
  );
  expect((await rig.run("close", "2026-02")).exitCode).toBe(0);
  const restated = await rig.run("report", "restatement", "--period", "2026", "--format", "csv", ...berlin);
  const rewards = restated.output.split(/\r?\n/).filter((line) => line.includes("income:rewards"));
  expect(rewards).toHaveLength(1);
  expect((await rig.run("reopen", "2026-02", ...berlin, "--because", "one more look")).exitCode).toBe(0);
  await rig.close();
});
