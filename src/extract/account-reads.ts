/** The reads of one account in one run, all as of one instant: what is wanted of each stream and contract. */
import { earliest, type Instant, latest } from "../domain/instant.ts";
import type { StreamName } from "../domain/record.ts";
import type { Window } from "../domain/window.ts";
import { RightMissingError } from "../errors.ts";
import { type SupportedStream, supportOf } from "../venues/venue.ts";
import { type Coverage, readCoverage } from "./coverage.ts";
import type { Extraction, SyncOptions } from "./extraction.ts";
import type { AccountState } from "./open-account.ts";
import { type Reach, reachOf } from "./plan.ts";
import { newProbeBound, type ProbeBound } from "./probe.ts";
import { readStream, type StreamRead, spanUntilNow } from "./read-stream.ts";

/** A symbol to request ("" for the account as a whole), and since when. */
export type RequestedSymbol = { readonly symbol: string; readonly isKnown: boolean; readonly from: Instant };

export type AccountReads = {
  readonly readAt: Instant;
  /** The streams that the key may not read. */
  readonly denied: ReadonlySet<StreamName>;
  newRecords(): number;
  /** As it was when it was last refreshed. */
  coverage(): Coverage;
  refreshCoverage(): Promise<void>;
  /** Null where the venue has no such stream, or the key may not read it. */
  wanted(stream: StreamName, requested: RequestedSymbol, listed: readonly string[]): StreamRead | null;
  /** Reads and loads it; of a stream that the key may not read, once and no more. */
  read(wanted: StreamRead): Promise<void>;
};

export async function beginReads(
  extraction: Extraction,
  options: SyncOptions,
  account: AccountState,
): Promise<AccountReads> {
  const { client, store, accountId } = extraction;
  const now = client.now();
  const readAt = client.surelyPast();
  const denied = new Set<StreamName>();
  const reaches = new Map<StreamName, { readonly reach: Reach; readonly probeBound: ProbeBound }>();
  const reachOfStream = (stream: StreamName, { retention }: SupportedStream) => {
    const { until } = spanUntilNow(now, now);
    const known = reaches.get(stream) ?? { reach: reachOf(until, retention), probeBound: newProbeBound() };
    reaches.set(stream, known);
    return known;
  };
  let newRecords = 0;
  let coverage = await readCoverage(store.db, accountId, client.venue.streams);
  return {
    readAt,
    denied,
    newRecords: () => newRecords,
    coverage: () => coverage,
    refreshCoverage: async () => {
      coverage = await readCoverage(store.db, accountId, client.venue.streams);
    },
    wanted: (stream, { symbol, isKnown, from }, knownSymbols) => {
      const support = supportOf(client.venue, stream);
      if (support === null || denied.has(stream)) return null;
      const { reach, probeBound } = reachOfStream(stream, support);
      const begun = [
        ...coverage.settled(stream, symbol),
        // With another `since`, what was a gap then is no history that is wanted now.
        ...(account.hadNoSince ? coverage.gaps(stream, symbol).map(({ window }) => window) : []),
      ];
      const span = spanUntilNow(startOfStream(options, reach, from, begun), now);
      return {
        stream,
        symbol,
        isKnown,
        support,
        span,
        readAt,
        historyFrom: from,
        reach,
        probeBound,
        coverage,
        alreadyRead: [],
        knownSymbols,
      };
    },
    read: async (wanted) => {
      if (denied.has(wanted.stream)) return;
      try {
        // Not `newRecords += await …`, which would forget what other symbols added while this one was read.
        const added = await readStream(extraction, wanted);
        newRecords += added;
      } catch (error) {
        if (!(error instanceof RightMissingError)) throw error;
        denied.add(wanted.stream);
      }
    },
  };
}

/**
 * Where a stream's history begins: as configured; or else where it `begun` to be read or refused, or as far
 * back as the venue is sure to serve.
 */
function startOfStream(
  options: SyncOptions,
  { sureFrom }: Reach,
  from: Instant,
  begun: readonly Window[],
): Instant {
  if (options.since !== null || sureFrom === null) return from;
  return begun.map((window) => window.from).reduce(earliest, latest(from, sureFrom));
}
