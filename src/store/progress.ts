import { sql } from "kysely";
import type { Database, Transaction } from "./store.ts";

/** The stages that work through an account's records by sequence. */
export type Stage = "normalise" | "cash" | "positions";

/** The sequence up to which the stage has worked; "0" before it began. */
export async function readProgress(db: Database, accountId: string, stage: Stage): Promise<string> {
  const row = await db
    .selectFrom("history.progress")
    .select("sequence")
    .where("account_id", "=", accountId)
    .where("stage", "=", stage)
    .executeTakeFirst();
  return row?.sequence ?? "0";
}

export async function saveProgress(
  transaction: Transaction,
  accountId: string,
  stage: Stage,
  sequence: string,
): Promise<void> {
  await transaction
    .insertInto("history.progress")
    .values({ account_id: accountId, stage, sequence })
    .onConflict((conflict) => conflict.columns(["account_id", "stage"]).doUpdateSet({ sequence }))
    .execute();
}

/** Fewer new records than these leave the planner's picture of the tables good enough. */
const ANALYZE_FROM_RECORDS = 1_000;

/**
 * Tells the planner what is in the tables, after much has come. PGlite never does this by itself, and a
 * server only some time later; without it a join of two full tables is planned as if they were empty, and
 * takes minutes.
 */
export async function analyzeAfter(
  db: Database,
  newRecords: number,
  schemas: readonly ("raw" | "history" | "ledger" | "price")[],
): Promise<void> {
  if (newRecords < ANALYZE_FROM_RECORDS) return;
  for (const schema of schemas) {
    const { rows } = await sql<{ name: string }>`
      select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = ${schema}
    `.execute(db);
    for (const { name } of rows) await sql`analyze ${sql.raw(name)}`.execute(db);
  }
}
