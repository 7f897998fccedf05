import { formatInstant, type Instant, plus } from "../domain/instant.ts";
import { NAMES_AS_SENT, type StreamName } from "../domain/record.ts";
import { difference, intersection, union, type Window, windowText } from "../domain/window.ts";
import { NotServedError, OutsideRetentionError, RightMissingError } from "../errors.ts";
import { loadProven } from "../load/load-proven.ts";
import { forgetRefused, recordRefused } from "../load/refused-symbols.ts";
import { insertRows } from "../store/insert-rows.ts";
import { markReread } from "../store/rereads.ts";
import type { SupportedStream } from "../venues/venue.ts";
import type { Coverage, Gap } from "./coverage.ts";
import type { Extraction } from "./extraction.ts";
import type { Walk } from "./page.ts";
import { type Plan, plan, type Reach } from "./plan.ts";
import { type ProbeBound, probeWindows } from "./probe.ts";
import { type Proven, walkWindow } from "./walk.ts";
import { walkByCursor } from "./walk-by-cursor.ts";

export type StreamRead = {
  readonly stream: StreamName;
  readonly symbol: string;
  /**
   * Whether anything names the symbol as the account's; false where it is requested only because it is
   * listed.
   */
  readonly isKnown: boolean;
  readonly support: SupportedStream;
  /** The history wanted of this stream. */
  readonly span: Window;
  /** What is surely past: rows of later may still come, whatever the end of the span. */
  readonly readAt: Instant;
  /** No history was before it. */
  readonly historyFrom: Instant;
  readonly reach: Reach;
  readonly probeBound: ProbeBound;
  readonly coverage: Coverage;
  /** What was read in this run by other means, and is not to be read again before the next. */
  readonly alreadyRead: readonly Window[];
  /**
   * Every symbol that a record names or the venue lists: to separate by what a single millisecond cannot
   * show.
   */
  readonly knownSymbols: readonly string[];
};

/**
 * Reads what is not yet covered of one stream (of one symbol), and loads it as it is proven. Returns the
 * number of new records. Throws a `RightMissingError` when the key may not read the stream at all.
 */
export async function readStream(extraction: Extraction, read: StreamRead): Promise<number> {
  const { stream, symbol, support } = read;
  const settled = settledOf(read);
  const doubtful = read.coverage.doubtful(stream, symbol);
  const { windows, probes, gaps } = planOf(read);
  const noLonger = `${extraction.client.venue.title} no longer serves it`;
  let found: readonly Gap[] = gaps.map((window) => ({ window, reason: noLonger }));
  // What nothing of the account ever named has no history to have holes in.
  let hasGaps = read.coverage.gaps(stream, symbol).length > 0;
  const saveGaps = async (all: readonly Gap[]) => {
    const saved = read.isKnown ? all : [];
    if (hasGaps || saved.length > 0) await recordGaps(extraction, stream, symbol, saved);
    hasGaps = saved.length > 0;
  };
  await saveGaps(untilRead(read, settled, found));
  const walk = walkOf(extraction, read);
  const walked = support.paging === "cursor" ? walkByCursor : walkWindow;
  let added = 0;
  let isOver = false;
  for (const [position, window] of windows.entries()) {
    extraction.progress(`${walk.where} ${windowText(window)}`);
    let { from } = window;
    try {
      for await (const proven of walked(walk, window)) {
        added += await load(extraction, read, proven);
        from = proven.window.until;
      }
    } catch (error) {
      if (!(error instanceof NotServedError)) throw error;
      if (error instanceof RightMissingError) {
        // Not a hole in a history but a history that is not kept: the caller says so once for the whole
        // stream.
        await recordGaps(extraction, stream, symbol, []);
        throw error;
      }
      // Only what is too old is a matter of the window; whatever else is not served will not be in the next
      // one either.
      isOver = !(error instanceof OutsideRetentionError);
      const unread = [{ from, until: window.until }, ...(isOver ? windows.slice(position + 1) : [])];
      // What was only to be read once more is known, though not for the last time.
      found = isOver
        ? await gapsOfRefusedSymbol(extraction, read, [...unread, ...found.map((gap) => gap.window)])
        : [...found, ...gapsOf(unread, settled, noLonger)];
      const event = isOver ? "symbol_not_served" : "window_not_served";
      extraction.log(event, { account: extraction.accountId, stream, symbol });
      if (isOver) break;
    }
  }
  if (!isOver && read.coverage.refused(stream, symbol) !== null) {
    await forgetRefused(extraction.store.db, { account_id: extraction.accountId, stream, symbol });
  }
  await saveGaps(found);
  // Not before all is read: a run that is stopped reads it again. What the venue does not serve is as read as
  // it will ever be.
  if (doubtful.length > 0) {
    await markReread(extraction.store.db, extraction.accountId, stream, symbol, readAtOf(read));
  }
  if (isOver || probes.length === 0) return added;
  const proven = await probeWindows(extraction, {
    symbol,
    readAt: readAtOf(read),
    windows: probes,
    bound: read.probeBound,
    walk,
    walked,
    load: async (rows) => {
      added += await load(extraction, read, rows);
    },
  });
  const left = found.flatMap(({ window, reason }) =>
    difference(window, proven).map((gap) => ({ window: gap, reason })),
  );
  if (proven.length > 0) await saveGaps(left);
  return added;
}

/** What is to be requested of it, and what is not served. */
export function planOf(read: StreamRead): Plan {
  const { stream, symbol, support, coverage } = read;
  return plan({
    span: read.span,
    historyFrom: read.historyFrom,
    reach: read.reach,
    settled: settledOf(read),
    readLast: coverage.readLast(stream, symbol),
    probed: coverage.probed(stream, symbol),
    doubtful: coverage.doubtful(stream, symbol),
    windowMax: support.windowMax,
  });
}

function settledOf({ coverage, stream, symbol, alreadyRead }: StreamRead): readonly Window[] {
  return union([...coverage.settled(stream, symbol), ...alreadyRead]);
}

/** How pages of the stream are requested. */
export function walkOf(
  { client, accountId, signal }: Extraction,
  {
    stream,
    symbol,
    support,
    knownSymbols,
  }: Pick<StreamRead, "stream" | "symbol" | "support" | "knownSymbols">,
): Walk {
  const { venue } = client;
  return {
    venue,
    support,
    stream,
    symbol,
    where: [accountId, stream, symbol].filter((word) => word !== "").join(" "),
    knownSymbols,
    fetchPage: (pageQuery, where) =>
      client.call(venue.pageRequest(pageQuery), where, (body) => venue.readPage(pageQuery, body), signal),
    fetchCursorPage: (pageQuery, where) =>
      client.call(
        venue.pageRequest(pageQuery),
        where,
        (body) => ({ rows: venue.readPage(pageQuery, body), next: venue.readCursor?.(body) ?? null }),
        signal,
      ),
  };
}

/** The end of the wanted span is the venue's time at which the read was planned. */
function readAtOf({ span }: StreamRead): Instant {
  return plus(span.until, -1);
}

/** The parts of the windows that are not known, with the reason. */
function gapsOf(windows: readonly Window[], known: readonly Window[], reason: string): readonly Gap[] {
  return union(windows)
    .flatMap((window) => difference(window, known))
    .map((window) => ({ window, reason }));
}

/** What was a gap stays the same one until all is read: a run that is stopped has not shown anything else. */
function untilRead(
  { coverage, stream, symbol, span }: StreamRead,
  settled: readonly Window[],
  planned: readonly Gap[],
): readonly Gap[] {
  const before = coverage
    .gaps(stream, symbol)
    .flatMap(({ window, reason }) => gapsOf(intersection([window], [span]), settled, reason));
  const known = before.map(({ window }) => window);
  return [...before, ...planned.flatMap(({ window, reason }) => gapsOf([window], known, reason))];
}

/**
 * All that is not known of a contract is one matter, however old it is, and ends where the venue first
 * refused it. One that nothing of the account ever named is no gap, but it is requested again, as it was
 * never swept.
 */
async function gapsOfRefusedSymbol(
  { client, store, accountId }: Extraction,
  { stream, symbol, span, isKnown, coverage }: StreamRead,
  unread: readonly Window[],
): Promise<readonly Gap[]> {
  const refused = await store.db
    .transaction()
    .execute((transaction) =>
      recordRefused(
        transaction,
        { account_id: accountId, stream, symbol },
        coverage.refused(stream, symbol),
        span.until,
      ),
    );
  if (!isKnown) return [];
  const known = [...coverage.settled(stream, symbol), refused];
  return gapsOf(unread, known, `${client.venue.title} does not serve this symbol`);
}

/** Loads what is proven of a stream by whatever means. Returns the number of new records. */
export async function load(extraction: Extraction, read: StreamRead, proven: Proven): Promise<number> {
  extraction.signal.throwIfAborted();
  const { venue } = extraction.client;
  const added = await loadProven(extraction.store, {
    accountId: extraction.accountId,
    stream: read.stream,
    symbol: read.symbol,
    window: proven.window,
    rows: proven.rows,
    readAt: read.readAt,
    latenessMs: read.support.lateness,
    pendingMaxMs: read.support.pendingMax ?? null,
    mayChange: read.support.mayChange,
    // What things are called makes no difference to that.
    isUnderstood: (body) => venue.decode(read.stream, body, NAMES_AS_SENT).kind === "known",
    runId: extraction.runId,
    evidence: { kind: "venue", note: "" },
  });
  // A quiet night should be a quiet log: of the hundreds of windows only those that brought something are
  // named.
  if (added > 0) {
    extraction.log("window_loaded", {
      account: extraction.accountId,
      stream: read.stream,
      symbol: read.symbol,
      from: formatInstant(proven.window.from),
      until: formatInstant(proven.window.until),
      rows: proven.rows.length,
      added,
    });
  }
  return added;
}

/**
 * The gaps of a stream are what the plan of today and the venue's refusals say they are: one that other
 * evidence has covered goes away.
 */
async function recordGaps(
  extraction: Extraction,
  stream: StreamName,
  symbol: string,
  gaps: readonly Gap[],
): Promise<void> {
  const account_id = extraction.accountId;
  await extraction.store.db.transaction().execute(async (transaction) => {
    await transaction
      .deleteFrom("raw.gap")
      .where("account_id", "=", account_id)
      .where("stream", "=", stream)
      .where("symbol", "=", symbol)
      .execute();
    const rows = gaps.map(({ window, reason }) => ({
      account_id,
      stream,
      symbol,
      from_time: formatInstant(window.from),
      until_time: formatInstant(window.until),
      reason,
    }));
    await insertRows(transaction, "raw.gap", ["account_id", "stream", "symbol", "from_time"], rows);
  });
}

/**
 * The history to request: all of it up to and including the venue's present millisecond, which a snapshot may
 * already show.
 */
export function spanUntilNow(from: Instant, now: Instant): Window {
  return { from, until: plus(now, 1) };
}
