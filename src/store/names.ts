/** The names of contracts and assets that a venue calls by number, as `raw.name` keeps them. */
import type { Names } from "../domain/record.ts";
import type { Database, Transaction } from "./store.ts";
import type { NameRow } from "./tables.ts";

/** What has no name is called by its number. */
export async function readNames(db: Database, accountId: string): Promise<Names> {
  const rows = await db.selectFrom("raw.name").selectAll().where("account_id", "=", accountId).execute();
  const names = new Map(rows.map((row) => [`${row.kind} ${row.venue_id}`, row.name]));
  return {
    contract: (contractId) => names.get(`contract ${contractId}`) ?? contractId,
    asset: (coinId) => names.get(`asset ${coinId}`) ?? coinId,
  };
}

/** Names that remember what they had only a number for. */
export type NamesInUse = Names & { readonly numbers: () => readonly Pick<NameRow, "kind" | "venue_id">[] };

export function namesInUse(names: Names): NamesInUse {
  const numbers = new Map<string, Pick<NameRow, "kind" | "venue_id">>();
  const use = (kind: "contract" | "asset") => (venue_id: string) => {
    const name = names[kind](venue_id);
    if (name === venue_id) numbers.set(`${kind} ${venue_id}`, { kind, venue_id });
    return name;
  };
  return { contract: use("contract"), asset: use("asset"), numbers: () => [...numbers.values()] };
}

/**
 * What was called by its number is called so for ever, in the transaction that writes it: a listing that
 * names it only later would split what is in the books already from what comes.
 */
export async function keepNumbers(
  transaction: Transaction,
  account_id: string,
  { numbers }: NamesInUse,
): Promise<void> {
  const rows = numbers().map((number) => ({
    account_id,
    ...number,
    name: number.venue_id,
    listed_name: null,
  }));
  if (rows.length === 0) return;
  await transaction
    .insertInto("raw.name")
    .values(rows)
    .onConflict((conflict) => conflict.columns(["account_id", "kind", "venue_id"]).doNothing())
    .execute();
}
