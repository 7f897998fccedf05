import { DAY_MS, type DurationMs, earliest, type Instant, latest, plus } from "../domain/instant.ts";
import { append } from "../domain/lists.ts";
import { cutWindows, difference, intersection, union, type Window } from "../domain/window.ts";
import type { Retention } from "../venues/venue.ts";

export type Plan = {
  /** What to request, in order; none longer than the venue allows. */
  readonly windows: readonly Window[];
  /**
   * What to request once, newest first: the venue may still serve it, but an answer without rows proves
   * nothing.
   */
  readonly probes: readonly Window[];
  /** What was never read and is not sure to be served; rows of the probes may prove some of it. */
  readonly gaps: readonly Window[];
};

/**
 * How far back a stream is served, as of one instant: the one bound of a run, wherever it is requested. Null
 * for no limit.
 */
export type Reach = {
  readonly sureFrom: Instant | null;
  readonly possibleFrom: Instant | null;
  /** What ends before it is due for its last read. */
  readonly lastReadUntil: Instant | null;
};

export type PlanInput = {
  /** The history wanted, up to now. */
  readonly span: Window;
  /**
   * No history was before it: where there is no wish, a span begins where the venue is sure to serve, and
   * what is possible before it is requested all the same.
   */
  readonly historyFrom: Instant;
  readonly reach: Reach;
  /** The windows known to be complete and settled; they may touch and overlap. */
  readonly settled: readonly Window[];
  /**
   * Those of them that were read when they were about to leave the retention; in order, none touching
   * another.
   */
  readonly readLast: readonly Window[];
  /** What was requested once, and not proven. */
  readonly probed: readonly Window[];
  /**
   * What a proof says lacks a row: read again although it is settled, as far as it is served. In order, none
   * touching another.
   */
  readonly doubtful: readonly Window[];
  readonly windowMax: DurationMs;
};

/**
 * The venue's edge moves on while we ask. A window that begins this much inside it is still served when its
 * turn comes.
 */
const RETENTION_MARGIN_MS: DurationMs = 10 * 60_000;

/**
 * Plans from coverage, not from a watermark: what is not covered is requested, wherever it lies; so a hole
 * left by a crash, a failed symbol or a changed `since` closes by itself at the next run.
 */
export function plan(input: PlanInput): Plan {
  const { span, settled, windowMax, reach } = input;
  const { sureFrom } = reach;
  const gaps: Window[] = [];
  const windows: Window[] = [];
  for (const hole of difference(span, settled)) {
    const from = sureFrom === null ? hole.from : latest(hole.from, sureFrom);
    if (from > hole.from) gaps.push({ from: hole.from, until: earliest(from, hole.until) });
    if (from < hole.until) append(windows, cutWindows({ from, until: hole.until }, windowMax));
  }
  for (const known of union([...lastReads(input), ...secondReads(input)])) {
    append(windows, cutWindows(known, windowMax));
  }
  return { windows, probes: probesOf(input), gaps };
}

function probesOf({ span, historyFrom, settled, probed, windowMax, reach }: PlanInput): Window[] {
  if (reach.sureFrom === null || reach.possibleFrom === null) return [];
  const possible = {
    from: latest(historyFrom, reach.possibleFrom),
    until: earliest(reach.sureFrom, span.until),
  };
  return difference(possible, [...settled, ...probed])
    .flatMap((hole) => [...cutWindows(hole, windowMax)])
    .toReversed();
}

/** As of `until`, the end of the span that is planned. */
export function reachOf(until: Instant, retention: Retention | null): Reach {
  const age = lastReadAge(retention);
  return {
    sureFrom: retention === null ? null : plus(until, RETENTION_MARGIN_MS - retention.sure),
    possibleFrom: retention === null ? null : plus(until, RETENTION_MARGIN_MS - retention.possible),
    lastReadUntil: age === null ? null : plus(until, -age),
  };
}

/** How long before it leaves the retention a window is due for its last read. */
const LAST_READ_MS: DurationMs = 10 * DAY_MS;
/** Last reads wait until so much is due, so that they cost one request a week and not one a night. */
const LAST_READ_SPAN_MS: DurationMs = 7 * DAY_MS;
/** No last read waits longer than this before the window leaves the retention. */
const LAST_READ_LATEST_MS: DurationMs = 2 * DAY_MS;

/**
 * The age from which a read of a window counts as its last one; null where nothing ever leaves, or leaves too
 * soon to be worth a second read.
 */
export function lastReadAge(retention: Retention | null): DurationMs | null {
  return retention === null || retention.sure < 2 * LAST_READ_MS ? null : retention.sure - LAST_READ_MS;
}

/** What is settled and doubtful all the same. */
function secondReads({ span, settled, doubtful, reach }: PlanInput): Window[] {
  const served = { from: latest(span.from, reach.sureFrom ?? span.from), until: span.until };
  return served.from < served.until ? intersection(intersection([served], doubtful), union(settled)) : [];
}

/**
 * A row may be inserted or changed long after its time. So a settled window is read once more before the
 * venue stops serving it: what is in the books then is all that the venue ever said.
 */
function lastReads({ settled, readLast, reach }: PlanInput): Window[] {
  const { sureFrom, lastReadUntil } = reach;
  if (sureFrom === null || lastReadUntil === null) return [];
  const due = intersection(difference({ from: sureFrom, until: lastReadUntil }, readLast), settled);
  const first = due[0];
  if (first === undefined) return [];
  const total = due.reduce((sum, window) => sum + (window.until - window.from), 0);
  const isUrgent = first.from < plus(sureFrom, LAST_READ_LATEST_MS);
  return total >= LAST_READ_SPAN_MS || isUrgent ? due : [];
}
