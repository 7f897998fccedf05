/**
 * Closed books: when an event counts that became known only after a close. A close holds for everything
 * before its period's end, as a lock date does. A report of the period also shows what was before it (an
 * opening balance), so nothing before the end may change.
 */
import { type Instant, latest } from "./instant.ts";

/** One close that was not reopened. */
export type Closing = {
  /** 1 is the account's first. */
  readonly number: number;
  /** The period's end: what occurred before it was closed. */
  readonly until: Instant;
  /** The highest sequence among the account's records at the close. */
  readonly throughSequence: string;
};

/**
 * When the books count an event that came with a record of this sequence: when it occurred, or, if the books
 * were closed beyond that before the record came, at the first instant that was open then.
 */
export function postedAt(occurredAt: Instant, sequence: string, closings: readonly Closing[]): Instant {
  return openFrom(
    occurredAt,
    closings.filter((closing) => isAfter(sequence, closing)),
  );
}

/** The first instant at or after `at` that none of these closes has closed. */
export function openFrom(at: Instant, closings: readonly Closing[]): Instant {
  return closings.map((closing) => closing.until).reduce(latest, at);
}

/**
 * Of the closes that hold for an event of this time and were made before its record came, the last one's
 * highest sequence; null where there is none. What a closed report says of a record stays as it was then.
 */
export function closedThrough(
  occurredAt: Instant,
  sequence: string,
  closings: readonly Closing[],
): string | null {
  const closed = closings.filter((closing) => closing.until > occurredAt && isAfter(sequence, closing));
  return closed.at(-1)?.throughSequence ?? null;
}

function isAfter(sequence: string, closing: Closing): boolean {
  return BigInt(sequence) > BigInt(closing.throughSequence);
}
