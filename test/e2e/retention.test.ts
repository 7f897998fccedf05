/**
 * How far Binance's memory of fills reaches, its documents do not agree on: what is possible is requested
 * once, and only rows prove anything there.
 */
import { describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, formatInstant, type Instant, plus } from "../../src/domain/instant.ts";
import { type BinanceRig, newBinanceRig } from "../support/binance-rig.ts";
import { makeBooks } from "../support/make-books.ts";
import { scriptedWorld } from "../support/scripted-world.ts";
import { QUICK_KIND } from "../support/stores.ts";

const NOW = parseInstant("2026-07-01T09:30:00Z");
const MARGIN_MS = 10 * 60_000;
const ago = (days: number): Instant => plus(NOW, -days * DAY_MS);
/** A run's bounds are counted from the end of its span, a millisecond behind its instant. */
const SURE_FROM = plus(ago(89), MARGIN_MS + 1);
const [OLD, RECENT] = [ago(120), ago(3)];

/** BTCUSDT was traded 120 days ago, ETHUSDT only lately; both lately, so that both are known. */
const world = scriptedWorld([
  {
    name: "main",
    play: (account) =>
      account
        .cash(ago(150), "TRANSFER", "1000")
        .trade(OLD, "BUY 1 BTCUSDT at 100", { fee: "0.05" })
        .trade(plus(OLD, DAY_MS), "SELL 1 BTCUSDT at 130", { fee: "0.065" })
        .trade(RECENT, "BUY 1 BTCUSDT at 100", { fee: "0.05" })
        .trade(plus(RECENT, 1000), "SELL 1 BTCUSDT at 101", { fee: "0.05" })
        .trade(RECENT, "BUY 1 ETHUSDT at 2000", { fee: "0.8" })
        .trade(plus(RECENT, 1000), "SELL 1 ETHUSDT at 2001", { fee: "0.8" }),
  },
]);

function rigServing(fillsDays: number | null, since = "2026-01-01"): Promise<BinanceRig> {
  const fills = fillsDays === null ? null : fillsDays * DAY_MS;
  return newBinanceRig({ kind: QUICK_KIND, world, now: NOW, since, simulator: { retention: { fills } } });
}

type Span = readonly [symbol: string, from: string, until: string];

function fillGaps(rig: BinanceRig): Promise<readonly Span[]> {
  return rig.inspect(async ({ db }) => {
    const rows = await db
      .selectFrom("raw.gap")
      .select(["symbol", "from_time", "until_time"])
      .where("stream", "=", "fills")
      .orderBy("symbol")
      .orderBy("from_time")
      .execute();
    return rows.map(({ symbol, from_time, until_time }) => [symbol, utc(from_time), utc(until_time)]);
  });
}

function utc(text: string): string {
  return formatInstant(parseInstant(text.replace(" ", "T").replace("+00", "Z")));
}

function fillsRead(rig: BinanceRig): Promise<number> {
  return rig.inspect(async ({ db }) => (await db.selectFrom("history.fill").selectAll().execute()).length);
}

/** Requests for fills of before what is sure, since the last time. */
function probesSince(rig: BinanceRig, position: number): number {
  return rig.simulator
    .requests()
    .slice(position)
    .filter(
      ({ path, params }) =>
        path.endsWith("/userTrades") && Number(params["startTime"] ?? SURE_FROM) < SURE_FROM,
    ).length;
}

describe("fills", () => {
  test("that a venue serves for half a year are read, and prove the time after the oldest of them for every symbol", async () => {
    const rig = await rigServing(184);
    await makeBooks(rig);
    expect(await fillsRead(rig)).toBe(6);
    const since = "2026-01-01T00:00:00.000Z";
    // The silence about ETHUSDT is a proof from where rows of BTCUSDT were served on; before them, silence
    // proves nothing.
    expect(await fillGaps(rig)).toEqual([
      ["BTCUSDT", since, formatInstant(OLD)],
      ["ETHUSDT", since, formatInstant(OLD)],
    ]);

    const requested = rig.simulator.requests().length;
    rig.setNow(plus(NOW, DAY_MS));
    await makeBooks(rig);
    expect(probesSince(rig, requested)).toBe(0);
    expect((await fillGaps(rig)).map(([symbol, , until]) => [symbol, until])).toEqual([
      ["BTCUSDT", formatInstant(OLD)],
      ["ETHUSDT", formatInstant(OLD)],
    ]);
    await rig.close();
  });

  test("of a time beyond what is sure, about which the venue is silent, stay a gap: silence proves nothing there", async () => {
    const rig = await newBinanceRig({
      kind: QUICK_KIND,
      // As if it served three months, and said nothing of what is older.
      world: {
        ...world,
        accounts: world.accounts.map((account) => ({
          ...account,
          fills: account.fills.filter(({ occurredAt }) => occurredAt >= SURE_FROM),
        })),
      },
      now: NOW,
      since: "2026-01-01",
      simulator: { retention: { fills: null } },
    });
    expect((await rig.run("run")).exitCode).toBe(3);
    const gaps = await fillGaps(rig);
    expect(gaps.map(([symbol, , until]) => [symbol, until])).toEqual([
      ["BTCUSDT", formatInstant(SURE_FROM)],
      ["ETHUSDT", formatInstant(SURE_FROM)],
    ]);
    const requested = rig.simulator.requests().length;
    await makeBooks(rig);
    expect([probesSince(rig, 0) > 0, probesSince(rig, requested)]).toEqual([true, 0]);
    expect(await fillGaps(rig)).toEqual(gaps);
    await rig.close();
  });

  test("of which the venue refuses what is older than 90 days are requested once, not once a symbol", async () => {
    const rig = await rigServing(90);
    await makeBooks(rig);
    expect(await fillsRead(rig)).toBe(4);
    expect(probesSince(rig, 0)).toBe(1);
    expect((await fillGaps(rig)).map(([symbol, , until]) => [symbol, until])).toEqual([
      ["BTCUSDT", formatInstant(SURE_FROM)],
      ["ETHUSDT", formatInstant(SURE_FROM)],
    ]);
    const requested = rig.simulator.requests().length;
    rig.setNow(plus(NOW, DAY_MS));
    await makeBooks(rig);
    expect(probesSince(rig, requested)).toBe(0);
    await rig.close();
  });
});
