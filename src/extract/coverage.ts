import { parseUtcInstant } from "../domain/instant.ts";
import { EVERY_SYMBOL, STREAM_NAMES, type StreamName } from "../domain/record.ts";
import { union, type Window } from "../domain/window.ts";
import { readRefused, refusedSpan } from "../load/refused-symbols.ts";
import { readRereads } from "../store/rereads.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";
import { supportOf, type Venue } from "../venues/venue.ts";
import { lastReadAge } from "./plan.ts";

/**
 * The settled coverage of one account and what is doubtful of it, as they were when they were read. Windows
 * are in order, and none touches another.
 */
export type Coverage = {
  /** What never needs to be queried again, but for a last time before it leaves the venue's retention. */
  settled(stream: StreamName, symbol: string): readonly Window[];
  /** What was requested that last time. */
  readLast(stream: StreamName, symbol: string): readonly Window[];
  /** What was requested once, beyond what the venue is sure to serve, and not proven. */
  probed(stream: StreamName, symbol: string): readonly Window[];
  /** What a proof says lacks a row, and is due to be read again. */
  doubtful(stream: StreamName, symbol: string): readonly Window[];
  /** What was a gap. */
  gaps(stream: StreamName, symbol: string): readonly Gap[];
  /**
   * Since when the venue has refused a contract of which nothing was heard; null for one that it served last.
   */
  refused(stream: StreamName, symbol: string): Window | null;
};

export type Gap = { readonly window: Window; readonly reason: string };

/**
 * Without silences where rows of other evidence are at hand: what they are of is no longer to be inferred.
 */
export async function readCoverage(
  db: Database,
  accountId: string,
  streams: Venue["streams"],
  { withSilences } = { withSilences: true },
): Promise<Coverage> {
  type Row = { stream: string; symbol: string; is_last_read: boolean; from_time: string; until_time: string };
  const rows = await runSqlFile<Row>(db, "extract/coverage", {
    account_id: accountId,
    with_silences: withSilences,
    last_read_ages_ms: JSON.stringify(lastReadAges(streams)),
  });
  const rereads = await readRereads(db, accountId);
  const spans = new Map<string, Window[]>();
  const keyOf = (stream: string, symbol: string, isLastRead: boolean) => `${stream}/${symbol}/${isLastRead}`;
  for (const row of rows) {
    const key = keyOf(row.stream, row.symbol, row.is_last_read);
    const windows = spans.get(key) ?? [];
    windows.push({ from: parseUtcInstant(row.from_time), until: parseUtcInstant(row.until_time) });
    spans.set(key, windows);
  }
  const of = (stream: StreamName, symbol: string, isLastRead: boolean): readonly Window[] =>
    union([
      ...(spans.get(keyOf(stream, symbol, isLastRead)) ?? []),
      ...(spans.get(keyOf(stream, EVERY_SYMBOL, isLastRead)) ?? []),
    ]);
  const probes = await readProbes(db, accountId);
  const gaps = await db.selectFrom("raw.gap").selectAll().where("account_id", "=", accountId).execute();
  const refused = await readRefused(db, accountId);
  return {
    gaps: (stream, symbol) =>
      gaps
        .filter((gap) => gap.stream === stream && gap.symbol === symbol)
        .map(({ from_time, until_time, reason }) => ({
          window: { from: parseUtcInstant(from_time), until: parseUtcInstant(until_time) },
          reason,
        })),
    refused: (stream, symbol) => {
      const row = refused.find((one) => one.stream === stream && one.symbol === symbol);
      return row === undefined ? null : refusedSpan(row);
    },
    probed: (stream, symbol) => probes.get(`${stream}/${symbol}`) ?? [],
    settled: (stream, symbol) => of(stream, symbol, false),
    readLast: (stream, symbol) => of(stream, symbol, true),
    doubtful: (stream, symbol) =>
      union(
        rereads
          .filter((one) => one.stream === stream && (symbol === "" || ["", symbol].includes(one.symbol)))
          .map(({ window }) => window),
      ),
  };
}

async function readProbes(db: Database, accountId: string): Promise<ReadonlyMap<string, readonly Window[]>> {
  const rows = await db.selectFrom("raw.probe").selectAll().where("account_id", "=", accountId).execute();
  const probes = new Map<string, Window[]>();
  for (const row of rows) {
    const key = `${row.stream}/${row.symbol}`;
    const windows = probes.get(key) ?? [];
    windows.push({ from: parseUtcInstant(row.from_time), until: parseUtcInstant(row.until_time) });
    probes.set(key, windows);
  }
  return probes;
}

function lastReadAges(streams: Venue["streams"]): Record<string, number> {
  const ages: Record<string, number> = {};
  for (const stream of STREAM_NAMES) {
    const age = lastReadAge(supportOf({ streams }, stream)?.retention ?? null);
    if (age !== null) ages[stream] = age;
  }
  return ages;
}
