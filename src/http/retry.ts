/**
 * What to do after a failed attempt: pure arithmetic, so that every case can be read in a table of tests.
 *
 * After a rate limit the full wait is kept: until the latest of the venue's own instant, its next minute, and
 * a growing back-off, because a client that goes on after 429 is banned. Other failures are tried again after
 * a random part of a growing span ("full jitter"), so that many clients do not come back all at once.
 */
import {
  type DurationMs,
  type Instant,
  instant,
  latest,
  MINUTE_MS,
  plus,
  SECOND_MS,
} from "../domain/instant.ts";

export type RetryBudget = {
  /**
   * How often one request is sent, the first time included, before the call gives up. Rate limits do not
   * count.
   */
  readonly attemptsMax: number;
  /** The longest time that one request may spend waiting. */
  readonly patienceMs: DurationMs;
};

export const DEFAULT_RETRY_BUDGET: RetryBudget = { attemptsMax: 6, patienceMs: 10 * MINUTE_MS };

/** A fraction from 0 up to, but not including, 1. */
export type Random = () => number;

const FAILURE_WAIT_FIRST_MS: DurationMs = 1 * SECOND_MS;
const FAILURE_WAIT_MAX_MS: DurationMs = 60 * SECOND_MS;
const REFUSAL_WAIT_FIRST_MS: DurationMs = 5 * SECOND_MS;
const REFUSAL_WAIT_MAX_MS: DurationMs = 5 * MINUTE_MS;

/** The wait after the `failures`-th failure of one request, counted from 1. */
export function failureWait(failures: number, random: Random): DurationMs {
  return Math.round(random() * doubled(FAILURE_WAIT_FIRST_MS, failures, FAILURE_WAIT_MAX_MS));
}

/** When the host may be queried again after the `refusals`-th rate limit in a row. */
export function resumesAt(now: Instant, retryAt: Instant | null, refusals: number): Instant {
  const nextMinute = instant((Math.floor(now / MINUTE_MS) + 1) * MINUTE_MS);
  const backedOff = plus(now, doubled(REFUSAL_WAIT_FIRST_MS, refusals, REFUSAL_WAIT_MAX_MS));
  return latest(retryAt ?? now, latest(nextMinute, backedOff));
}

function doubled(first: DurationMs, count: number, most: DurationMs): DurationMs {
  return Math.min(most, first * 2 ** (count - 1));
}
