/**
 * Until when the next rate of a daily series is waited for: 16:00 in Frankfurt on the second day with rates
 * behind the newest one.
 */
import { expect, test } from "vitest";
import { formatLocal, parseInstant } from "../../../../src/domain/calendar.ts";

import { nextDueAt } from "../../../../src/price/valuation/daily-rates.ts";

test.each([
  ["a Monday", "2026-05-04", "2026-05-06T16:00:00.000+02:00"],
  ["a Thursday before a weekend", "2026-05-07", "2026-05-11T16:00:00.000+02:00"],
  ["a Friday", "2026-05-08", "2026-05-12T16:00:00.000+02:00"],
  ["the day before the first of May", "2026-04-30", "2026-05-05T16:00:00.000+02:00"],
  ["the Thursday before Easter", "2026-04-02", "2026-04-08T16:00:00.000+02:00"],
  ["the day before Christmas, a weekend behind it", "2026-12-24", "2026-12-29T16:00:00.000+01:00"],
  ["the last day of a year", "2026-12-31", "2027-01-05T16:00:00.000+01:00"],
  ["a Friday, clocks set forward behind it", "2026-03-27", "2026-03-31T16:00:00.000+02:00"],
])("%s", (_, newest, due) => {
  expect(formatLocal(nextDueAt(parseInstant(newest, "Europe/Berlin")), "Europe/Berlin")).toBe(due);
});
