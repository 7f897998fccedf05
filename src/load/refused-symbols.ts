/**
 * A contract that the venue does not serve may have had rows until it was first refused. After that it did
 * not trade, so that what its refusal leaves unknown does not grow from night to night; unless a record or a
 * position names it, which the account's own streams and snapshots would.
 */
import { formatInstant, parseUtcInstant, plus } from "../domain/instant.ts";
import type { Window } from "../domain/window.ts";
import { insertRows } from "../store/insert-rows.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database, Transaction } from "../store/store.ts";
import type { RefusedSymbolRow } from "../store/tables.ts";

export type RefusedPlace = Pick<RefusedSymbolRow, "account_id" | "stream" | "symbol">;

/** What is known of an account's refused contracts. */
export async function readRefused(db: Database, accountId: string): Promise<RefusedSymbolRow[]> {
  return db.selectFrom("raw.refused_symbol").selectAll().where("account_id", "=", accountId).execute();
}

/**
 * Records that the contract was refused just before `until`. Returns the span in which it cannot have had
 * rows.
 */
export async function recordRefused(
  transaction: Transaction,
  place: RefusedPlace,
  before: Window | null,
  until: Window["until"],
): Promise<Window> {
  const isOneRefusal = before !== null && !(await isHeardSince(transaction, place, before));
  const span = { from: isOneRefusal ? before.from : plus(until, -1), until };
  const row = { ...place, from_time: formatInstant(span.from), until_time: formatInstant(span.until) };
  await insertRows(transaction, "raw.refused_symbol", ["account_id", "stream", "symbol"], [row]);
  return span;
}

async function isHeardSince(
  transaction: Transaction,
  { account_id, symbol }: RefusedPlace,
  { from }: Window,
): Promise<boolean> {
  const [row] = await runSqlFile<{ is_heard: boolean }>(transaction, "load/heard-since", {
    account_id,
    symbol,
    since: formatInstant(from),
  });
  return row?.is_heard ?? false;
}

/** The venue serves the contract again. */
export async function forgetRefused(
  db: Database,
  { account_id, stream, symbol }: RefusedPlace,
): Promise<void> {
  await db
    .deleteFrom("raw.refused_symbol")
    .where("account_id", "=", account_id)
    .where("stream", "=", stream)
    .where("symbol", "=", symbol)
    .execute();
}

export function refusedSpan({ from_time, until_time }: RefusedSymbolRow): Window {
  return { from: parseUtcInstant(from_time), until: parseUtcInstant(until_time) };
}
