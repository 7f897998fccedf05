import { describe, expect, test } from "vitest";
import { instant } from "../../src/domain/instant.ts";
import { faultPlan } from "../../src/simulator/faults/plan.ts";
import { waitingClock } from "../../src/simulator/shared/waiting-clock.ts";
import { get, requestV3, started, UNTIL } from "./requesting.ts";

const NONE = { sentWhileToldToWait: 0, refusedAgain: 0, notAllowed: 0, nonceRepeated: 0, sentTooSoon: 0 };

describe("what a venue would ban a client for", () => {
  test("asking on after 429 and 418, before the time that they named", async () => {
    let now = UNTIL;
    for (const kind of ["rate_limited", "banned"] as const) {
      const simulator = await started({
        clock: { kind: "following", now: () => now },
        faults: faultPlan({ seed: 1, rate: 1, kinds: [kind], patience: 1 }),
        underWayMax: 2,
      });
      const ask = () => get(`${simulator.url}/fapi/v1/time`);
      await ask();
      await ask();
      // One may have been under way when the refusal came.
      expect(simulator.violations()).toEqual(NONE);
      now = instant(now + 500);
      await ask();
      expect(simulator.violations().sentWhileToldToWait).toBe(1);
      now = instant(now + 60_000);
      await ask();
      expect(simulator.violations().sentWhileToldToWait).toBe(1);
      await simulator.close();
    }
  });
  test("asking on when the weight is used up", async () => {
    const simulator = await started({
      weightPerMinute: 1,
      weightPlan: { stopwatch: () => 0 },
      underWayMax: 1,
    });
    for (let nth = 0; nth < 2; nth += 1) await get(`${simulator.url}/fapi/v1/time`);
    expect(simulator.violations()).toEqual(NONE);
    await get(`${simulator.url}/fapi/v1/time`);
    expect(simulator.violations().refusedAgain).toBe(1);
    await simulator.close();
  });
  test("other paths, other methods, and a nonce again", async () => {
    const simulator = await started();
    await get(`${simulator.url}/fapi/v1/order`);
    await get(`${simulator.url}/fapi/v1/time`, {}, "DELETE");
    const nonce = BigInt(UNTIL) * 1000n;
    await requestV3(simulator, "/fapi/v3/income", nonce);
    await requestV3(simulator, "/fapi/v3/balance", nonce);
    expect(simulator.violations()).toEqual({ ...NONE, notAllowed: 2, nonceRepeated: 1 });
    await simulator.close();
  });
  test("asking sooner than the pace that was agreed", async () => {
    let now = UNTIL;
    const simulator = await started({ clock: { kind: "following", now: () => now }, paceMs: 1_000 });
    for (const waited of [0, 1_000, 999, 1_000]) {
      now = instant(now + waited);
      await get(`${simulator.url}/fapi/v1/time`);
    }
    expect(simulator.violations()).toEqual({ ...NONE, sentTooSoon: 1 });
    await simulator.close();
  });
  test("a clock that stands names no time to wait for", async () => {
    const simulator = await started({
      faults: faultPlan({ seed: 1, rate: 1, kinds: ["rate_limited"], patience: 1 }),
      underWayMax: 1,
    });
    for (let nth = 0; nth < 4; nth += 1) await get(`${simulator.url}/fapi/v1/time`);
    expect(simulator.violations()).toEqual(NONE);
    await simulator.close();
  });
});

describe("a clock in which time passes by waiting alone", () => {
  test("waits end in their order, and each takes the time that it takes", async () => {
    const clock = waitingClock(UNTIL);
    const ends: string[] = [];
    const wait = async (name: string, ms: number): Promise<void> => {
      await clock.sleep(ms);
      ends.push(`${name} ${clock.now() - UNTIL}`);
    };
    await Promise.all([wait("long", 60_000), wait("short", 1_000), wait("middle", 5_000)]);
    expect(ends).toEqual(["short 1000", "middle 5000", "long 60000"]);
    clock.reach(instant(UNTIL + 1));
    expect(clock.now()).toBe(UNTIL + 60_000);
  });
  test("it does not pass while somebody asks", async () => {
    const clock = waitingClock(UNTIL);
    const waiting = clock.sleep(1_000);
    for (let nth = 0; nth < 12; nth += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(clock.now()).toBe(UNTIL);
    }
    await waiting;
    expect(clock.now()).toBe(UNTIL + 1_000);
  });
  test("a wait is given up with the signal's reason", async () => {
    const ending = new AbortController();
    const waiting = waitingClock(UNTIL).sleep(1_000, ending.signal);
    ending.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
  });
});
