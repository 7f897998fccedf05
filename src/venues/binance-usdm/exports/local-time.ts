/**
 * Times of day as an export prints them, in the zone that the user had chosen for it.
 *
 * Observations: a header with `(UTC)` or `(UTC+1)` names the zone; a plain `Time` means the zone of the
 * export, which is in the file's name only: `(UTC+3)`, `(UTC+0)`, `(UTC-5)`, and with a doubled minus
 * `(UTC--6)` for −06:00. Years come with four digits or two (`26-03-17 09:34:12`). Choice: anything else is
 * refused. A spreadsheet that saves the file again with the day first shows itself, because days up to the
 * 18th make years from before the venue.
 */
import { parseInstant } from "../../../domain/calendar.ts";
import {
  formatInstant,
  HOUR_MS,
  type Instant,
  instant,
  MINUTE_MS,
  parseUtcInstant,
} from "../../../domain/instant.ts";
import { FieldError } from "../../../domain/json.ts";
import { readCount } from "../../fields.ts";

/** What is added to UTC to have local time, in milliseconds. */
export type UtcOffset = number;

const OFFSET = /^UTC(?:0|(\+|--?)(\d{1,2})(?::([0-5]\d))?)?$/i;
const IN_NAME = /\((UTC[^)]*)\)/gi;
const HOURS_MAX = 14;

/** Reads `UTC`, `UTC+3`, `UTC-5`, `UTC--6`, `UTC+5:30`; null for anything else. */
export function readUtcOffset(text: string): UtcOffset | null {
  const parts = OFFSET.exec(text.trim());
  if (parts === null) return null;
  const [, sign = "+", hours = "0", minutes = "0"] = parts;
  const size = (readCount(hours) ?? 0) * HOUR_MS + (readCount(minutes) ?? 0) * MINUTE_MS;
  if (size > HOURS_MAX * HOUR_MS) return null;
  return sign === "+" ? size : -size;
}

/** What a file's name says in brackets of time zones, as it says it. */
export function zonesInName(name: string): readonly string[] {
  return [...name.matchAll(IN_NAME)].map(([, zone = ""]) => zone);
}

const LOCAL_TIME =
  /^((?:20)?\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]) ((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)$/;
/** The month in which the venue's first contract was opened, less a day for zones. */
const EARLIEST = parseInstant("2019-08-31T00:00:00Z");

/** Throws a `FieldError` for a time that is none, or that the venue cannot have had. */
export function readLocalTime(column: string, text: string, offset: UtcOffset): Instant {
  const parts = LOCAL_TIME.exec(text);
  if (parts === null) {
    throw new FieldError(
      `"${column}": a time like 2026-03-17 09:34:12 or 26-03-17 09:34:12 was expected, found ${JSON.stringify(text)}`,
    );
  }
  const [, year = "", month = "", day = "", time = ""] = parts;
  const iso = `${year.padStart(4, "20")}-${month}-${day}T${time}`;
  const at = parseUtcInstant(`${iso}Z`);
  // A 30 February is read as 2 March.
  if (formatInstant(at) !== `${iso}.000Z`) {
    throw new FieldError(`"${column}": a day of the calendar was expected, found ${JSON.stringify(text)}`);
  }
  if (at < EARLIEST) {
    throw new FieldError(
      `"${column}": a year, month and day since September 2019 were expected, found ${JSON.stringify(text)}`,
    );
  }
  return instant(at - offset);
}
