/**
 * Spans that are to be read again, because a proof says that they lack a row (`raw.reread`) or because the
 * venue said something else of a record than at first, or nothing any more (`raw.set_aside`): that may have
 * been one bad answer. A span is due until it has been read again, and the young part of it until it is no
 * longer young: rows have been seen to appear a week behind their time.
 */
import { DAY_MS, type DurationMs, formatInstant, type Instant, parseUtcInstant } from "../domain/instant.ts";
import type { StreamName } from "../domain/record.ts";
import type { Window } from "../domain/window.ts";
import { runSqlFile } from "./sql-file.ts";
import type { Database } from "./store.ts";

/** What is younger than this when it is read again is read at the next run as well. */
export const REREAD_UNTIL_MS: DurationMs = 14 * DAY_MS;

export type Reread = { readonly stream: string; readonly symbol: string; readonly window: Window };

/** What is due of each. */
export async function readRereads(db: Database, account_id: string): Promise<readonly Reread[]> {
  type Row = { stream: string; symbol: string; from_time: string; until_time: string };
  const rows = await runSqlFile<Row>(db, "extract/rereads", { account_id, young_ms: REREAD_UNTIL_MS });
  return rows.map(({ stream, symbol, from_time, until_time }) => ({
    stream,
    symbol,
    window: { from: parseUtcInstant(from_time), until: parseUtcInstant(until_time) },
  }));
}

/** A stream of the account as a whole ("") has read the spans of every contract. */
export async function markReread(
  db: Database,
  accountId: string,
  stream: StreamName,
  symbol: string,
  readAt: Instant,
): Promise<void> {
  await db
    .updateTable("raw.reread")
    .set({ read_at: formatInstant(readAt) })
    .where("account_id", "=", accountId)
    .where("stream", "=", stream)
    .where((where) => where.or([where.val(symbol === ""), where("symbol", "in", [symbol, ""])]))
    .execute();
  await db
    .updateTable("raw.set_aside")
    .set({ read_again_at: formatInstant(readAt) })
    .where("account_id", "=", accountId)
    .where("stream", "=", stream)
    .where("kind", "in", ["vanished", "rewritten"])
    .where((where) => where.or([where.val(symbol === ""), where("symbol", "in", [symbol, ""])]))
    .execute();
}
