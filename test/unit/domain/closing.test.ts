import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { type Closing, closedThrough, openFrom, postedAt } from "../../../src/domain/closing.ts";
import { formatInstant, type Instant, instant } from "../../../src/domain/instant.ts";
import { cell, readTable } from "../../support/text-table.ts";

/** The closes of a table: number, the day at which the period ends, and the last sequence known then. */
function closings(text: string): Closing[] {
  return readTable(text).map((row) => ({
    number: Number(cell(row, "close")),
    until: at(cell(row, "until")),
    throughSequence: cell(row, "through"),
  }));
}

const at = (day: string): Instant => parseInstant(`${day}T00:00:00Z`);
const dayOf = (moment: Instant): string => formatInstant(moment).slice(0, 10);

function expectPosted(closes: string, events: string): void {
  for (const row of readTable(events)) {
    const posted = postedAt(at(cell(row, "occurred")), cell(row, "sequence"), closings(closes));
    expect(`${cell(row, "occurred")} ${cell(row, "sequence")} → ${dayOf(posted)}`).toBe(
      `${cell(row, "occurred")} ${cell(row, "sequence")} → ${cell(row, "posted")}`,
    );
  }
}

describe("an event is posted when it occurred, but for what comes after a close of its time", () => {
  test("without a close, always", () => {
    expectPosted(
      "close | until | through",
      `occurred   | sequence | posted
       2025-03-01 | 1        | 2025-03-01
       2025-03-01 | 999      | 2025-03-01`,
    );
  });

  test("one close: what it knew stays, what comes later goes to its end, and the end itself is open", () => {
    expectPosted(
      `close | until      | through
       1     | 2025-04-01 | 50`,
      `occurred   | sequence | posted
       2025-03-31 | 50       | 2025-03-31 // known at the close
       2025-03-31 | 51       | 2025-04-01
       2025-04-01 | 51       | 2025-04-01 // occurred then; no adjustment
       2025-05-02 | 51       | 2025-05-02
       2024-12-31 | 51       | 2025-04-01 // before the period: its opening balance is told, too`,
    );
  });

  test("adjacent periods: a row skips all that were closed before it came, and no other", () => {
    expectPosted(
      `close | until      | through
       1     | 2025-02-01 | 10
       2     | 2025-03-01 | 20
       3     | 2025-04-01 | 20  // nothing came between
       4     | 2025-05-01 | 1000`,
      `occurred   | sequence | posted
       2025-01-05 | 9        | 2025-01-05
       2025-01-05 | 15       | 2025-02-01
       2025-01-05 | 25       | 2025-04-01
       2025-01-05 | 1001     | 2025-05-01
       2025-02-05 | 15       | 2025-02-05
       2025-02-05 | 25       | 2025-04-01`,
    );
  });

  test("a year closed after its months, and a month closed after its year", () => {
    expectPosted(
      `close | until      | through
       1     | 2025-02-01 | 10
       2     | 2026-01-01 | 20
       3     | 2025-03-01 | 30`,
      `occurred   | sequence | posted
       2025-01-05 | 15       | 2025-02-01
       2025-01-05 | 25       | 2026-01-01
       2025-01-05 | 35       | 2026-01-01
       2025-02-05 | 15       | 2025-02-05`,
    );
  });

  test("sequences are compared as numbers, also beyond what a float holds", () => {
    expectPosted(
      `close | until      | through
       1     | 2025-04-01 | 9007199254740993`,
      `occurred   | sequence         | posted
       2025-03-31 | 9                | 2025-03-31
       2025-03-31 | 9007199254740993 | 2025-03-31
       2025-03-31 | 9007199254740994 | 2025-04-01`,
    );
  });
});

test("what a close knew of an event is what came until the last close of its time before the new version", () => {
  const closes = closings(`close | until      | through
                           1     | 2025-02-01 | 10
                           2     | 2026-01-01 | 20
                           3     | 2025-03-01 | 30`);
  const known = (day: string, sequence: string) => closedThrough(at(day), sequence, closes);
  expect(known("2025-01-05", "10")).toBeNull();
  expect(known("2025-01-05", "15")).toBe("10");
  expect(known("2025-01-05", "25")).toBe("20");
  expect(known("2025-01-05", "35")).toBe("30");
  expect(known("2025-06-05", "35")).toBe("20");
  expect(known("2026-01-01", "35")).toBeNull();
});

/** Closes as they can be: the later one knows at least as much. */
const anyClosings = fc
  .array(fc.record({ until: fc.integer({ min: 0, max: 100 }), more: fc.integer({ min: 0, max: 20 }) }), {
    maxLength: 6,
  })
  .map((closes) => {
    let through = 0;
    return closes.map(({ until, more }, index): Closing => {
      through += more;
      return { number: index + 1, until: instant(until), throughSequence: String(through) };
    });
  });

test("a later close moves nothing that an earlier one knew, and whatever comes after a close is posted outside of it", () => {
  fc.assert(
    fc.property(
      anyClosings,
      fc.integer({ min: 0, max: 120 }),
      fc.integer({ min: 1, max: 150 }),
      (closes, occurred, sequence) => {
        const posted = postedAt(instant(occurred), String(sequence), closes);
        for (const [count, close] of closes.entries()) {
          if (BigInt(sequence) <= BigInt(close.throughSequence)) {
            expect(postedAt(instant(occurred), String(sequence), closes.slice(0, count))).toBe(posted);
          } else if (occurred < close.until) {
            expect(posted).toBeGreaterThanOrEqual(close.until);
          }
        }
        expect(posted >= occurred).toBe(true);
        expect(posted === occurred || closes.some((close) => close.until === posted)).toBe(true);
        expect(openFrom(posted, [])).toBe(posted);
      },
    ),
    { seed: 20261126, numRuns: 2_000 },
  );
});
