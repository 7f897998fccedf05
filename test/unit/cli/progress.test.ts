/** What a person at a terminal sees of work that takes long. */
import { expect, test } from "vitest";
import { counted } from "../../../src/domain/counted.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../src/domain/instant.ts";
import { durationText } from "../../../src/errors.ts";
import { type Progress, shareText } from "../../../src/pipeline/progress.ts";
import { sayingWhoIsWaitedFor } from "../../../src/pipeline/workspace.ts";
import type { Store } from "../../../src/store/store.ts";

test.each([
  { done: 0, total: 1, elapsed: 60_000, text: "" },
  { done: 0, total: 12, elapsed: 60_000, text: " (0 %)" },
  { done: 3, total: 12, elapsed: 4_999, text: " (25 %)" },
  { done: 3, total: 12, elapsed: 60_000, text: " (25 %, 3 min left)" },
  { done: 11, total: 12, elapsed: 65_000, text: " (91 %, 6 s left)" },
  { done: 1, total: 200, elapsed: 90_000, text: " (0 %, 4 h 58 min left)" },
])("$done of $total after $elapsed ms:$text", ({ done, total, elapsed, text }) => {
  expect(shareText({ of: "reports", done, total }, elapsed)).toBe(text);
});

test.each([
  [164, "164 ms"],
  [1_000, "1 s"],
  [90_000, "1 min 30 s"],
  [HOUR_MS, "1 h"],
  [235 * MINUTE_MS, "3 h 55 min"],
  [47 * HOUR_MS, "47 h"],
  [48 * HOUR_MS, "2 days"],
  [218_208 * MINUTE_MS, "151 days 12 h"],
  [365 * DAY_MS, "365 days"],
])("%i ms are %s", (duration, text) => {
  expect(durationText(duration)).toBe(text);
});

test.each([
  [0, "0 accounts"],
  [1, "1 account"],
  ["1", "1 account"],
  [2n, "2 accounts"],
] as const)("%s is said as %s", (count, text) => {
  expect(counted(count, "account")).toBe(text);
});

test("where a verb goes with it, both are given", () => {
  expect([1, 2].map((count) => counted(count, "record is", "records are"))).toEqual([
    "1 record is",
    "2 records are",
  ]);
});

test("an account is waited for only as long as its lock is held", async () => {
  const seen: string[] = [];
  const free: Pick<Store, "withAccountLock"> = { withAccountLock: (_accountId, work) => work() };
  const doing: Pick<Progress, "doing"> = { doing: (what) => seen.push(what) };
  const store = sayingWhoIsWaitedFor(free as Store, doing as Progress);
  await store.withAccountLock("main", async () => seen.push("working"));
  expect(seen).toEqual(["main: waiting until no other run works on it", "main", "working"]);
});
