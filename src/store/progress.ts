import type { Database } from "./store.ts";

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

export async function saveProgress(transaction: Database, accountId: string, stage: Stage, sequence: string): Promise<void> {
  await transaction
    .insertInto("history.progress")
    .values({ account_id: accountId, stage, sequence })
    .onConflict((conflict) => conflict.columns(["account_id", "stage"]).doUpdateSet({ sequence }))
    .execute();
}
