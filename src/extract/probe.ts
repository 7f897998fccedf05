/**
 * Requests what a venue may still serve though not every document says so: once, from the newest window back,
 * until it refuses.
 *
 * Rows that come prove the time from the oldest of them on, as the venue's memory reached at least as far.
 * What was before it, and a window without rows, prove nothing, and are remembered as requested
 * (`load/settle-probes.ts` makes more of them when other symbols have older rows).
 */
import { earliest, formatInstant, type Instant, latest } from "../domain/instant.ts";
import { append } from "../domain/lists.ts";
import { union, type Window, windowText } from "../domain/window.ts";
import { NotServedError, OutsideRetentionError, RequestRefusedError, RightMissingError } from "../errors.ts";
import { recordProbes } from "../load/settle-probes.ts";
import type { VerbatimRow } from "../venues/venue.ts";
import type { Extraction } from "./extraction.ts";
import type { Walk } from "./page.ts";
import type { Proven } from "./walk.ts";

/**
 * What one symbol's refusal tells of the stream: windows that begin no later are too old for the others too.
 * One for a stream and a run.
 */
export type ProbeBound = {
  tooOld: Instant | null;
  /** One symbol after the other, so that the first refusal spares all others theirs. */
  turn: Promise<unknown>;
};

export function newProbeBound(): ProbeBound {
  return { tooOld: null, turn: Promise.resolve() };
}

export type Probe = {
  readonly symbol: string;
  readonly readAt: Instant;
  /** Newest first. */
  readonly windows: readonly Window[];
  readonly bound: ProbeBound;
  readonly walk: Walk;
  readonly walked: (walk: Walk, window: Window) => AsyncGenerator<Proven>;
  /** Loads what rows have proven. */
  readonly load: (proven: Proven) => Promise<void>;
};

/** Returns what rows have proven. */
export function probeWindows(extraction: Extraction, probe: Probe): Promise<readonly Window[]> {
  const { bound } = probe;
  const turn = bound.turn.then(() => probeInTurn(extraction, probe));
  bound.turn = turn.catch(() => undefined);
  return turn;
}

async function probeInTurn(extraction: Extraction, probe: Probe): Promise<readonly Window[]> {
  const { windows, walk } = probe;
  const found: Window[] = [];
  for (const [position, window] of windows.entries()) {
    extraction.progress(`${walk.where} ${windowText(window)}`);
    const rows = await rowsOf(extraction, probe, window);
    if (rows === "too old") await remember(extraction, probe, union(windows.slice(position)));
    if (rows === "too old" || rows === "refused") break;
    const from = rows.map((row) => row.occurredAt).reduce(earliest, window.until);
    if (from < window.until) {
      const proven = { from, until: window.until };
      await probe.load({ window: proven, rows });
      found.push(proven);
    }
    await remember(extraction, probe, from > window.from ? [{ from: window.from, until: from }] : []);
  }
  return found;
}

/**
 * The venue is not held to what only some document allows, whatever it says; but only what it says of age is
 * remembered.
 */
async function rowsOf(
  extraction: Extraction,
  { walk, walked, bound, symbol }: Probe,
  window: Window,
): Promise<readonly VerbatimRow[] | "too old" | "refused"> {
  if (bound.tooOld !== null && window.from <= bound.tooOld) return "too old";
  const rows: VerbatimRow[] = [];
  try {
    for await (const proven of walked(walk, window)) append(rows, proven.rows);
    return rows;
  } catch (error) {
    const isRefusal = error instanceof NotServedError || error instanceof RequestRefusedError;
    if (!isRefusal || error instanceof RightMissingError) throw error;
    extraction.log("probe_refused", { account: extraction.accountId, stream: walk.stream, symbol });
    if (!(error instanceof OutsideRetentionError)) return "refused";
    bound.tooOld = bound.tooOld === null ? window.from : latest(bound.tooOld, window.from);
    return "too old";
  }
}

async function remember(
  { store, accountId }: Extraction,
  { symbol, readAt, walk }: Probe,
  windows: readonly Window[],
): Promise<void> {
  await recordProbes(
    store,
    windows.map(({ from, until }) => ({
      account_id: accountId,
      stream: walk.stream,
      symbol,
      from_time: formatInstant(from),
      until_time: formatInstant(until),
      read_at: formatInstant(readAt),
    })),
  );
}
