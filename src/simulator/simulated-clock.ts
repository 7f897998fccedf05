/** The simulated venue's clock: it stands still or runs on from a given instant, whatever day it is outside. */
import { performance } from "node:perf_hooks";
import { type Instant, instant, latest } from "../domain/instant.ts";

export type ClockPlan =
  | { readonly kind: "frozen"; readonly at: Instant }
  | { readonly kind: "running"; readonly startsAt: Instant };

export type SimulatedClock = {
  /** The venue's time: rows later than this have not happened. */
  now(): Instant;
  /**
   * The span of instants that a client may honestly take for the venue's present. A client that measured a frozen clock and counted
   * on would soon be "ahead" of it; one whose own clock is frozen too would not. Both are right.
   */
  present(): { readonly earliest: Instant; readonly latest: Instant };
  /** Moves the clock; a running one goes on from there. */
  set(at: Instant): void;
};

/** Milliseconds that only ever grow; for rates and for running clocks. */
export type Stopwatch = () => number;

export const realStopwatch: Stopwatch = () => performance.now();

export function makeClock(plan: ClockPlan, stopwatch: Stopwatch = realStopwatch): SimulatedClock {
  let base = plan.kind === "frozen" ? plan.at : plan.startsAt;
  let startedAt = stopwatch();
  const counting = (): Instant => instant(base + Math.floor(stopwatch() - startedAt));
  const now = (): Instant => (plan.kind === "frozen" ? base : counting());
  return {
    now,
    present: () => ({ earliest: now(), latest: latest(now(), counting()) }),
    set: (at) => {
      base = at;
      startedAt = stopwatch();
    },
  };
}
