import { formatInstant, type Instant, later } from "../domain/instant.ts";
import type { StreamName } from "../domain/record.ts";
import { type Window, windowText } from "../domain/window.ts";
import { SymbolNotServedError } from "../errors.ts";
import { loadProven } from "../load/load-proven.ts";
import { insertRows } from "../store/insert-rows.ts";
import type { StreamSupport } from "../venues/venue.ts";
import type { Coverage } from "./coverage.ts";
import { plan } from "./plan.ts";
import type { Session } from "./session.ts";
import { type Proven, type Walk, walkWindow } from "./walk.ts";

export type StreamRead = {
  readonly stream: StreamName;
  readonly symbol: string;
  readonly support: StreamSupport & { kind: "supported" };
  /** The history wanted of this stream. */
  readonly span: Window;
  readonly coverage: Coverage;
  readonly knownSymbols: readonly string[];
};

/** Reads what is not yet covered of one stream (of one symbol), and loads it as it is proven. Returns the number of new records. */
export async function readStream(session: Session, read: StreamRead): Promise<number> {
  const { stream, symbol, support } = read;
  const place = [session.accountId, stream, symbol].filter((word) => word !== "").join(" ");
  const { windows, gaps } = plan({
    span: read.span,
    settled: read.coverage.of(stream, symbol),
    windowMax: support.windowMax,
    retention: support.retention,
  });
  await recordGaps(session, stream, symbol, gaps, `${session.client.venue.title} no longer serves it`);
  const walk: Walk = {
    venue: session.client.venue,
    support,
    stream,
    symbol,
    where: place,
    knownSymbols: read.knownSymbols,
    fetchPage: (ask, where) =>
      session.client.call(
        session.client.venue.pageRequest(ask),
        where,
        (body) => session.client.venue.readPage(ask, body),
        session.signal,
      ),
  };
  let added = 0;
  for (const window of windows) {
    session.progress(`${place} ${windowText(window)}`);
    try {
      for await (const proven of walkWindow(walk, window)) added += await load(session, read, proven);
    } catch (error) {
      if (!(error instanceof SymbolNotServedError)) throw error;
      await recordGaps(
        session,
        stream,
        symbol,
        [{ from: window.from, until: read.span.until }],
        `${session.client.venue.title} does not serve this symbol`,
      );
      session.log("symbol_not_served", { account: session.accountId, stream, symbol });
      break;
    }
  }
  return added;
}

async function load(session: Session, read: StreamRead, proven: Proven): Promise<number> {
  session.signal.throwIfAborted();
  const added = await loadProven(session.store, {
    accountId: session.accountId,
    stream: read.stream,
    symbol: read.symbol,
    window: proven.window,
    rows: proven.rows,
    // The end of the wanted span is the venue's time at which the read was planned: the cautious choice, as the true one is later.
    readAt: later(read.span.until, -1),
    latenessMs: read.support.lateness,
    mayChange: read.support.mayChange,
    runId: session.runId,
  });
  // A quiet night should be a quiet log: of the hundreds of windows only those that brought something are named.
  if (added > 0) {
    session.log("window_loaded", {
      account: session.accountId,
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

/** The gaps of a stream are what the plan of today says they are: one that other evidence has covered goes away. */
async function recordGaps(
  session: Session,
  stream: StreamName,
  symbol: string,
  gaps: readonly Window[],
  reason: string,
): Promise<void> {
  const account_id = session.accountId;
  await session.store.db.transaction().execute(async (transaction) => {
    await transaction
      .deleteFrom("raw.gap")
      .where("account_id", "=", account_id)
      .where("stream", "=", stream)
      .where("symbol", "=", symbol)
      .execute();
    const rows = gaps.map((gap) => ({
      account_id,
      stream,
      symbol,
      from_time: formatInstant(gap.from),
      until_time: formatInstant(gap.until),
      reason,
    }));
    await insertRows(transaction, "raw.gap", ["account_id", "stream", "symbol", "from_time"], rows);
  });
}

/** The history to ask for: all of it up to and including the venue's present millisecond, which a snapshot may already show. */
export function spanUntilNow(from: Instant, now: Instant): Window {
  return { from, until: later(now, 1) };
}
