import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addCalendar, formatLocal, isTimeZone, parseInstant, startOf } from "../../../src/domain/calendar.ts";
import {
  DAY_MS,
  earliest,
  formatInstant,
  formatSeconds,
  HOUR_MS,
  instant,
  latest,
  parseUtcInstant,
  plus,
  readMilliseconds,
} from "../../../src/domain/instant.ts";

describe("an instant", () => {
  test("is a whole number of milliseconds", () => {
    expect(instant(1_767_225_600_000)).toBe(1_767_225_600_000);
    for (const wrong of [1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
      expect(() => instant(wrong)).toThrow(`whole milliseconds were expected, found ${wrong}`);
  });

  test.each([
    ["1767225600000", 1_767_225_600_000],
    ["0", 0],
    ["", null],
    ["-1", null],
    ["1.5", null],
    ["1e3", null],
    ["9007199254740993", null], // more digits than an instant can have
  ])('reads "%s" of a venue as %s', (text, milliseconds) =>
    expect(readMilliseconds(text)).toBe(milliseconds),
  );

  test("comes later, earliest and latest", () => {
    const at = instant(1000);
    expect([plus(at, 500), plus(at, -500)]).toEqual([1500, 500]);
    expect([earliest(at, instant(999)), latest(at, instant(999))]).toEqual([999, 1000]);
  });
});

describe("ISO 8601", () => {
  test.each([
    ["2026-01-31", "utc", "2026-01-31T00:00:00.000Z"],
    ["2026-01-31T12:30:00.5Z", "utc", "2026-01-31T12:30:00.500Z"],
    ["2026-01-31T12:30:00+02:00", "Asia/Tokyo", "2026-01-31T10:30:00.000Z"], // its own offset wins
    ["2026-01-31", "Europe/Berlin", "2026-01-30T23:00:00.000Z"],
    ["2026-07-31", "Europe/Berlin", "2026-07-30T22:00:00.000Z"],
  ])("%s in %s is %s", (text, zone, utc) => expect(formatInstant(parseInstant(text, zone))).toBe(utc));

  test.each(["", "soon", "2026-02-30", "2026-13-01", "2026-01-01T25:00:00Z"])('"%s" is refused', (text) => {
    expect(() => parseInstant(text)).toThrow();
  });

  test("is written with the local time and its offset", () => {
    const at = parseInstant("2026-01-31T23:59:59.999Z");
    expect([
      formatInstant(at),
      formatLocal(at, "Europe/Berlin"),
      formatLocal(at, "America/New_York"),
    ]).toEqual([
      "2026-01-31T23:59:59.999Z",
      "2026-02-01T00:59:59.999+01:00",
      "2026-01-31T18:59:59.999-05:00",
    ]);
    expect(parseUtcInstant("2026-01-31T23:59:59.999Z")).toBe(at);
  });

  test("is in UTC what a JavaScript Date makes of it, whichever day was written before", () => {
    const anyInstant = fc.oneof(
      fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }),
      // Around a midnight, before 1970 too.
      fc
        .record({ day: fc.integer({ min: -800, max: 30_000 }), offset: fc.integer({ min: -2, max: 2 }) })
        .map(({ day, offset }) => day * DAY_MS + offset),
    );
    fc.assert(
      fc.property(fc.array(anyInstant, { minLength: 1, maxLength: 5 }), (instants) => {
        for (const at of instants) expect(formatInstant(instant(at))).toBe(new Date(at).toISOString());
      }),
      { numRuns: 1_000 },
    );
  });
});

test.each([
  [0, "0"],
  [1, "0.001"],
  [50, "0.05"],
  [999, "0.999"],
  [1_000, "1"],
  [3_600_120, "3600.12"],
  [-1_050, "-1.05"],
  [-1, "-0.001"],
])("%i milliseconds are %s seconds", (duration, seconds) => expect(formatSeconds(duration)).toBe(seconds));

describe("the calendar", () => {
  const berlin = (text: string) => parseInstant(text, "Europe/Berlin");
  const day = (text: string) => addCalendar(berlin(text), 1, "day", "Europe/Berlin") - berlin(text);

  test("a day has 23 hours when clocks go forward, and 25 when they go back", () => {
    expect(
      [day("2026-03-28"), day("2026-03-29"), day("2026-10-25")].map((length) => length / HOUR_MS),
    ).toEqual([24, 23, 25]);
  });

  test("a span of days in milliseconds knows nothing of clocks", () => {
    expect(formatLocal(plus(berlin("2026-03-29"), DAY_MS), "Europe/Berlin")).toBe(
      "2026-03-30T01:00:00.000+02:00",
    );
  });

  test.each([
    ["day", "2026-05-14T00:00:00.000+02:00"],
    ["week", "2026-05-11T00:00:00.000+02:00"],
    ["month", "2026-05-01T00:00:00.000+02:00"],
    ["quarter", "2026-04-01T00:00:00.000+02:00"],
    ["year", "2026-01-01T00:00:00.000+01:00"],
  ] as const)("the start of the %s", (unit, start) => {
    expect(
      formatLocal(startOf(parseInstant("2026-05-14T12:34:56Z"), unit, "Europe/Berlin"), "Europe/Berlin"),
    ).toBe(start);
  });

  test("a month after the last of January is the last of February", () => {
    expect(formatInstant(addCalendar(parseInstant("2026-01-31"), 1, "month", "utc"))).toBe(
      "2026-02-28T00:00:00.000Z",
    );
  });
});

test.each([
  ["Europe/Berlin", true],
  ["UTC", true],
  ["America/Argentina/Buenos_Aires", true],
  ["Etc/GMT+3", true],
  ["Mars/Olympus", false],
  ["", false],
  ["local", false],
  ["+03:00", false], // Postgres would read its sign the other way round
  ["-0300", false],
  ["UTC+3", false],
])('whether "%s" is a time zone: %s', (zone, is) => expect(isTimeZone(zone)).toBe(is));
