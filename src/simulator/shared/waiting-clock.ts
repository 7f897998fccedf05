/**
 * A clock for a client and a venue in one test, in which time passes only by waiting: it moves to the end of
 * the earliest wait as soon as nobody has read it for a moment. So a wait costs no real time, but a client
 * that does not wait still comes too early.
 */
import type { Clock } from "../../clock.ts";
import { type Instant, latest, plus } from "../../domain/instant.ts";
import { realStopwatch, type Stopwatch } from "./simulated-clock.ts";

type WaitingClock = Clock & {
  /** Moves on to a later instant; an earlier one changes nothing. */
  reach(at: Instant): void;
};

type Wait = { readonly until: Instant; readonly end: () => void };

/**
 * Longer than a request takes from its signing to the venue; else it would arrive late by the waits of
 * others.
 */
const QUIET_MS = 20;

export function waitingClock(startsAt: Instant, stopwatch: Stopwatch = realStopwatch): WaitingClock {
  let now = startsAt;
  let requestedAt = stopwatch();
  let waits: readonly Wait[] = [];
  let isWatching = false;

  function watch(): void {
    if (isWatching || waits.length === 0) return;
    isWatching = true;
    setTimeout(() => {
      isWatching = false;
      if (stopwatch() - requestedAt >= QUIET_MS) endEarliest();
      watch();
    }, QUIET_MS);
  }

  function endEarliest(): void {
    const [earliest] = waits.toSorted((a, b) => a.until - b.until);
    if (earliest === undefined) return;
    waits = waits.filter((wait) => wait !== earliest);
    now = latest(now, earliest.until);
    requestedAt = stopwatch();
    earliest.end();
  }

  return {
    now: () => {
      requestedAt = stopwatch();
      return now;
    },
    elapsed: () => now - startsAt,
    sleep: (duration, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const onAbort = (): void => {
          waits = waits.filter((other) => other !== wait);
          reject(signal?.reason);
        };
        const end = (): void => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        };
        const wait: Wait = { until: plus(now, Math.ceil(Math.max(0, duration))), end };
        signal?.addEventListener("abort", onAbort, { once: true });
        waits = [...waits, wait];
        watch();
      }),
    reach: (at) => {
      now = latest(now, at);
    },
  };
}
