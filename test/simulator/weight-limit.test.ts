import { expect, test } from "vitest";
import { makeWeightLimit } from "../../src/simulator/shared/weight-limit.ts";
import { get, started, UNTIL } from "./requesting.ts";

test("a minute's weight is used up, refused, and new in the next minute", () => {
  let now = 0;
  const limit = makeWeightLimit({ weightPerMinute: 100, stopwatch: () => now });
  expect(limit.admit(60)).toEqual({ kind: "admitted", usedWeight: 60 });
  expect(limit.admit(40)).toEqual({ kind: "admitted", usedWeight: 100 });
  now = 45_000;
  expect(limit.admit(1)).toEqual({ kind: "too_many", usedWeight: 101, retryAfterMs: 15_000 });
  now = 60_000;
  expect(limit.admit(1)).toEqual({ kind: "admitted", usedWeight: 1 });
});

test("who goes on requesting is banned, and the ban ends", () => {
  let now = 0;
  const limit = makeWeightLimit({
    weightPerMinute: 1,
    refusalsBeforeBan: 2,
    banMs: 90_000,
    stopwatch: () => now,
  });
  const kinds = [1, 1, 1, 1, 1].map((weight) => limit.admit(weight).kind);
  expect(kinds).toEqual(["admitted", "too_many", "too_many", "banned", "banned"]);
  now = 89_999;
  expect(limit.admit(1)).toMatchObject({ kind: "banned", retryAfterMs: 1 });
  now = 90_000;
  expect(limit.admit(1).kind).toBe("admitted");
});

test("no limit at all", () => {
  const limit = makeWeightLimit({ weightPerMinute: Number.POSITIVE_INFINITY });
  expect(limit.admit(1e9).kind).toBe("admitted");
});

test("over HTTP: the used weight, then 429 with Retry-After, then 418 with the instant the ban ends", async () => {
  const weightPlan = { refusalsBeforeBan: 1, banMs: 120_000, stopwatch: () => 0 };
  const simulator = await started({ weightPerMinute: 2, weightPlan });
  const ask = () => get(`${simulator.url}/fapi/v1/time`);
  expect((await ask()).header("X-MBX-USED-WEIGHT-1M")).toBe("1");
  expect((await ask()).status).toBe(200);
  const tooMany = await ask();
  expect([tooMany.status, tooMany.header("Retry-After")]).toEqual([429, "60"]);
  expect(JSON.parse(tooMany.body)).toMatchObject({ code: -1003 });
  const banned = await ask();
  expect(banned.status).toBe(418);
  expect(banned.body).toContain(`IP banned until ${UNTIL + 120_000}.`);
  await simulator.close();
});

test("Retry-After is left out when told so", async () => {
  const simulator = await started({ weightPerMinute: 0, sendsRetryAfter: false });
  const heard = await get(`${simulator.url}/fapi/v1/time`);
  expect([heard.status, heard.header("Retry-After")]).toEqual([429, null]);
  await simulator.close();
});
