/**
 * A venue that lists no balance and no position has answered: everything is zero then, and whatever the books
 * hold is proven against that.
 */
import { afterEach, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, plus } from "../../src/domain/instant.ts";
import { type HarmPlan, makeHarmfulProxy } from "../support/harmful-proxy.ts";
import { newRig, type Rig } from "../support/rig.ts";
import { type AccountScript, scriptedWorld } from "../support/scripted-world.ts";
import { QUICK_KIND } from "../support/stores.ts";

const FIRST_NIGHT = parseInstant("2026-06-01T23:00:00Z");
const SECOND_NIGHT = plus(FIRST_NIGHT, DAY_MS);

const LISTS_NOTHING: HarmPlan = ({ path }) =>
  path.endsWith("/balance") || path.endsWith("/positionRisk")
    ? { kind: "answer", status: 200, body: "[]" }
    : null;

let rig: Rig | null = null;
afterEach(() => rig?.close());

async function open(play: AccountScript["play"]) {
  const proxy = makeHarmfulProxy();
  rig = await newRig({
    kind: QUICK_KIND,
    world: scriptedWorld([{ name: "main", play }]),
    now: FIRST_NIGHT,
    accountLines: ["since: 2026-06-01"],
    through: proxy.through,
  });
  return { ...rig, harm: proxy.harm };
}

test("a first night whose wallets and positions are not listed ends with a report, and needs a person", async () => {
  const { run, harm } = await open((account) =>
    account
      .cash(parseInstant("2026-06-01T08:00:00Z"), "TRANSFER", "1000")
      .trade(parseInstant("2026-06-01T09:00:00Z"), "BUY 2 BTCUSDT at 100"),
  );
  harm(LISTS_NOTHING);
  const { exitCode, output } = await run("run");
  expect(exitCode).toBe(3);
  expect(output).toContain("2026-06-01..2026-06-01 (UTC)");
  expect(output).toMatch(/NOT PROVEN: .*DIFFERS?/);
  expect(output).toContain("wallet_opening USDT");
});

test("an account in which nothing ever happened has its report on the first night", async () => {
  const { run, harm } = await open(() => {});
  harm(LISTS_NOTHING);
  const { exitCode, output } = await run("run");
  expect(exitCode).toBe(0);
  expect(output).toContain("2026-06-01..2026-06-01 (UTC)");
  expect(output).toContain("no balance and no posting");
});

test("what happened since the last list of balances is reported and proven against one that is empty", async () => {
  const { run, harm, setNow } = await open((account) =>
    account
      .cash(parseInstant("2026-06-01T08:00:00Z"), "TRANSFER", "1000")
      .trade(parseInstant("2026-06-02T09:00:00Z"), "BUY 2 BTCUSDT at 100", { fee: "0.1" })
      .cash(parseInstant("2026-06-02T10:00:00Z"), "TRANSFER", "5"),
  );
  expect((await run("run")).exitCode).toBe(0);
  setNow(SECOND_NIGHT);
  harm(LISTS_NOTHING);
  const { exitCode, output } = await run("run");
  expect(exitCode).toBe(3);
  expect(output).toContain("2026-06-01..2026-06-02 (UTC)");
  expect(output).toMatch(/USDT +0 +1005 /);
  expect(output).toMatch(/INCOMPLETE: .*wallet USDT/);
  expect(output).toMatch(/INCOMPLETE: .*position BTCUSDT BOTH/);
});
