import { resolve } from "node:path";
import { isTimeZone, parseInstant } from "../domain/calendar.ts";
import { DAY_MS, type DurationMs, HOUR_MS, type Instant, readMilliseconds } from "../domain/instant.ts";
import { isLoopback } from "../domain/loopback.ts";
import { isStorableInstant } from "../domain/storable.ts";
import type { OwnReports } from "./configuration.ts";
import { nearest } from "./nearest.ts";
import { alternatives, type Mapping, type Place, type Reading, type Text } from "./reading.ts";

/** Reads a folder; relative ones start at `base`. Null after a mistake. */
export function readFolder(reading: Reading, place: Place, base: string): string | null {
  const text = reading.text(place, "a folder");
  return text === null ? null : readPath(reading, place, text, { base, expected: "a folder" });
}

/** Reads `reports:`; what is in the folder is read with the reports. */
export function readOwnReports(reading: Reading, place: Place, base: string): OwnReports | null {
  const folder = readFolder(reading, place, base);
  return folder === null ? null : { folder, namedAt: reading.at(place) };
}

/**
 * The absolute path of a text; null after a mistake. A shell turns `~` into the home folder; here it would
 * silently become a folder of that name.
 */
export function readPath(
  reading: Reading,
  place: Place,
  text: Text,
  { base, expected }: { readonly base: string; readonly expected: string },
): string | null {
  if (/^~(?:[/\\]|$)/.test(text.value)) {
    reading.mistake(place, `expected ${expected}, found ${text.shown}; write \${HOME} for ~`);
    return null;
  }
  return resolve(base, text.value);
}

/**
 * luxon takes more than IANA names: `local` differs from machine to machine, and Postgres reads the sign of
 * `UTC+3` the other way round. Neither may decide where a day ends.
 */
const NOT_IANA = /^(?:local|system|default|(?:utc|gmt)[+-].*|[^a-z].*)$/i;

export function readTimeZone(reading: Reading, place: Place): string | null {
  const expected = "an IANA time zone such as Europe/Berlin";
  const text = reading.text(place, expected);
  if (text === null) return null;
  if (!NOT_IANA.test(text.value) && isTimeZone(text.value) && isKnownZone(text.value)) return text.value;
  const meant = text.isSubstituted ? null : nearest(text.value, Intl.supportedValuesOf("timeZone"));
  const hint = meant === null ? "" : `; did you mean ${meant}?`;
  reading.mistake(place, `expected ${expected}, found ${text.shown}${hint}`);
  return null;
}

/** luxon alone does not report an unknown zone: it makes an invalid date of it. */
function isKnownZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** Reads `36h` or `7d`; null after a mistake. */
export function readSpan(reading: Reading, place: Place): DurationMs | null {
  const expected = "hours or days such as 36h or 7d";
  const text = reading.text(place, expected);
  if (text === null) return null;
  const [, digits = "", unit = ""] = /^(\d{1,4})([hd])$/.exec(text.value) ?? [];
  const span = (readMilliseconds(digits) ?? 0) * (unit === "d" ? DAY_MS : HOUR_MS);
  if (span > 0) return span;
  reading.mistake(place, `expected ${expected}, found ${text.shown}`);
  return null;
}

export function readCurrency(reading: Reading, place: Place): string | null {
  const expected = "a currency in capitals such as USD";
  const text = reading.text(place, expected);
  if (text === null || /^[A-Z][A-Z0-9]{1,19}$/.test(text.value)) return text?.value ?? null;
  reading.mistake(place, `expected ${expected}, found ${text.shown}`);
  return null;
}

const DATE_OR_INSTANT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** A date is midnight in `timeZone`; an instant says its own offset. */
export function readSince(reading: Reading, place: Place, timeZone: string): Instant | null {
  const expected = "a date such as 2026-01-01 or an instant such as 2026-01-01T00:00:00Z";
  const text = reading.text(place, expected);
  if (text === null) return null;
  if (DATE_OR_INSTANT.test(text.value)) {
    try {
      const since = parseInstant(text.value, timeZone);
      if (isStorableInstant(since)) return since;
    } catch {
      // The form is right but the calendar has no such day or hour; the mistake below says so.
    }
  }
  reading.mistake(place, `expected ${expected}, found ${text.shown}`);
  return null;
}

export function readBaseUrl(reading: Reading, place: Place): string | null {
  const expected = "an https:// address";
  const text = reading.text(place, expected);
  if (text === null) return null;
  const refuse = (what: string): null => {
    reading.mistake(place, what);
    return null;
  };
  // An address with an @ may hold a password, so it is not shown.
  const shown = text.value.includes("@") ? "something else" : text.shown;
  if (!URL.canParse(text.value)) return refuse(`expected ${expected}, found ${shown}`);
  const url = new URL(text.value);
  if (url.protocol !== "https:" && url.protocol !== "http:")
    return refuse(`expected ${expected}, found ${shown}`);
  if (url.username !== "" || url.password !== "")
    return refuse("expected an address without a user name or password");
  if (/[?#]/.test(text.value)) return refuse("expected an address without ? and #");
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return refuse(`expected ${expected} (plain http is for this machine alone), found ${shown}`);
  }
  return url.href.replace(/\/+$/, "");
}

export function readSymbols(reading: Reading, place: Place): readonly string[] | null {
  const items = reading.list(place, "a list of symbols");
  if (items === null) return null;
  const symbols = items.map((item) => reading.text(item, "a symbol such as BTCUSDT")?.value ?? null);
  return [...new Set(symbols.filter((symbol) => symbol !== null))];
}

/** Reads one of some words under a key that may be missing. Null after a mistake. */
export function readChoice<Choice extends string>(
  reading: Reading,
  mapping: Mapping,
  key: string,
  choices: readonly Choice[],
  otherwise: Choice,
): Choice | null {
  const place = mapping.entries.get(key);
  if (place === undefined) return otherwise;
  const expected = alternatives(choices);
  const text = reading.text(place, expected);
  const choice = choices.find((one) => one === text?.value) ?? null;
  if (text !== null && choice === null) reading.mistake(place, `expected ${expected}, found ${text.shown}`);
  return choice;
}
