/**
 * Keeps a file's rows in a table of the store while the file is checked, so that memory does not grow with
 * them, and so that rows of several files can be put in order and compared before the first is loaded.
 */
import { earliest, formatInstant, type Instant, latest, plus, SECOND_MS } from "../domain/instant.ts";
import type { Window } from "../domain/window.ts";
import { insertNewRows } from "../store/insert-rows.ts";
import type { Database } from "../store/store.ts";
import type { FileRowRow } from "../store/tables.ts";
import type { HistoryFileTable } from "../venues/venue.ts";

export type FileStream = HistoryFileTable["stream"];

/** A table of a file whose rows are all in the store. */
export type StagedTable = Pick<
  HistoryFileTable,
  "file" | "stream" | "namesPositionSide" | "hasIds" | "split"
> & {
  readonly number: number;
  readonly rows: number;
  /** From its first row's second to the end of its last one's; null where it has no rows. */
  readonly span: Window | null;
  /**
   * How many rows are older than the row before them, less those that are younger: above 0, the file has the
   * newest rows first.
   */
  readonly stepsBack: number;
};

const BATCH_ROWS = 2_000;

/** Reads a table to its end. Throws the reader's `UsageError` for one that is not understood. */
export async function stageTable(
  db: Database,
  account_id: string,
  number: number,
  table: HistoryFileTable,
): Promise<StagedTable> {
  const { file, stream, namesPositionSide, hasIds, split } = table;
  let batch: FileRowRow[] = [];
  const write = async () => {
    await insertNewRows(db, "raw.file_row", batch);
    batch = [];
  };
  let [rows, stepsBack] = [0, 0];
  let span: Window | null = null;
  let before: Instant | null = null;
  for await (const row of table.rows) {
    rows += 1;
    const { occurredAt } = row;
    const until = plus(occurredAt, SECOND_MS);
    span =
      span === null
        ? { from: occurredAt, until }
        : { from: earliest(span.from, occurredAt), until: latest(span.until, until) };
    if (before !== null && occurredAt !== before) stepsBack += occurredAt < before ? 1 : -1;
    before = occurredAt;
    batch.push({
      account_id,
      stream,
      scope: scopeOf(stream, row.symbol),
      occurred_at: formatInstant(occurredAt),
      table_number: number,
      line: row.line,
      symbol: row.symbol,
      identity: JSON.stringify(row.identity),
      body: row.body,
      match_key: row.matchKey,
    });
    if (batch.length === BATCH_ROWS) await write();
  }
  await write();
  return { file, stream, namesPositionSide, hasIds, split, number, rows, span, stepsBack };
}

/** Drops what is staged of the account, also what a killed import left. */
export async function forgetStaged(db: Database, accountId: string): Promise<void> {
  await db.deleteFrom("raw.file_row").where("account_id", "=", accountId).execute();
}

/** Income is covered for the whole account, fills contract by contract. */
function scopeOf(stream: FileStream, symbol: string): string {
  return stream === "income" ? "" : symbol;
}
