/**
 * A person's decision that an open item is accepted, and taking it back. It holds for exactly what was seen
 * (`report.item` says what that is). So no decision has to be taken back because the facts have changed: what
 * has changed is an open item again.
 */
import { formatInstant, type Instant } from "../domain/instant.ts";
import { insertNewRows } from "../store/insert-rows.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database, Transaction } from "../store/store.ts";

/** What a decision is about, as a person names it. */
export type Handle = {
  readonly kind: "record" | "difference" | "price";
  /**
   * The record's key; a proof's check and subject, as `trace check` takes them: `wallet USDT`; the asset or
   * currency that lacks prices.
   */
  readonly name: string;
  /** Of a difference: only the one with evidence of this instant. */
  readonly at: Instant | null;
};

export type DecidableItem = {
  readonly what: string;
  /** Empty for a difference and for prices. */
  readonly stream: string;
  readonly subject: string;
  /** What a decision holds for. */
  readonly seen: string;
  readonly reason: string;
  /** ISO 8601 in UTC: the record's time, or that of the evidence. */
  readonly until: string;
  /** The decision in force, and its reason; null where the item is open. */
  readonly decision_number: number | null;
  readonly because: string | null;
};

export function readItems(db: Database, accountId: string, handle: Handle): Promise<DecidableItem[]> {
  return runSqlFile<DecidableItem>(db, "decisions/items", {
    account_id: accountId,
    subject: handle.name,
    kind: handle.kind,
    at: handle.at === null ? null : formatInstant(handle.at),
  });
}

/** Records a decision on each of the items, which must be open. */
export async function acceptItems(
  transaction: Transaction,
  account_id: string,
  items: readonly DecidableItem[],
  because: string,
  decidedAt: Instant,
): Promise<void> {
  const last = await transaction
    .selectFrom("raw.decision")
    .select(({ fn }) => fn.max("decision_number").as("number"))
    .where("account_id", "=", account_id)
    .executeTakeFirst();
  const before = last?.number ?? 0;
  await insertNewRows(
    transaction,
    "raw.decision",
    items.map(({ what, stream, subject, seen }, place) => ({
      account_id,
      decision_number: before + place + 1,
      what,
      stream,
      subject,
      seen,
      because,
      decided_at: formatInstant(decidedAt),
      withdrawn_at: null,
      withdrawn_because: "",
    })),
  );
}

/** Takes the decisions back that are in force on the items. They stay on record. */
export async function withdrawDecisions(
  transaction: Transaction,
  account_id: string,
  items: readonly DecidableItem[],
  because: string,
  withdrawnAt: Instant,
): Promise<void> {
  const numbers = items.flatMap(({ decision_number }) => decision_number ?? []);
  await transaction
    .updateTable("raw.decision")
    .set({ withdrawn_at: formatInstant(withdrawnAt), withdrawn_because: because })
    .where("account_id", "=", account_id)
    .where("decision_number", "in", numbers)
    .execute();
}
