import { type DurationMs, type Instant, instant } from "./domain/instant.ts";

/** The program's only source of time; handed in, so that a rehearsal can run at any instant. */
export type Clock = {
  now(): Instant;
  /** Resolves after `duration`, or rejects with the signal's reason when it is aborted first. */
  sleep(duration: DurationMs, signal?: AbortSignal): Promise<void>;
};

export const systemClock: Clock = { now: () => instant(Date.now()), sleep: sleepReally };

/** A clock that stands still, and waits for nothing: the same input then gives the same bytes on any day. For rehearsals. */
export function rehearsalClock(at: Instant): Clock {
  return {
    now: () => at,
    sleep: async (_duration, signal) => signal?.throwIfAborted(),
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
