/**
 * Brings an account's raw records up to date. The order matters: the snapshot first, so that every stream is
 * read to beyond its instant and can be proven against it; income and forced orders before the streams that
 * are queried per symbol, because they name the symbols.
 */
import { earliest, formatInstant, type Instant, latest, parseUtcInstant } from "../domain/instant.ts";
import { EVERY_SYMBOL, STREAM_NAMES, type StreamName } from "../domain/record.ts";
import { RightMissingError, UsageError } from "../errors.ts";
import { settleProbes } from "../load/settle-probes.ts";
import { insertRows } from "../store/insert-rows.ts";
import { runSqlFile } from "../store/sql-file.ts";
import { type SupportedStream, supportOf } from "../venues/venue.ts";
import { readCoverage } from "./coverage.ts";
import type { Extraction, SyncOptions } from "./extraction.ts";
import { type Reach, reachOf } from "./plan.ts";
import { newProbeBound, type ProbeBound } from "./probe.ts";
import { readStream, type StreamRead, spanUntilNow } from "./read-stream.ts";
import { takeSnapshot } from "./take-snapshot.ts";

export type SyncResult = { readonly newRecords: number };

export async function syncAccount(extraction: Extraction, options: SyncOptions): Promise<SyncResult> {
  await extraction.client.measureClock(`${extraction.accountId} clock`, extraction.signal);
  const account = await openAccount(extraction, options);
  await takeSnapshot(extraction);
  const now = extraction.client.now();
  const readAt = extraction.client.surelyPast();
  const reaches = new Map<StreamName, { readonly reach: Reach; readonly probeBound: ProbeBound }>();
  const reachOfStream = (stream: StreamName, support: SupportedStream) => {
    const { until } = spanUntilNow(now, now);
    const known = reaches.get(stream) ?? {
      reach: reachOf(until, support.retention),
      probeBound: newProbeBound(),
    };
    reaches.set(stream, known);
    return known;
  };

  let newRecords = 0;
  // Of the reads of symbols, which are many; a stream of the account as a whole tells its own windows.
  let [readsDone, readsToDo] = [0, 0];
  const ofSymbols: Extraction = {
    ...extraction,
    progress: (what) =>
      extraction.progress(what, {
        of: `${extraction.accountId} symbols`,
        done: readsDone,
        total: readsToDo,
      }),
  };
  const coverage = await readCoverage(
    extraction.store.db,
    extraction.accountId,
    extraction.client.venue.streams,
  );
  const denied = new Set<StreamName>();
  const read = async (stream: StreamName, requested: RequestedSymbol, knownSymbols: readonly string[]) => {
    const support = supportOf(extraction.client.venue, stream);
    if (support === null || denied.has(stream)) return;
    const { symbol, isKnown, from } = requested;
    const { reach, probeBound } = reachOfStream(stream, support);
    const begun = [
      ...coverage.settled(stream, symbol),
      // With another `since`, what was a gap then is no history that is wanted now.
      ...(account.hadNoSince ? coverage.gaps(stream, symbol).map(({ window }) => window) : []),
    ].map((window) => window.from);
    const wanted: StreamRead = {
      stream,
      symbol,
      isKnown,
      support,
      span: spanUntilNow(startOfStream(options, reach, from, begun), now),
      readAt,
      historyFrom: from,
      reach,
      probeBound,
      coverage,
      knownSymbols,
    };
    try {
      // Not `newRecords += await …`, which would forget what other symbols added while this one was read.
      const added = await readStream(symbol === "" ? extraction : ofSymbols, wanted);
      newRecords += added;
    } catch (error) {
      if (!(error instanceof RightMissingError)) throw error;
      denied.add(stream);
    }
  };

  const streamsOf = (scope: "account" | "symbol") =>
    STREAM_NAMES.filter((stream) => supportOf(extraction.client.venue, stream)?.scope === scope);
  const listedBefore = (await readSymbols(extraction, options)).map(({ symbol }) => symbol);
  for (const stream of streamsOf("account")) {
    await read(stream, { symbol: "", isKnown: true, from: account.historyFrom }, listedBefore);
  }
  const symbols = await readSymbols(extraction, options);
  await forgetGaps(extraction, streamsOf("symbol"), symbols);
  const listed = symbols.map(({ symbol }) => symbol);
  const requested = symbols.map(({ symbol, isKnown, listedAt }) => ({
    symbol,
    isKnown,
    from: isKnown ? account.historyFrom : latest(account.historyFrom, listedAt),
  }));
  // Zero-fee fills leave no trace in the income, so the first sync requests every listed symbol; a later one
  // only for those known, and those refused before.
  const isDue = (stream: StreamName, { symbol, isKnown }: RequestedSymbol) =>
    isKnown || !account.isSwept || coverage.refused(stream, symbol) !== null;
  const reads = streamsOf("symbol").flatMap((stream) =>
    requested
      .filter((one) => isDue(stream, one))
      .map((one) => async () => {
        await read(stream, one, listed);
        readsDone += 1;
      }),
  );
  readsToDo = reads.length;
  await allConcurrently(reads, options.requestsAtOnce);
  // Once all symbols are read: what one of them has still been served proves the silence of the others.
  for (const stream of reaches.keys()) {
    await settleProbes(extraction.store, extraction.accountId, stream, extraction.runId);
  }
  await recordDenied(extraction, denied);
  if (!account.isSwept) await recordSweep(extraction, now);
  return { newRecords };
}

/**
 * Where a stream's history begins: as configured; or else where it `begun` to be read or refused, or as far
 * back as the venue is sure to serve.
 */
function startOfStream(
  options: SyncOptions,
  { sureFrom }: Reach,
  from: Instant,
  begun: readonly Instant[],
): Instant {
  if (options.since !== null || sureFrom === null) return from;
  return begun.reduce(earliest, latest(from, sureFrom));
}

/** A symbol to request ("" for the account as a whole), and since when. */
type RequestedSymbol = { readonly symbol: string; readonly isKnown: boolean; readonly from: Instant };

type AccountState = {
  readonly historyFrom: Instant;
  readonly isSwept: boolean;
  /** Whether the last run had no `since`. */
  readonly hadNoSince: boolean;
};

async function openAccount(extraction: Extraction, options: SyncOptions): Promise<AccountState> {
  const { db } = extraction.store;
  const { venue } = extraction.client;
  const known = await db
    .selectFrom("raw.account")
    .selectAll()
    .where("account_id", "=", extraction.accountId)
    .executeTakeFirst();
  if (known !== undefined && known.venue !== venue.id) {
    throw new UsageError({
      where: extraction.accountId,
      what: `the store knows this account on ${known.venue}, the configuration puts it on ${venue.id}`,
      next: "give the account another name, or use another store",
    });
  }
  const historyFrom = options.since ?? venue.historyBegins;
  const income = venue.streams.income;
  const reachesBeginning =
    historyFrom <= venue.historyBegins && income.kind === "supported" && income.retention === null;
  const row = {
    account_id: extraction.accountId,
    name: extraction.accountId,
    venue: venue.id,
    history_from: options.since === null ? null : formatInstant(options.since),
    is_from_beginning: reachesBeginning,
  };
  await db
    .insertInto("raw.account")
    .values({ ...row, last_sequence: "0", sweep_until: null })
    .onConflict((conflict) => conflict.column("account_id").doUpdateSet(row))
    .execute();
  return {
    historyFrom,
    isSwept: !options.sweepAgain && (known?.sweep_until ?? null) !== null,
    hadNoSince: known?.history_from === null,
  };
}

type ListedSymbol = { readonly symbol: string; readonly isKnown: boolean; readonly listedAt: Instant };

async function readSymbols(extraction: Extraction, options: SyncOptions): Promise<ListedSymbol[]> {
  type Row = { symbol: string; is_known: boolean; listed_at: string | null };
  const rows = await runSqlFile<Row>(extraction.store.db, "extract/symbols", {
    account_id: extraction.accountId,
    configured: JSON.stringify(options.symbols),
  });
  const { historyBegins } = extraction.client.venue;
  return rows.map((row) => ({
    symbol: row.symbol,
    isKnown: row.is_known,
    listedAt: row.listed_at === null ? historyBegins : parseUtcInstant(row.listed_at),
  }));
}

/**
 * A symbol that nothing names as the account's any more, such as one of a row that the venue took back, has
 * no history to have gaps in.
 */
async function forgetGaps(
  { store, accountId }: Extraction,
  streams: readonly StreamName[],
  symbols: readonly ListedSymbol[],
): Promise<void> {
  if (streams.length === 0) return;
  const known = symbols.flatMap(({ symbol, isKnown }) => (isKnown ? [symbol] : []));
  await store.db
    .deleteFrom("raw.gap")
    .where("account_id", "=", accountId)
    .where("stream", "in", streams)
    .where((where) => where.not(where("symbol", "in", ["", EVERY_SYMBOL, ...known])))
    .execute();
}

/**
 * Streams that the key may not read are not kept: said once, in `status`, instead of as a gap of every
 * symbol.
 */
async function recordDenied(extraction: Extraction, denied: ReadonlySet<StreamName>): Promise<void> {
  const account_id = extraction.accountId;
  await extraction.store.db.transaction().execute(async (transaction) => {
    await transaction.deleteFrom("raw.denied_stream").where("account_id", "=", account_id).execute();
    const reason = `the key lacks the right that ${extraction.client.venue.title} requires`;
    const rows = [...denied].map((stream) => ({ account_id, stream, reason }));
    await insertRows(transaction, "raw.denied_stream", ["account_id", "stream"], rows);
  });
  for (const stream of denied) extraction.log("right_missing", { account: account_id, stream });
}

async function recordSweep(extraction: Extraction, now: Instant): Promise<void> {
  await extraction.store.db
    .updateTable("raw.account")
    .set({ sweep_until: formatInstant(now) })
    .where("account_id", "=", extraction.accountId)
    .execute();
}

/**
 * Runs all tasks, some at once; after the first failure no further one is begun, and it is thrown when those
 * under way have ended.
 */
async function allConcurrently(tasks: readonly (() => Promise<void>)[], atOnce: number): Promise<void> {
  let position = 0;
  const failures: unknown[] = [];
  const worker = async () => {
    for (
      let task = tasks[position++];
      task !== undefined && failures.length === 0;
      task = tasks[position++]
    ) {
      await task().catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failures.length > 0) throw failures[0];
}
