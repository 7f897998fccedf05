/** How long a venue wants no requests, read from its answer; the same for all venues. */
import { readHttpDate } from "../domain/calendar.ts";
import {
  DAY_MS,
  type DurationMs,
  earliest,
  type Instant,
  latest,
  MINUTE_MS,
  plus,
  readMilliseconds,
  SECOND_MS,
} from "../domain/instant.ts";

/**
 * The longest ban that is documented. A longer one is taken to be a wrong number, and this much is waited.
 */
const PAUSE_MAX: DurationMs = 3 * DAY_MS;
/**
 * A ban that names no end: the shortest that is documented takes two minutes, and each request during one
 * prolongs it.
 */
const BAN_WITHOUT_END: DurationMs = 15 * MINUTE_MS;

/**
 * `Retry-After`, in seconds or as a date; null where it says nothing: zero (seen on every refusal), what is
 * over, and what is neither.
 */
export function readRetryAfter(text: string, now: Instant): Instant | null {
  const longest = plus(now, PAUSE_MAX);
  const digits = /^\s*(\d+)\s*$/.exec(text)?.[1];
  if (digits === undefined) {
    const date = readHttpDate(text.trim());
    return date === null || date <= now ? null : earliest(date, longest);
  }
  const seconds = readMilliseconds(digits);
  if (seconds === 0) return null;
  return seconds === null || seconds > PAUSE_MAX / SECOND_MS ? longest : plus(now, seconds * SECOND_MS);
}

/**
 * When the venue may be queried again; null where it names no time, and any will do. `bannedUntil` is the end
 * of a ban as its text tells it.
 */
export function pauseEnd(
  refused: {
    readonly status: number;
    readonly retryAfter: string | null;
    readonly bannedUntil: Instant | null;
  },
  now: Instant,
): Instant | null {
  const ends = [readRetryAfter(refused.retryAfter ?? "", now), refused.bannedUntil].filter(
    (end) => end !== null,
  );
  if (ends.length > 0) return ends.reduce(latest);
  return refused.status === 418 ? plus(now, BAN_WITHOUT_END) : null;
}
