import { expect, test } from "vitest";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { instant, plus, SECOND_MS } from "../../../src/domain/instant.ts";
import { failureWait, resumesAt } from "../../../src/http/retry.ts";

test("the wait after a failure is a random part of a span that doubles up to a minute", () => {
  const longest = [1, 2, 3, 4, 5, 6, 7, 8].map((failures) => failureWait(failures, () => 1));
  expect(longest).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  expect(failureWait(3, () => 0.25)).toBe(1000);
  expect(failureWait(3, () => 0)).toBe(0);
});

test("a refused rate is waited out to the latest of the venue's instant, its next minute and a growing back-off", () => {
  const minute = parseInstant("2026-03-01T00:00:00Z");
  const at = (seconds: number) => plus(minute, seconds * SECOND_MS);
  const rows = [
    { now: at(10), retryAt: null, refusals: 1, resumes: at(60) },
    { now: at(58), retryAt: null, refusals: 1, resumes: at(63) },
    { now: at(10), retryAt: at(90), refusals: 1, resumes: at(90) },
    { now: at(10), retryAt: at(12), refusals: 1, resumes: at(60) },
    { now: at(10), retryAt: null, refusals: 5, resumes: at(90) },
    { now: at(10), retryAt: null, refusals: 50, resumes: at(310) },
    // Exactly at the turn of a minute, the next one is a whole minute away.
    { now: at(0), retryAt: instant(0), refusals: 1, resumes: at(60) },
  ];
  for (const { now, retryAt, refusals, resumes } of rows) {
    expect(resumesAt(now, retryAt, refusals)).toBe(resumes);
  }
});
