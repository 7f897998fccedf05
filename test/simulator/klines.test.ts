/**
 * Klines as the simulated venues serve them: from the world's own prices, and as the venues' documents say.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { instant } from "../../src/domain/instant.ts";
import { generateWorld } from "../../src/simulator/binance-family/world/generate.ts";
import type { World } from "../../src/simulator/binance-family/world/world.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import { codeOf, FROM, get, plan, started, startedBinance, UNTIL } from "./requesting.ts";

const MINUTE = 60_000;
const base = generateWorld(plan({ fills: 20 }));
const world: World = {
  ...base,
  prices: [
    { symbol: "BTCUSDT", from: instant(FROM + 30_000), price: "99.5" },
    { symbol: "BTCUSDT", from: instant(FROM + MINUTE + 10_000), price: "100.5" },
    { symbol: "BTCUSDT", from: instant(FROM + MINUTE + 59_999), price: "100.0" },
    { symbol: "BTCUSDT", from: instant(UNTIL), price: "7.0" },
  ],
};

describe.each(["/fapi/v1/klines", "/fapi/v3/klines", "binance"])("%s", (which) => {
  const path = which === "binance" ? "/fapi/v1/klines" : which;
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = which === "binance" ? await startedBinance({ world }) : await started({ world });
  });
  afterAll(() => simulator.close());

  const ask = (query: string) => get(`${simulator.url}${path}?${query}`);
  const rows = async (query: string) => JSON.parse((await ask(query)).body) as (string | number)[][];

  test("a minute opens at the price in force and closes at the last one in it; before the first price there is none", async () => {
    const span = `startTime=${FROM - 5 * MINUTE}&endTime=${FROM + 3 * MINUTE - 1}`;
    const klines = await rows(`symbol=BTCUSDT&interval=1m&${span}&limit=499`);
    expect(klines.map((row) => row.slice(0, 5))).toEqual([
      [FROM, "99.5", "99.5", "99.5", "99.5"],
      [FROM + MINUTE, "99.5", "100.5", "99.5", "100.0"],
      [FROM + 2 * MINUTE, "100.0", "100.0", "100.0", "100.0"],
    ]);
    expect(klines.map((row) => row.length)).toEqual([12, 12, 12]);
  });

  test("no more rows than requested, the oldest first, and none later than the venue's clock", async () => {
    const some = await rows(`symbol=BTCUSDT&interval=1m&startTime=${FROM}&endTime=${UNTIL}&limit=2`);
    expect(some.map(([openedAt]) => openedAt)).toEqual([FROM, FROM + MINUTE]);
    const last = await rows(
      `symbol=BTCUSDT&interval=1m&startTime=${UNTIL}&endTime=${UNTIL + 9 * MINUTE}&limit=9`,
    );
    expect(last.map((row) => [row[0], row[4]])).toEqual([[UNTIL, "7.0"]]);
  });

  test("a contract that nobody traded has none", async () => {
    expect(await rows(`symbol=ETHUSDT&interval=1m&startTime=${FROM}&endTime=${UNTIL}&limit=9`)).toEqual([]);
  });

  test.each([
    ["an unknown symbol", "symbol=NOBODYUSDT&interval=1m", -1121],
    ["no symbol", "interval=1m", -1102],
    ["no interval", "symbol=BTCUSDT", -1102],
    ["an interval that it does not serve", "symbol=BTCUSDT&interval=7m", -1130],
    ["too many rows", "symbol=BTCUSDT&interval=1m&limit=1501", -1130],
    ["an unknown parameter", "symbol=BTCUSDT&interval=1m&page=1", -1101],
  ])("%s is refused", async (_, query, code) => {
    expect(codeOf(await ask(query))).toBe(code);
  });

  test("the weight goes by the limit", async () => {
    const before = simulator.requests().length;
    for (const limit of ["1", "99", "100", "499", "500", "1000", "1001", "1500"])
      await ask(`symbol=BTCUSDT&interval=1m&limit=${limit}`);
    const weights = simulator
      .requests()
      .slice(before)
      .map(({ weight }) => weight);
    expect(weights).toEqual([1, 1, 2, 2, 5, 5, 10, 10]);
  });
});
