/**
 * Names for what a venue calls by number: given once and kept for ever, so that a rebuild next year calls it
 * the same.
 */
import { createHash } from "node:crypto";
import { formatInstant } from "../domain/instant.ts";
import type { Names } from "../domain/record.ts";
import { insertRows } from "../store/insert-rows.ts";
import { readNames } from "../store/names.ts";
import type { NameRow } from "../store/tables.ts";
import type { ReadNames } from "../venues/venue.ts";
import type { Extraction } from "./extraction.ts";

/**
 * Keeps the listing, if it is another than those seen before, and names what is new in it. A number that has
 * a name, or was used before it had one, keeps what it is called when the venue renames it; one whose name
 * another number has already is told apart by its number.
 */
export async function learnNames(extraction: Extraction, listing: string, read: ReadNames): Promise<Names> {
  const { store, accountId: account_id } = extraction;
  await store.db.transaction().execute(async (transaction) => {
    await transaction
      .insertInto("raw.metadata")
      .values({
        account_id,
        sha256: createHash("sha256").update(listing).digest("hex"),
        seen_at: formatInstant(extraction.client.now()),
        body: listing,
      })
      .onConflict((conflict) => conflict.columns(["account_id", "sha256"]).doNothing())
      .execute();
    const known = await transaction
      .selectFrom("raw.name")
      .selectAll()
      .where("account_id", "=", account_id)
      .execute();
    const learnt = [
      ...learntNames(account_id, "contract", read.contracts, known),
      ...learntNames(account_id, "asset", read.assets, known),
    ];
    await insertRows(transaction, "raw.name", ["account_id", "kind", "venue_id"], learnt);
  });
  return readNames(store.db, account_id);
}

/** The rows that are new or are listed under another name than before. */
function learntNames(
  account_id: string,
  kind: "contract" | "asset",
  listed: ReadNames["contracts"],
  known: readonly NameRow[],
): NameRow[] {
  const ofKind = known.filter((row) => row.kind === kind);
  const rows = new Map(ofKind.map((row) => [row.venue_id, row]));
  const taken = new Set(ofKind.map((row) => row.name));
  const learnt = new Map<string, NameRow>();
  for (const { id, name } of listed) {
    const before = rows.get(id);
    if (before?.listed_name === name) continue;
    const own = before?.name ?? (taken.has(name) ? `${name}.${id}` : name);
    taken.add(own);
    const row = { account_id, kind, venue_id: id, name: own, listed_name: name };
    rows.set(id, row);
    learnt.set(id, row);
  }
  return [...learnt.values()];
}
