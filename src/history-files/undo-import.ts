/**
 * Takes an import back: its records leave `raw.record` (and are kept in `raw.undone_record`), its spans are
 * no longer covered, and what it filled is a gap again; so is, by the next run, what was taken to be empty by
 * its cash. The caller then rebuilds what was made of its records.
 */
import { formatInstant, type Instant, parseUtcInstant } from "../domain/instant.ts";
import { EVERY_SYMBOL } from "../domain/record.ts";
import { difference, union, type Window } from "../domain/window.ts";
import { forgetSilences } from "../load/silence.ts";
import { insertRows } from "../store/insert-rows.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database, Transaction } from "../store/store.ts";
import type { ImportGapRow, ImportRow } from "../store/tables.ts";

/** The account's imports that were not taken back, oldest first. */
export function standingImports(db: Database, accountId: string): Promise<ImportRow[]> {
  return db
    .selectFrom("raw.import")
    .selectAll()
    .where("account_id", "=", accountId)
    .where("undone_at", "is", null)
    .orderBy("import_number")
    .execute();
}

/**
 * The closes that knew the import, oldest first, by the names of their periods: the closed books rest on its
 * records, or on its span counting as complete.
 */
export async function closesResting(
  db: Database,
  { account_id, run_id, loaded_at }: ImportRow,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("ledger.closed_period")
    .select("period_name")
    .where("account_id", "=", account_id)
    .where("reopened_at", "is", null)
    .where("closed_at", ">=", loaded_at)
    .where(({ exists, selectFrom, ref }) =>
      exists(
        selectFrom("raw.window")
          .select("stream")
          .where("raw.window.account_id", "=", account_id)
          .where("raw.window.run_id", "=", run_id)
          .where("raw.window.from_time", "<", ref("ledger.closed_period.until_time")),
      ),
    )
    .orderBy("closing_number")
    .execute();
  return rows.map((row) => row.period_name);
}

/** Returns how many records were taken back. To be called under the account's lock. */
export async function undoImport(
  transaction: Transaction,
  row: ImportRow,
  undoneAt: Instant,
): Promise<number> {
  const { account_id, import_number, run_id } = row;
  const [moved] = await runSqlFile<{ records: number }>(transaction, "history-files/undo-records", {
    account_id,
    run_id,
  });
  const spans = await transaction
    .deleteFrom("raw.window")
    .where("account_id", "=", account_id)
    .where("run_id", "=", run_id)
    .returning(["stream", "from_time", "until_time"])
    .execute();
  await forgetSilences(
    transaction,
    account_id,
    spans.filter(({ stream }) => stream === "income"),
  );
  const gaps = await transaction
    .deleteFrom("raw.import_gap")
    .where("account_id", "=", account_id)
    .where("import_number", "=", import_number)
    .returningAll()
    .execute();
  await restoreGaps(transaction, gaps);
  if (row.command === "download" && row.from_time !== null && row.until_time !== null) {
    const streams = [...new Set(spans.map(({ stream }) => stream))];
    await transaction
      .updateTable("raw.download")
      .set({ outcome: "undone" })
      .where("account_id", "=", account_id)
      .where("outcome", "=", "loaded")
      .where("from_time", "=", row.from_time)
      .where("until_time", "=", row.until_time)
      .where("stream", "in", streams.length === 0 ? [""] : streams)
      .execute();
  }
  await transaction
    .updateTable("raw.import")
    .set({ undone_at: formatInstant(undoneAt) })
    .where("account_id", "=", account_id)
    .where("import_number", "=", import_number)
    .execute();
  return moved?.records ?? 0;
}

/**
 * Each part becomes a gap again where nothing else covers it now, and is joined with what is left of its
 * former gap.
 */
async function restoreGaps(transaction: Transaction, parts: readonly ImportGapRow[]): Promise<void> {
  const byPlace = new Map<string, ImportGapRow[]>();
  for (const part of parts) {
    const key = JSON.stringify([part.stream, part.symbol, part.reason]);
    byPlace.set(key, [...(byPlace.get(key) ?? []), part]);
  }
  for (const [first, ...others] of byPlace.values()) {
    if (first === undefined) continue;
    const { account_id, stream, symbol, reason } = first;
    const covered = await transaction
      .selectFrom("raw.window")
      .select(["from_time", "until_time"])
      .where("account_id", "=", account_id)
      .where("stream", "=", stream)
      .where("symbol", "in", [symbol, EVERY_SYMBOL])
      .where("is_settled", "=", true)
      .execute();
    const left = await transaction
      .deleteFrom("raw.gap")
      .where("account_id", "=", account_id)
      .where("stream", "=", stream)
      .where("symbol", "=", symbol)
      .where("reason", "=", reason)
      .returning(["from_time", "until_time"])
      .execute();
    const restored = [first, ...others].map(spanOf).flatMap((span) => difference(span, covered.map(spanOf)));
    await insertRows(
      transaction,
      "raw.gap",
      ["account_id", "stream", "symbol", "from_time"],
      union([...restored, ...left.map(spanOf)]).map(({ from, until }) => ({
        account_id,
        stream,
        symbol,
        from_time: formatInstant(from),
        until_time: formatInstant(until),
        reason,
      })),
    );
  }
}

function spanOf(row: { readonly from_time: string; readonly until_time: string }): Window {
  return { from: parseUtcInstant(row.from_time), until: parseUtcInstant(row.until_time) };
}
