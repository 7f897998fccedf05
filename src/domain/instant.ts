/**
 * Time inside the program: UTC milliseconds. Texts are ISO 8601 at the borders. What needs a calendar or a
 * time zone is in `calendar.ts`.
 */
import { isStorableInstant } from "./storable.ts";

declare const instantBrand: unique symbol;
/** An instant: whole milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number & { readonly [instantBrand]: true };
/** A length of time in milliseconds. */
export type DurationMs = number;

export const SECOND_MS: DurationMs = 1_000;
export const MINUTE_MS: DurationMs = 60 * SECOND_MS;
export const HOUR_MS: DurationMs = 60 * MINUTE_MS;
export const DAY_MS: DurationMs = 24 * HOUR_MS;

/** Milliseconds since the epoch as an instant. Throws a RangeError when they are not a whole number. */
export function instant(milliseconds: number): Instant {
  if (!Number.isSafeInteger(milliseconds))
    throw new RangeError(`whole milliseconds were expected, found ${milliseconds}`);
  return milliseconds as Instant;
}

/** The instant `duration` after `at` (before it when negative). */
export function plus(at: Instant, duration: DurationMs): Instant {
  return instant(at + duration);
}

export function earliest(a: Instant, b: Instant): Instant {
  return a < b ? a : b;
}

export function latest(a: Instant, b: Instant): Instant {
  return a > b ? a : b;
}

const MILLISECONDS = /^\d{1,15}$/;

/**
 * Reads a venue's millisecond time, given as digits; null for anything else, and for a time that the store
 * cannot hold.
 */
export function readMilliseconds(text: string): Instant | null {
  const at = MILLISECONDS.test(text) ? instant(Number(text)) : null;
  return at !== null && isStorableInstant(at) ? at : null;
}

/**
 * Reads the one form in which the store and `formatInstant` write: `2026-01-31T23:59:59.999Z`. Quick; for
 * rows in bulk.
 */
export function parseUtcInstant(text: string): Instant {
  return instant(Date.parse(text));
}

/** For a package that takes nothing else. */
export function toDate(at: Instant): Date {
  return new Date(at);
}

/**
 * `2026-01-31T23:59:59.999Z`; local time is `formatLocal` of `calendar.ts`. The same text as `toISOString`,
 * which takes some seven times longer. Rows come by the million with two or three times each, and mostly in
 * the order of their days, so the day's text is kept.
 */
export function formatInstant(at: Instant): string {
  const start = Math.floor(at / DAY_MS) * DAY_MS;
  if (start !== lastDay.start)
    lastDay = { start, text: new Date(start).toISOString().slice(0, -"00:00:00.000Z".length) };
  const time = at - start;
  const hour = TWO_DIGITS[Math.floor(time / HOUR_MS)];
  const minute = TWO_DIGITS[Math.floor(time / MINUTE_MS) % 60];
  const second = TWO_DIGITS[Math.floor(time / SECOND_MS) % 60];
  return `${lastDay.text}${hour}:${minute}:${second}.${THREE_DIGITS[time % SECOND_MS]}Z`;
}

/** `-1.05`: a length of time in seconds, without zeros that say nothing. */
export function formatSeconds(duration: DurationMs): string {
  const milliseconds = Math.abs(duration);
  const rest = milliseconds % SECOND_MS;
  const fraction = rest === 0 ? "" : `.${THREE_DIGITS[rest]?.replace(/0+$/, "")}`;
  return `${duration < 0 ? "-" : ""}${Math.floor(milliseconds / SECOND_MS)}${fraction}`;
}

let lastDay = { start: Number.NaN, text: "" };
const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, "0"));
const THREE_DIGITS = Array.from({ length: 1_000 }, (_, value) => String(value).padStart(3, "0"));
