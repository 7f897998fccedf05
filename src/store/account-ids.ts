import { sql } from "kysely";
import type { Database } from "./store.ts";

/** The accounts that the store knows, since each was read at least once, in the order of the reports. */
export async function readAccountIds(db: Database): Promise<string[]> {
  const rows = await db
    .selectFrom("raw.account")
    .select("account_id")
    .orderBy(sql`account_id collate "C"`)
    .execute();
  return rows.map((row) => row.account_id);
}
