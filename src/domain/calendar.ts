/**
 * Calendars and clocks of time zones, and the texts of instants that others write. The only file that imports
 * luxon; apart from `instant.ts`, because every command loads that.
 *
 * luxon's own defaults are unsafe here: its zone is the machine's, an invalid date is NaN and not an error,
 * and seven days over a change of clocks are 167 hours. So the zone is always given, invalid dates throw, and
 * spans are counted in milliseconds.
 */
import { DateTime, IANAZone, Settings } from "luxon";
import { type Instant, instant } from "./instant.ts";

Settings.throwOnInvalid = true;
Settings.defaultZone = "utc";
declare module "luxon" {
  interface TSSettings {
    throwOnInvalid: true;
  }
}

/**
 * Reads an ISO 8601 instant or date; without an offset it is a local time of `zone`. Throws on anything else.
 */
export function parseInstant(text: string, zone = "utc"): Instant {
  return instant(DateTime.fromISO(text, { zone }).toMillis());
}

/**
 * Reads a date of an HTTP header in any of its three forms, `Sun, 06 Nov 1994 08:49:37 GMT`; null for
 * anything else.
 */
export function readHttpDate(text: string): Instant | null {
  // luxon is set to throw on an invalid date; here that means null.
  try {
    return instant(DateTime.fromHTTP(text).toMillis());
  } catch {
    return null;
  }
}

/** The local time of a zone with its offset: `2026-02-01T00:59:59.999+01:00`. */
export function formatLocal(at: Instant, zone: string): string {
  return DateTime.fromMillis(at, { zone }).toISO();
}

/**
 * Whether `zone` is a name of the IANA time zone database. luxon itself accepts an unknown zone silently; and
 * from Node 22 on an offset such as `+03:00` counts as a zone, whose sign Postgres reads the other way round.
 */
export function isTimeZone(zone: string): boolean {
  return /^[A-Za-z]/.test(zone) && IANAZone.isValidZone(zone);
}

export type CalendarUnit = "day" | "week" | "month" | "quarter" | "year";

/** The first instant of the calendar unit around `at`, as clocks in `zone` show it. */
export function startOf(at: Instant, unit: CalendarUnit, zone: string): Instant {
  return instant(DateTime.fromMillis(at, { zone }).startOf(unit).toMillis());
}

/** `count` calendar units after `at`, as clocks in `zone` show it: a day may have 23 or 25 hours. */
export function addCalendar(at: Instant, count: number, unit: CalendarUnit, zone: string): Instant {
  return instant(
    DateTime.fromMillis(at, { zone })
      .plus({ [`${unit}s`]: count })
      .toMillis(),
  );
}
