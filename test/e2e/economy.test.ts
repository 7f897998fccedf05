/** As few requests as prove completeness, and as many a minute as the venue allows. */
import { expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, MINUTE_MS, plus } from "../../src/domain/instant.ts";
import { generateWorld } from "../../src/simulator/binance-family/world/generate.ts";
import { newRig } from "../support/rig.ts";
import { longTest } from "../support/sample.ts";
import { QUICK_KIND } from "../support/stores.ts";

const FROM = parseInstant("2026-05-02T00:00:00Z");
const NOW = parseInstant("2026-06-01T09:30:00Z");

longTest("a backfill uses nine tenths of what the venue allows a minute, and is never refused", async () => {
  const world = generateWorld({
    seed: "backfill",
    from: FROM,
    until: NOW,
    fills: 5_000,
    accounts: [{ name: "main" }],
  });
  let rig: Awaited<ReturnType<typeof newRig>> | null = null;
  const stopwatch = () => (rig?.now() ?? NOW) - NOW;
  rig = await newRig({
    kind: QUICK_KIND,
    world,
    now: NOW,
    accountLines: ["since: 2023-01-01"],
    simulator: { weightPerMinute: 2_400, weightPlan: { stopwatch } },
    waitingMovesClocks: true,
  });
  const outcome = await rig.run("sync");
  const minutes = Math.ceil((rig.now() - NOW) / MINUTE_MS);
  const requests = rig.simulator.requests();
  const weight = requests.reduce((sum, request) => sum + request.weight, 0);
  await rig.close();
  expect(outcome).toMatchObject({ exitCode: 0, errors: "" });
  // 429 and 418; a request that was under way while the clocks jumped is refused for its time, which is the
  // rehearsal's doing.
  expect(requests.filter((request) => request.status === 429 || request.status === 418)).toEqual([]);
  expect(minutes).toBeGreaterThan(10);
  // The last minute was begun and not used up.
  expect(weight / (minutes * 2_400)).toBeGreaterThan(0.9);
});

test("a quiet week costs one request a stream and symbol, whatever came before it", async () => {
  const world = generateWorld({
    seed: "quiet",
    from: FROM,
    until: NOW,
    fills: 200,
    accounts: [{ name: "main" }],
  });
  const rig = await newRig({ kind: QUICK_KIND, world, now: NOW });
  await rig.run("sync");
  rig.setNow(plus(NOW, 7 * DAY_MS));
  const before = rig.simulator.requests().length;
  await rig.run("sync");
  const paths = rig.simulator
    .requests()
    .slice(before)
    .map((request) => request.path.replace(/^\/fapi\/v\d\//, ""));
  const count = (path: string) => paths.filter((requested) => requested === path).length;
  const symbols = await rig.inspect((store) =>
    store.db.selectFrom("raw.record").select("symbol").distinct().where("symbol", "<>", "").execute(),
  );
  await rig.close();
  expect(["time", "exchangeInfo", "balance", "positionRisk"].map(count)).toEqual([1, 1, 1, 1]);
  // Seven days, and the two before them that were not settled: one window and the rest of another.
  expect(count("income")).toBe(2);
  expect(count("forceOrders")).toBe(2);
  // Seven days and two hours.
  expect(count("userTrades")).toBe(2 * symbols.length);
  expect(count("positionMargin/history")).toBe(2 * symbols.length);
});
