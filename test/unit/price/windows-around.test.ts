import * as fc from "fast-check";
import { expect, test } from "vitest";
import { instant, MINUTE_MS, plus } from "../../../src/domain/instant.ts";
import { contains } from "../../../src/domain/window.ts";
import { windowsAround } from "../../../src/price/windows-around.ts";

test("windows hold every minute once, begin and end at wanted ones, and none is longer than a request may be", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat({ max: 5_000 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 499 }),
      (numbers, longest) => {
        const minutes = numbers.toSorted((a, b) => a - b).map((number) => instant(number * MINUTE_MS));
        const windows = windowsAround(minutes, MINUTE_MS, longest * MINUTE_MS);
        for (const minute of minutes)
          expect(windows.filter((window) => contains(window, minute))).toHaveLength(1);
        for (const { from, until } of windows) {
          expect(minutes).toContain(from);
          expect(minutes).toContain(plus(until, -MINUTE_MS));
          expect(until - from).toBeLessThanOrEqual(longest * MINUTE_MS);
        }
      },
    ),
  );
});
