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

/** A table that has grown by this part since the planner last looked is looked at again. */
const ANALYZE_FROM_GROWTH = 0.1;

/**
 * Tells the planner what is in the tables, after much has come. PGlite never does this by itself, and a
 * server only some time later; without it a join of two full tables is planned as if they were empty, and
 * takes minutes. A night's rows change little in a long history, and the rows of one account little in those
 * of two hundred: only the tables that have grown are looked at, and those of which nothing is known, as on a
 * coordinator of Citus, whose own tables are empty.
 */
export async function analyzeAfter(
  db: Database,
  newRecords: number,
  schemas: readonly ("raw" | "history" | "ledger" | "price")[],
): Promise<void> {
  if (newRecords < ANALYZE_FROM_RECORDS) return;
  for (const schema of schemas) {
    const { rows } = await sql<{ name: string }>`
      select oid::regclass::text as name
      from pg_class
      where relnamespace = ${schema}::regnamespace
        and relkind in ('r', 'p')
        and (
          relpages = 0
          or pg_relation_size(oid)
            > relpages::bigint * current_setting('block_size')::bigint * (1 + ${ANALYZE_FROM_GROWTH}::numeric)
        )
    `.execute(db);
    for (const { name } of rows) await sql`analyze ${sql.raw(name)}`.execute(db);
  }
}
