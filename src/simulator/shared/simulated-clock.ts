/**
 * The simulated venue's clock: it stands still or runs on from a given instant, whatever day it is outside.
 */
import { performance } from "node:perf_hooks";
import { type DurationMs, type Instant, instant, latest, plus } from "../../domain/instant.ts";

export type ClockPlan =
  | { readonly kind: "frozen"; readonly at: Instant }
  | { readonly kind: "running"; readonly startsAt: Instant }
  /**
   * It shows what another clock shows: one that a client's waiting moves, so that waits can be checked and
   * cost nothing.
   */
  | { readonly kind: "following"; readonly now: () => Instant };

export type SimulatedClock = {
  /** The venue's time: rows later than this have not happened. */
  now(): Instant;
  /**
   * The span of instants that a client may honestly take for the venue's present. A client that measured a
   * frozen clock and counted on would soon be "ahead" of it; one whose own clock is frozen too would not.
   * Both are right.
   */
  present(): { readonly earliest: Instant; readonly latest: Instant };
  /** What the venue answers when its time is requested: `now`, but for a skew. */
  shown(): Instant;
  /**
   * Moves the clock; a running one goes on from there. Throws a RangeError where the clock follows another.
   */
  set(at: Instant): void;
  /**
   * Shifts the shown time, and what counts as present, by this much from `now`. Which rows have happened does
   * not change.
   */
  skewBy(skew: DurationMs): void;
  /** False while it stands: then nobody can be told to wait until an instant. */
  readonly runs: boolean;
};

/** Milliseconds that only ever grow; for rates and for running clocks. */
export type Stopwatch = () => number;

export const realStopwatch: Stopwatch = () => performance.now();

export function makeClock(plan: ClockPlan, stopwatch: Stopwatch = realStopwatch): SimulatedClock {
  let base = plan.kind === "frozen" ? plan.at : plan.kind === "running" ? plan.startsAt : instant(0);
  let startedAt = stopwatch();
  let skew: DurationMs = 0;
  const counting = (): Instant => instant(base + Math.floor(stopwatch() - startedAt));
  const now = (): Instant =>
    plan.kind === "frozen" ? base : plan.kind === "running" ? counting() : plan.now();
  const shown = (): Instant => plus(now(), skew);
  return {
    now,
    shown,
    present: () => ({
      earliest: shown(),
      latest: plan.kind === "following" ? shown() : plus(latest(now(), counting()), skew),
    }),
    set: (at) => {
      if (plan.kind === "following") throw new RangeError("this clock follows another; move that one");
      base = at;
      startedAt = stopwatch();
    },
    skewBy: (by) => {
      skew = by;
    },
    runs: plan.kind !== "frozen",
  };
}
