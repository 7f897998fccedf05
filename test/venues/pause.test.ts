/** How long a venue wants to be left alone, in every way in which it may say so. */
import { describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, type Instant, MINUTE_MS, plus, SECOND_MS } from "../../src/domain/instant.ts";
import { pauseEnd, readRetryAfter } from "../../src/venues/pause.ts";

const NOW = parseInstant("2026-03-01T00:00:00Z");
const seconds = (count: number): Instant => plus(NOW, count * SECOND_MS);
const LONGEST = plus(NOW, 3 * DAY_MS);

test.each<{ readonly text: string; readonly end: Instant | null }>([
  { text: "30", end: seconds(30) },
  { text: " 30 ", end: seconds(30) },
  { text: "0030", end: seconds(30) },
  { text: "0", end: null },
  { text: "Sun, 01 Mar 2026 00:05:00 GMT", end: seconds(300) },
  { text: "Sunday, 01-Mar-26 00:05:00 GMT", end: seconds(300) },
  { text: "Sun Mar  1 00:05:00 2026", end: seconds(300) },
  { text: "Sat, 28 Feb 2026 23:59:59 GMT", end: null },
  { text: "Sun, 01 Mar 2026 00:00:00 GMT", end: null },
  // Whoever names more than the longest ban there is does not want us back soon.
  { text: "259201", end: LONGEST },
  { text: "99999999999999", end: LONGEST },
  { text: "9".repeat(40), end: LONGEST },
  { text: "Fri, 31 Dec 9999 23:59:59 GMT", end: LONGEST },
  { text: "-5", end: null },
  { text: "1.5", end: null },
  { text: "soon", end: null },
  { text: "Sun, 99 Mar 2026 00:05:00 GMT", end: null },
  { text: "", end: null },
])("Retry-After: $text", ({ text, end }) => {
  expect(readRetryAfter(text, NOW)).toBe(end);
});

describe("the pause", () => {
  test.each<{
    readonly title: string;
    readonly refused: Parameters<typeof pauseEnd>[0];
    readonly end: Instant | null;
  }>([
    {
      title: "ends when the header says",
      refused: { status: 429, retryAfter: "30", bannedUntil: null },
      end: seconds(30),
    },
    {
      title: "ends when the text says",
      refused: { status: 418, retryAfter: null, bannedUntil: seconds(9) },
      end: seconds(9),
    },
    {
      title: "ends with the later of both",
      refused: { status: 418, retryAfter: "30", bannedUntil: seconds(9) },
      end: seconds(30),
    },
    {
      title: "of a rate without an end is for the caller to choose",
      refused: { status: 429, retryAfter: "-5", bannedUntil: null },
      end: null,
    },
    {
      title: "of a ban without an end lasts longer than any run waits",
      refused: { status: 418, retryAfter: "soon", bannedUntil: null },
      end: plus(NOW, 15 * MINUTE_MS),
    },
  ])("$title", ({ refused, end }) => {
    expect(pauseEnd(refused, NOW)).toBe(end);
  });
});
