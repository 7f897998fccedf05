import { describe, expect, test } from "vitest";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { formatInstant, HOUR_MS } from "../../../src/domain/instant.ts";
import { parsePeriod, wholeDays } from "../../../src/domain/period.ts";

describe("a period", () => {
  test.each([
    ["2025", "UTC", "2025-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z"],
    ["2025-Q1", "UTC", "2025-01-01T00:00:00.000Z", "2025-04-01T00:00:00.000Z"],
    ["2025-Q4", "UTC", "2025-10-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z"],
    ["2025-02", "UTC", "2025-02-01T00:00:00.000Z", "2025-03-01T00:00:00.000Z"],
    ["2024-02-29", "UTC", "2024-02-29T00:00:00.000Z", "2024-03-01T00:00:00.000Z"],
    // Its midnights are those of its time zone, on both sides of a change of clocks.
    ["2025", "Europe/Berlin", "2024-12-31T23:00:00.000Z", "2025-12-31T23:00:00.000Z"],
    ["2025-Q2", "America/New_York", "2025-04-01T04:00:00.000Z", "2025-07-01T04:00:00.000Z"],
    ["2025-03", "Europe/Berlin", "2025-02-28T23:00:00.000Z", "2025-03-31T22:00:00.000Z"],
    // Both days of FIRST..LAST are inside: the British fiscal year.
    ["2025-04-06..2026-04-05", "Europe/London", "2025-04-05T23:00:00.000Z", "2026-04-05T23:00:00.000Z"],
    ["2025-04-06..2025-04-06", "Europe/London", "2025-04-05T23:00:00.000Z", "2025-04-06T23:00:00.000Z"],
    ["2025-01..2025-Q2", "UTC", "2025-01-01T00:00:00.000Z", "2025-07-01T00:00:00.000Z"],
    ["2024..2025", "UTC", "2024-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z"],
    // Of instants the last is outside.
    [
      "2025-04-06T00:00:00Z..2026-04-06T00:00:00Z",
      "Europe/London",
      "2025-04-06T00:00:00.000Z",
      "2026-04-06T00:00:00.000Z",
    ],
    [
      "2025-04-06T12:00:00..2025-04-07",
      "Europe/London",
      "2025-04-06T11:00:00.000Z",
      "2025-04-07T23:00:00.000Z",
    ],
  ])("%s in %s is from %s until %s", (text, timeZone, from, until) => {
    const period = parsePeriod(text, timeZone);
    expect({ ...period, from: formatInstant(period.from), until: formatInstant(period.until) }).toEqual({
      name: text,
      timeZone,
      from,
      until,
    });
  });

  test.each([
    ["2026-03-29", 23],
    ["2026-10-25", 25],
    ["2026-06-01", 24],
  ])("the day %s in Berlin has %i hours", (text, hours) => {
    const { from, until } = parsePeriod(text, "Europe/Berlin");
    expect((until - from) / HOUR_MS).toBe(hours);
  });

  test.each([
    "",
    "soon",
    "25",
    "2025-13",
    "2025-Q5",
    "2025-Q0",
    "2025-00",
    "2025-02-30",
    "2025-1-1",
    "2025-01-01T00:00:00Z", // an instant is no span
    "2025..",
    "..2025",
    "2025..2026..2027",
    " 2025",
  ])('"%s" is refused', (text) => {
    expect(() => parsePeriod(text, "UTC")).toThrow(
      new RangeError(`"${text}" is not a period; expected 2025, 2025-Q1, 2025-03, 2025-03-09 or FIRST..LAST`),
    );
  });
});

describe("a period whose last day precedes its first, or that is empty", () => {
  test.each(["2025-01-02..2025-01-01", "2026..2025", "2025-01-01T00:00:00Z..2025-01-01T00:00:00Z"])(
    "%s",
    (text) => {
      expect(() => parsePeriod(text, "UTC")).toThrow(
        new RangeError(`"${text}" does not end after it begins`),
      );
    },
  );
});

describe("whole days around a history", () => {
  test.each([
    ["UTC", "2026-05-02T10:00:00Z", "2026-05-04T00:00:00Z", "2026-05-02..2026-05-03"],
    ["UTC", "2026-05-02T00:00:00Z", "2026-05-04T00:00:00.001Z", "2026-05-02..2026-05-04"],
    ["Europe/Berlin", "2026-05-02T23:00:00Z", "2026-05-04T22:00:00Z", "2026-05-03..2026-05-04"],
  ])("in %s of [%s, %s) are %s, as they could be requested", (timeZone, from, until, name) => {
    const period = wholeDays({ from: parseInstant(from), until: parseInstant(until) }, timeZone);
    expect(period.name).toBe(name);
    expect(period).toEqual({ ...parsePeriod(name, timeZone), isAllThereIs: true });
  });
});
