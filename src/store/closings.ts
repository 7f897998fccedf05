import type { Closing } from "../domain/closing.ts";
import { parseUtcInstant } from "../domain/instant.ts";
import type { Database } from "./store.ts";

/** The account's closes that were not reopened, in the order in which they were made. */
export async function readClosings(db: Database, accountId: string): Promise<Closing[]> {
  const rows = await db
    .selectFrom("ledger.closed_period")
    .select(["closing_number", "until_time", "through_sequence"])
    .where("account_id", "=", accountId)
    .where("reopened_at", "is", null)
    .orderBy("closing_number")
    .execute();
  return rows.map((row) => ({
    number: row.closing_number,
    until: parseUtcInstant(row.until_time),
    throughSequence: row.through_sequence,
  }));
}
