/** Reads the staged rows of a download, oldest first and each event once, some thousand at a time. */
import {
  earliest,
  formatInstant,
  type Instant,
  instant,
  parseUtcInstant,
  plus,
  SECOND_MS,
} from "../domain/instant.ts";
import { parseTextList } from "../domain/json.ts";
import type { Window } from "../domain/window.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";
import { type HistoryFileRow, PLACE } from "../venues/venue.ts";
import type { Download } from "./downloads.ts";

/**
 * Small enough for memory and for one transaction, large enough that the round trips to the store do not
 * count.
 */
const PIECE_ROWS = 5_000;

export type StagedRow = Omit<HistoryFileRow, "line">;

export type Piece = { readonly window: Window; readonly rows: readonly StagedRow[] };

/**
 * A span of a scope in pieces that follow on each other; where an end of the span cuts a second in two, the
 * whole second's rows belong to it.
 */
export async function* readPieces(
  db: Database,
  accountId: string,
  { stream, tables }: Download,
  scope: string,
  span: Window,
): AsyncGenerator<Piece> {
  const parameters = { account_id: accountId, stream, scope };
  const end = secondAfter(span.until);
  const ofDownload = JSON.stringify(
    tables.map((table) => ({
      table_number: table.number,
      download: table.adding,
      rank: table.rank,
      is_newest_first: table.isNewestFirst,
    })),
  );
  for (let from = span.from; from < span.until; ) {
    const from_second = formatInstant(secondOf(from));
    const [cut] = await runSqlFile<{ until_second: string }>(db, "history-files/file-piece", {
      ...parameters,
      from_second,
      until_second: formatInstant(end),
      rows: PIECE_ROWS,
    });
    const until_second = cut === undefined ? end : parseUtcInstant(cut.until_second);
    const rows = await runSqlFile<FoundRow>(db, "history-files/file-rows", {
      ...parameters,
      from_second,
      until_second: formatInstant(until_second),
      tables: ofDownload,
    });
    const until = earliest(until_second, span.until);
    yield { window: { from, until }, rows: rows.map(asRow) };
    from = until;
  }
}

type FoundRow = {
  symbol: string;
  occurred_at: string;
  identity: string;
  body: string;
  match_key: string;
  place: number;
};

function asRow({ symbol, occurred_at, identity, body, match_key, place }: FoundRow): StagedRow {
  const parts = parseTextList(identity);
  const isPlaced = parts.some((part) => part.includes(PLACE));
  const filled = (text: string) => (isPlaced ? text.replaceAll(PLACE, String(place)) : text);
  return {
    identity: parts.map(filled),
    symbol,
    occurredAt: parseUtcInstant(occurred_at),
    body: filled(body),
    matchKey: match_key,
  };
}

export function secondOf(at: Instant): Instant {
  return instant(at - (at % SECOND_MS));
}

export function secondAfter(at: Instant): Instant {
  return secondOf(plus(at, SECOND_MS - 1));
}
