import { DAY_MS, type DurationMs, earliest, type Instant, later, latest } from "../domain/instant.ts";
import { append } from "../domain/lists.ts";
import { common, cutWindows, joined, uncovered, type Window } from "../domain/window.ts";

export type Plan = {
  /** What to ask for, in order; none longer than the venue allows. */
  readonly windows: readonly Window[];
  /** What was never read and is no longer served. */
  readonly gaps: readonly Window[];
};

export type PlanInput = {
  /** The history wanted, up to now. */
  readonly span: Window;
  /** The windows known to be complete and settled; they may touch and overlap. */
  readonly settled: readonly Window[];
  /** Those of them that were read when they were about to leave the retention; in order, none touching another. */
  readonly readLast: readonly Window[];
  /** What a proof says lacks a row: read again although it is settled, as far as it is served. In order, none touching another. */
  readonly doubtful: readonly Window[];
  readonly windowMax: DurationMs;
  /** How far back the venue answers; null for no limit. */
  readonly retention: DurationMs | null;
};

/** The venue's edge moves on while we ask. A window that begins this much inside it is still served when its turn comes. */
const RETENTION_MARGIN_MS: DurationMs = 10 * 60_000;

/**
 * Plans from coverage, not from a watermark: what is not covered is asked for, wherever it lies; so a hole left by a crash, a failed symbol
 * or a changed `since` closes by itself at the next run.
 */
export function plan(input: PlanInput): Plan {
  const { span, settled, windowMax, retention } = input;
  const served = servedFrom(span.until, retention);
  const gaps: Window[] = [];
  const windows: Window[] = [];
  for (const hole of uncovered(span, settled)) {
    const from = served === null ? hole.from : latest(hole.from, served);
    if (from > hole.from) gaps.push({ from: hole.from, until: earliest(from, hole.until) });
    if (from < hole.until) append(windows, cutWindows({ from, until: hole.until }, windowMax));
  }
  for (const known of joined([...lastReads(input), ...secondReads(input)])) {
    append(windows, cutWindows(known, windowMax));
  }
  return { windows, gaps };
}

/** The earliest instant it is safe to ask for; null where the venue keeps everything. */
export function servedFrom(now: Instant, retention: DurationMs | null): Instant | null {
  return retention === null ? null : later(now, RETENTION_MARGIN_MS - retention);
}

/** So long before it leaves the retention a window is due for its last read … */
const LAST_READ_MS: DurationMs = 10 * DAY_MS;
/** … which waits until a week is due, so that it costs one request a week and not one a night … */
const LAST_READ_SPAN_MS: DurationMs = 7 * DAY_MS;
/** … but never until the venue might serve it no more. */
const LAST_READ_LATEST_MS: DurationMs = 2 * DAY_MS;

/** The age from which a read of a window counts as its last one; null where nothing ever leaves, or leaves too soon to be worth a second read. */
export function lastReadAge(retention: DurationMs | null): DurationMs | null {
  return retention === null || retention < 2 * LAST_READ_MS ? null : retention - LAST_READ_MS;
}

/** What is settled and doubtful all the same. */
function secondReads({ span, settled, doubtful, retention }: PlanInput): Window[] {
  const served = {
    from: latest(span.from, servedFrom(span.until, retention) ?? span.from),
    until: span.until,
  };
  return served.from < served.until ? common(common([served], doubtful), joined(settled)) : [];
}

/**
 * A row may be inserted or changed long after its time. So a settled window is read once more before the venue stops serving it: what is
 * in the books then is all that the venue ever said.
 */
function lastReads({ span, settled, readLast, retention }: PlanInput): Window[] {
  const age = lastReadAge(retention);
  const served = servedFrom(span.until, retention);
  if (age === null || served === null) return [];
  const due = common(uncovered({ from: served, until: later(span.until, -age) }, readLast), settled);
  const first = due[0];
  if (first === undefined) return [];
  const total = due.reduce((sum, window) => sum + (window.until - window.from), 0);
  const isUrgent = first.from < later(served, LAST_READ_LATEST_MS);
  return total >= LAST_READ_SPAN_MS || isUrgent ? due : [];
}
