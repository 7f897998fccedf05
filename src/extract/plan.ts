import { type DurationMs, type Instant, later, latest } from "../domain/instant.ts";
import { cutWindows, uncovered, type Window } from "../domain/window.ts";

export type Plan = {
  /** What to ask for, in order; none longer than the venue allows. */
  readonly windows: readonly Window[];
  /** What was never read and is no longer served. */
  readonly gaps: readonly Window[];
};

export type PlanInput = {
  /** The history wanted, up to now. */
  readonly span: Window;
  /** The windows proven complete and settled; they may touch and overlap. */
  readonly settled: readonly Window[];
  readonly windowMax: DurationMs;
  /** How far back the venue answers; null for no limit. */
  readonly retention: DurationMs | null;
};

/**
 * The venue's edge moves on while we ask. A window that begins this much inside it is still served when its turn comes.
 */
const RETENTION_MARGIN_MS: DurationMs = 10 * 60_000;

/**
 * Plans from coverage, not from a watermark: what is not covered is asked for, wherever it lies; so a hole left by a crash, a failed symbol
 * or a changed `since` closes by itself at the next run.
 */
export function plan({ span, settled, windowMax, retention }: PlanInput): Plan {
  const served = servedFrom(span.until, retention);
  const missing = uncovered(span, settled);
  const gaps: Window[] = [];
  const windows: Window[] = [];
  for (const hole of missing) {
    const from = served === null ? hole.from : latest(hole.from, served);
    if (from > hole.from) gaps.push({ from: hole.from, until: from < hole.until ? from : hole.until });
    if (from < hole.until) windows.push(...cutWindows({ from, until: hole.until }, windowMax));
  }
  return { windows, gaps };
}

/** The earliest instant it is safe to ask for; null where the venue keeps everything. */
export function servedFrom(now: Instant, retention: DurationMs | null): Instant | null {
  return retention === null ? null : later(now, RETENTION_MARGIN_MS - retention);
}
