/**
 * The first sync of an account without `since`: it is read from its first cash on, and what lies before that
 * is one inference, on record, told, and taken back by an earlier row.
 */
import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS, type Instant, parseInstant, plus } from "../../src/domain/instant.ts";
import type { World } from "../../src/simulator/binance-family/world/world.ts";
import type { SeenRequest } from "../../src/simulator/server.ts";
import { expectTruth } from "../support/auditor.ts";
import { newRig, type Rig } from "../support/rig.ts";
import { type ScriptedAccount, scriptedWorld } from "../support/scripted-world.ts";
import { QUICK_KIND } from "../support/stores.ts";

const NOW = parseInstant("2026-06-01T09:30:00Z");
/** What Aster grants a minute. */
const WEIGHT_PER_MINUTE = 2_400;
const LISTED = 300;

function daysAgo(days: number): Instant {
  return plus(NOW, -days * DAY_MS);
}

/** As many listed contracts as a real venue has; most of them are never traded. */
function onALongList(world: World): World {
  const [first] = world.instruments;
  if (first === undefined) return expect.unreachable();
  const others = Array.from({ length: LISTED - world.instruments.length }, (_, nth) => ({
    ...first,
    symbol: `COIN${nth}USDT`,
    baseAsset: `COIN${nth}`,
  }));
  return { ...world, instruments: [...world.instruments, ...others] };
}

/** A trade a week in two contracts, with fees; and money that comes in a day before. */
function busy(account: ScriptedAccount, days: number): ScriptedAccount {
  account.cash(daysAgo(days), "TRANSFER", "10000");
  for (let day = days - 1; day > 2; day -= 7) {
    account
      .trade(daysAgo(day), "BUY 1 BTCUSDT at 100", { fee: "0.05" })
      .fund(plus(daysAgo(day), HOUR_MS), "BTCUSDT", "-0.01")
      .trade(plus(daysAgo(day), 2 * HOUR_MS), "SELL 1 BTCUSDT at 103", { fee: "0.05" })
      .trade(plus(daysAgo(day), 3 * HOUR_MS), "SELL 2 ETHUSDT at 50", { fee: "0.05" })
      .trade(plus(daysAgo(day), 4 * HOUR_MS), "BUY 2 ETHUSDT at 51", { fee: "0.05" });
  }
  return account;
}

function rigOf(world: World, now = NOW): Promise<Rig> {
  return newRig({ kind: QUICK_KIND, world, now, accountLines: [], reports: "at the end" });
}

function weightOf(requests: readonly SeenRequest[]): number {
  return requests.reduce((sum, { weight }) => sum + weight, 0);
}

function paths(requests: readonly SeenRequest[], name: string): number {
  return requests.filter(({ path }) => path.endsWith(`/${name}`)).length;
}

test("an account 60 days old on a venue with 300 contracts is read within three minutes of its weight, and completely", async () => {
  // Bought and sold without a fee or a result: no cash tells of it.
  const world = onALongList(
    scriptedWorld([
      {
        name: "main",
        play: (account) =>
          busy(account, 60)
            .trade(daysAgo(1.5), "BUY 3 币安人生USDT at 7")
            .trade(daysAgo(1.4), "SELL 3 币安人生USDT at 7"),
      },
    ]),
  );
  const rig = await rigOf(world);
  const outcome = await rig.run("sync");
  const requests = rig.simulator.requests();
  expect(outcome).toEqual({ exitCode: 0, output: expect.any(String), errors: "" });
  console.log(
    requests.length,
    weightOf(requests),
    paths(requests, "income"),
    paths(requests, "userTrades"),
    paths(requests, "forceOrders"),
    paths(requests, "history"),
  );
  expect(weightOf(requests)).toBeLessThan(3 * WEIGHT_PER_MINUTE);
  await rig.run("book");
  await rig.inspect((store) => expectTruth(store, world, NOW));
  await rig.close();
});
