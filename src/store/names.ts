/** The names of contracts and assets that a venue calls by number, as `raw.name` keeps them. */
import type { Names } from "../domain/record.ts";
import type { Database } from "./store.ts";

/** What has no name is called by its number. */
export async function readNames(db: Database, accountId: string): Promise<Names> {
  const rows = await db.selectFrom("raw.name").selectAll().where("account_id", "=", accountId).execute();
  const names = new Map(rows.map((row) => [`${row.kind} ${row.venue_id}`, row.name]));
  return {
    contract: (contractId) => names.get(`contract ${contractId}`) ?? contractId,
    asset: (coinId) => names.get(`asset ${coinId}`) ?? coinId,
  };
}
