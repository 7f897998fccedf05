/**
 * The end of a command's time, and of the patience with what was told to stop. Every stage heeds the signal
 * between two steps; but a step may wait for something that never comes, a server that neither answers nor
 * hangs up, and a run that waits for ever holds its locks for every later night.
 */
import { setMaxListeners } from "node:events";
import {
  DAY_MS,
  type DurationMs,
  HOUR_MS,
  MINUTE_MS,
  readMilliseconds,
  SECOND_MS,
} from "../domain/instant.ts";
import {
  DeadlinePassedError,
  durationText,
  InterruptedError,
  PerpbooksError,
  UsageError,
} from "../errors.ts";
import type { Progress } from "./progress.ts";

/** What was told to stop may take so long to do it: a batch under way, a transaction's end. */
const GRACE_MS: DurationMs = 10 * SECOND_MS;
/** A little longer, for who only waits for a command that has words of its own about its end. */
export const LAST_GRACE_MS: DurationMs = GRACE_MS + SECOND_MS;

const UNITS: Readonly<Record<string, DurationMs>> = { s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS };
/** A timer's number has 31 bits. */
const LONGEST_MS: DurationMs = 24 * DAY_MS;

/** Reads `90s`, `30m`, `6h`; null for none. Throws a `UsageError`. */
export function readDeadline(text: string | undefined): DurationMs | null {
  if (text === undefined) return null;
  const [, digits = "", unit = ""] = /^(\d{1,9})([smh])$/.exec(text) ?? [];
  const duration = (readMilliseconds(digits) ?? 0) * (UNITS[unit] ?? 0);
  if (duration > 0 && duration <= LONGEST_MS) return duration;
  throw new UsageError({
    where: "--deadline",
    what: `a time such as 90s, 30m or 6h was expected, found "${text}"`,
    evidence: ["nothing was done"],
    next: "correct it",
  });
}

/** Gives `work` a signal that is aborted by `signal`, and when the time is over; null for no end. */
export async function withinDeadline<Value>(
  deadlineMs: DurationMs | null,
  signal: AbortSignal,
  progress: Progress,
  work: (signal: AbortSignal, progress: Progress) => Promise<Value>,
): Promise<Value> {
  if (deadlineMs === null) return work(signal, progress);
  const ending = new AbortController();
  heardByMany(ending.signal);
  const onAbort = () => ending.abort(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  let doing = "it had not begun";
  const watched: Progress = {
    ...progress,
    doing: (what, share) => {
      doing = `it was at: ${what}`;
      progress.doing(what, share);
    },
  };
  const timer = setTimeout(() => ending.abort(deadlinePassed(deadlineMs, doing)), deadlineMs);
  try {
    return await orAbandoned(work(ending.signal, watched), ending.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}

/**
 * As many wait for it as there are requests and queries under way. Node takes more than ten for a leak, and
 * says so on stderr.
 */
function heardByMany(signal: AbortSignal): void {
  setMaxListeners(0, signal);
}

/**
 * What `work` comes to; or the signal's reason, where `work` has not ended some time after it was told to.
 */
export async function orAbandoned<Value>(
  work: Promise<Value>,
  signal: AbortSignal,
  graceMs: DurationMs = GRACE_MS,
): Promise<Value> {
  heardByMany(signal);
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  const abandoned = new Promise<never>((_, reject) => {
    onAbort = () => {
      timer = setTimeout(() => reject(asAbandoned(signal.reason, graceMs)), graceMs);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, abandoned]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}

function deadlinePassed(deadlineMs: DurationMs, doing: string): DeadlinePassedError {
  return new DeadlinePassedError({
    where: "perpbooks",
    what: `the deadline of ${durationText(deadlineMs)} is over`,
    evidence: [doing, "what was done is kept; nothing is half-written"],
    next: "run the same command again: it goes on where this one stopped; if it stops at the same place again, look at what it waits for there, or give it more time",
  });
}

function asAbandoned(reason: unknown, graceMs: DurationMs): unknown {
  if (!(reason instanceof PerpbooksError)) return reason;
  const { words } = reason;
  return new InterruptedError(
    {
      ...words,
      evidence: [
        ...(words.evidence ?? []),
        `something did not stop within ${durationText(graceMs)} of being told to, and is left as it stands`,
      ],
    },
    { cause: reason },
  );
}
