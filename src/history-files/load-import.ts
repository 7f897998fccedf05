/**
 * Loads the rows of a venue's file into the spans that nothing else covers.
 *
 * Problem: a file's rows say the same as the interface's, but with whole seconds and without some ids, so the
 * two cannot be matched row by row: merging by content would double some rows and drop real twins. Choice:
 * time decides. Where the venue's interface (or an earlier file) has covered a span, its rows stand and the
 * file's are left out; where nothing has, the file's rows are loaded and the span counts as covered by
 * import. Only where such a span nevertheless holds rows of the interface are rows matched one by one, by the
 * ids that both have: in a second that a span's edge cuts in two, and in what was read but had not settled
 * when the interface ceased to serve it.
 */
import { earliest, formatInstant, type Instant, latest, parseUtcInstant } from "../domain/instant.ts";
import { difference, type Window } from "../domain/window.ts";
import { closeGap, gapsWithin } from "../load/close-gap.ts";
import { loadProven } from "../load/load-proven.ts";
import { insertRows } from "../store/insert-rows.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database, Store, Transaction } from "../store/store.ts";
import type { Download } from "./downloads.ts";
import { type Piece, readPieces, type StagedRow, secondAfter, secondOf } from "./staged-rows.ts";

export type ImportLoad = {
  readonly accountId: string;
  readonly importNumber: number;
  readonly runId: string;
  readonly download: Download;
  /** What the files cover. */
  readonly span: Window;
  /** The settled coverage of a symbol ("" for income). */
  readonly settled: (symbol: string) => readonly Window[];
  /** Symbols that are known besides those of the rows: where a file has no row of one, there was none. */
  readonly knownSymbols: readonly string[];
  readonly progress: (rows: number) => void;
  /** Whether a row of this body can be booked. */
  readonly isUnderstood: (body: string) => boolean;
};

/**
 * Returns how many rows were loaded. Each piece of a span is loaded by itself, so that a killed import goes
 * on after the last one.
 */
export async function loadImport(store: Store, load: ImportLoad): Promise<number> {
  let loaded = 0;
  for (const scope of await scopesOf(store.db, load)) {
    for (const window of difference(load.span, load.settled(scope))) {
      for await (const piece of readPieces(store.db, load.accountId, load.download, scope, window)) {
        loaded += await loadPiece(store, load, scope, piece);
        load.progress(loaded);
      }
    }
  }
  return loaded;
}

async function scopesOf(db: Database, { accountId, download, knownSymbols }: ImportLoad): Promise<string[]> {
  if (download.stream === "income") return [""];
  const rows = await db
    .selectFrom("raw.file_row")
    .select("scope")
    .distinct()
    .where("account_id", "=", accountId)
    .where("stream", "=", download.stream)
    .execute();
  return [...new Set([...knownSymbols, ...rows.map((row) => row.scope)])];
}

async function loadPiece(
  store: Store,
  load: ImportLoad,
  scope: string,
  { window, rows: all }: Piece,
): Promise<number> {
  const { accountId, download } = load;
  const { stream } = download;
  const rows = await withoutKnown(store.db, load, scope, window, all);
  const added = await loadProven(store, {
    accountId,
    stream,
    symbol: scope,
    window,
    rows: rows.map((row) => ({ ...row, identity: ["import", ...row.identity] })),
    readAt: window.until,
    latenessMs: 0,
    pendingMaxMs: null,
    mayChange: [],
    isUnderstood: load.isUnderstood,
    runId: load.runId,
    evidence: { kind: "import", note: download.name },
  });
  await store.db.transaction().execute((transaction) => fillGaps(transaction, load, scope, window));
  return added;
}

/** Keeps which parts of gaps were filled, so that they are gaps again when the import is taken back. */
async function fillGaps(
  transaction: Transaction,
  { accountId, importNumber, download }: ImportLoad,
  scope: string,
  window: Window,
): Promise<void> {
  for (const gap of await gapsWithin(transaction, accountId, window)) {
    if (gap.stream !== download.stream || gap.symbol !== scope) continue;
    const whole = { from: parseUtcInstant(gap.from_time), until: parseUtcInstant(gap.until_time) };
    const part = { from: latest(whole.from, window.from), until: earliest(whole.until, window.until) };
    await closeGap(transaction, gap, part);
    await insertRows(
      transaction,
      "raw.import_gap",
      ["account_id", "import_number", "stream", "symbol", "from_time"],
      [
        {
          ...gap,
          import_number: importNumber,
          from_time: formatInstant(part.from),
          until_time: formatInstant(part.until),
        },
      ],
    );
  }
}

/** Leaves out rows of events that the interface gave a record of: as many of each second as it gave. */
async function withoutKnown(
  db: Database,
  load: ImportLoad,
  symbol: string,
  window: Window,
  candidates: readonly StagedRow[],
): Promise<readonly StagedRow[]> {
  if (candidates.length === 0) return candidates;
  const given = await runSqlFile<{ match_key: string; second: string; records: number }>(
    db,
    "history-files/matches",
    {
      account_id: load.accountId,
      stream: load.download.stream,
      symbol,
      from_second: formatInstant(secondOf(window.from)),
      until_second: formatInstant(secondAfter(window.until)),
    },
  );
  const keyOf = (second: Instant, matchKey: string) => `${second} ${matchKey}`;
  const unmatched = new Map(
    given.map((row) => [keyOf(parseUtcInstant(row.second), row.match_key), row.records]),
  );
  return candidates.filter((row) => {
    const key = keyOf(row.occurredAt, row.matchKey);
    const left = unmatched.get(key) ?? 0;
    unmatched.set(key, left - 1);
    return left <= 0;
  });
}
