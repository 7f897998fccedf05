/**
 * Where an account begins is inferred from its first cash: before money came in nothing can have happened. It
 * is kept as spans of coverage with the evidence `beginning`, one for each stream, all to the same instant;
 * and taken back whole by the first row of any stream that lies in them.
 */
import { formatInstant, type Instant } from "../domain/instant.ts";
import { EVERY_SYMBOL, type StreamName } from "../domain/record.ts";
import type { Window } from "../domain/window.ts";
import { insertRows } from "../store/insert-rows.ts";
import type { Database, Transaction } from "../store/store.ts";

export type Beginning = {
  readonly accountId: string;
  /** What is taken to be empty. */
  readonly window: Window;
  readonly streams: readonly { readonly stream: StreamName; readonly scope: "account" | "symbol" }[];
  readonly readAt: Instant;
  readonly runId: string;
  /** What the inference rests on, in words. */
  readonly note: string;
};

export async function recordBeginning(db: Database, beginning: Beginning): Promise<void> {
  const { accountId: account_id, window, streams, readAt, runId: run_id, note } = beginning;
  await insertRows(
    db,
    "raw.window",
    ["account_id", "stream", "symbol", "from_time", "until_time", "is_settled"],
    streams.map(({ stream, scope }) => ({
      account_id,
      stream,
      symbol: scope === "account" ? "" : EVERY_SYMBOL,
      from_time: formatInstant(window.from),
      until_time: formatInstant(window.until),
      is_settled: true,
      row_count: 0,
      read_at: formatInstant(readAt),
      run_id,
      evidence: "beginning",
      note,
    })),
  );
}

/** Until when the account is taken to be empty, and what that rests on; null where nothing was inferred. */
export async function readBeginning(
  db: Database,
  accountId: string,
): Promise<{ readonly from: string; readonly because: string } | null> {
  const row = await db
    .selectFrom("raw.window")
    .select(["until_time as from", "note as because"])
    .where("account_id", "=", accountId)
    .where("evidence", "=", "beginning")
    .orderBy("until_time", "desc")
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** How many spans of the account are covered by an inferred beginning. */
export async function countBeginnings(db: Database, accountId: string): Promise<number> {
  const rows = await db
    .selectFrom("raw.window")
    .select("stream")
    .where("account_id", "=", accountId)
    .where("evidence", "=", "beginning")
    .execute();
  return rows.length;
}

/**
 * Takes the inference back where something is known, or wanted, of an earlier instant. What it covered is
 * then requested like any other time; so are the contracts that no record names, which were searched from
 * there on only.
 */
export async function takeBackBeginning(
  transaction: Transaction,
  accountId: string,
  at: Instant,
): Promise<void> {
  const taken = await transaction
    .deleteFrom("raw.window")
    .where("account_id", "=", accountId)
    .where("evidence", "=", "beginning")
    .where("until_time", ">", formatInstant(at))
    .returning("stream")
    .execute();
  if (taken.length === 0) return;
  await transaction
    .updateTable("raw.account")
    .set({ sweep_until: null })
    .where("account_id", "=", accountId)
    .execute();
}
