import { type DurationMs, type Instant, instant } from "./domain/instant.ts";

/** The program's only source of time; handed in, so that a rehearsal can run at any instant. */
export type Clock = {
  /** The time of day; it may be set back or on at any moment. */
  now(): Instant;
  /**
   * Milliseconds since some moment, which only ever grow: for pace and waits. Whoever has slept finds them
   * grown by that much.
   */
  elapsed(): DurationMs;
  /** Resolves after `duration`, or rejects with the signal's reason when it is aborted first. */
  sleep(duration: DurationMs, signal?: AbortSignal): Promise<void>;
};

export const systemClock: Clock = {
  now: () => instant(Date.now()),
  elapsed: () => Math.floor(performance.now()),
  sleep: sleepReally,
};

/**
 * A clock that stands still, and waits for nothing: the same input then gives the same bytes on any day. For
 * rehearsals.
 */
export function rehearsalClock(at: Instant): Clock {
  let slept: DurationMs = 0;
  return {
    now: () => at,
    elapsed: () => slept,
    sleep: async (duration, signal) => {
      signal?.throwIfAborted();
      slept += duration;
    },
  };
}

function sleepReally(duration: DurationMs, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, duration);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
