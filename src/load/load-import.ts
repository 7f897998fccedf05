/**
 * Loads what a file of the venue's holds into the spans that nothing else covers.
 *
 * Problem: a file's rows say the same as the interface's, but with whole seconds and without some ids, so the two cannot be told apart row by row:
 * merging by content would double some rows and drop real twins. Choice: time decides. Where the venue's interface (or an earlier
 * file) has covered a span, its rows stand and the file's are left out; where nothing has, the file's rows are loaded and the span counts
 * as covered by import. Only where rows of the interface lie in such a span all the same are rows matched one by one, by the ids that both have:
 * in a second that a span's edge cuts in two, and in what was read but had not settled when the interface ceased to serve it.
 */
import {
  earliest,
  formatInstant,
  type Instant,
  instant,
  later,
  latest,
  parseUtcInstant,
  SECOND_MS,
} from "../domain/instant.ts";
import { uncovered, type Window } from "../domain/window.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database, Store } from "../store/store.ts";
import { closeGap, gapsWithin } from "./close-gap.ts";
import { loadProven } from "./load-proven.ts";

export type ImportRow = {
  readonly identity: readonly string[];
  readonly symbol: string;
  /** A whole second. */
  readonly occurredAt: Instant;
  readonly body: string;
  /** What a row of the venue's interface of the same event has in common with it. */
  readonly matchKey: string;
};

export type ImportLoad = {
  readonly accountId: string;
  readonly stream: "income" | "fills";
  /** The files' names, for people. */
  readonly note: string;
  readonly rows: readonly ImportRow[];
  /** What the files cover. */
  readonly span: Window;
  /** The settled coverage of a symbol ("" for income). */
  readonly settled: (symbol: string) => readonly Window[];
  /** Symbols that are known beside those of the rows: that a file has no row of one shows that there were none. */
  readonly knownSymbols: readonly string[];
  readonly runId: string;
};

export type ImportOutcome = {
  readonly loaded: number;
  readonly leftOut: number;
  readonly windows: readonly Window[];
};

export async function loadImport(store: Store, load: ImportLoad): Promise<ImportOutcome> {
  const rowsOf = load.stream === "income" ? new Map([["", load.rows]]) : bySymbol(load);
  let loaded = 0;
  const windows: Window[] = [];
  for (const [symbol, rows] of rowsOf) {
    for (const window of uncovered(load.span, load.settled(symbol))) {
      loaded += await loadWindow(store, load, symbol, window, rows);
      windows.push(window);
    }
  }
  return { loaded, leftOut: load.rows.length - loaded, windows };
}

/** In one pass: an account knows hundreds of symbols, and a file has hundreds of thousands of rows. */
function bySymbol({ rows, knownSymbols }: ImportLoad): ReadonlyMap<string, readonly ImportRow[]> {
  const rowsOf = new Map<string, ImportRow[]>(knownSymbols.map((symbol) => [symbol, []]));
  for (const row of rows) {
    const before = rowsOf.get(row.symbol);
    if (before === undefined) rowsOf.set(row.symbol, [row]);
    else before.push(row);
  }
  return rowsOf;
}

async function loadWindow(
  store: Store,
  load: ImportLoad,
  symbol: string,
  window: Window,
  all: readonly ImportRow[],
): Promise<number> {
  const { accountId, stream } = load;
  const firstSecond = secondOf(window.from);
  const candidates = all.filter((row) => row.occurredAt >= firstSecond && row.occurredAt < window.until);
  const rows = await withoutKnown(store.db, load, symbol, window, candidates);
  const added = await loadProven(store, {
    accountId,
    stream,
    symbol,
    window,
    rows: rows.map((row) => ({ ...row, identity: ["import", ...row.identity] })),
    readAt: window.until,
    latenessMs: 0,
    pendingMaxMs: null,
    mayChange: [],
    runId: load.runId,
    evidence: { kind: "import", note: load.note },
  });
  await store.db.transaction().execute(async (transaction) => {
    for (const gap of await gapsWithin(transaction, accountId, window)) {
      if (gap.stream !== stream || gap.symbol !== symbol) continue;
      const whole = { from: parseUtcInstant(gap.from_time), until: parseUtcInstant(gap.until_time) };
      await closeGap(transaction, gap, {
        from: latest(whole.from, window.from),
        until: earliest(whole.until, window.until),
      });
    }
  });
  return added;
}

/** Rows of events that the interface gave a record of are known: as many of each second as it gave. */
async function withoutKnown(
  db: Database,
  load: ImportLoad,
  symbol: string,
  window: Window,
  candidates: readonly ImportRow[],
): Promise<readonly ImportRow[]> {
  if (candidates.length === 0) return candidates;
  const given = await runSqlFile<{ match_key: string; second: string; records: number }>(db, "load/matches", {
    account_id: load.accountId,
    stream: load.stream,
    symbol,
    from_second: formatInstant(secondOf(window.from)),
    until_second: formatInstant(secondOf(later(window.until, SECOND_MS - 1))),
  });
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

function secondOf(at: Instant): Instant {
  return instant(at - (at % SECOND_MS));
}
