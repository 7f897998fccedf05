/** Names for what a venue calls by number: given at first sight and kept for ever, so that a rebuild next year calls it the same. */
import { createHash } from "node:crypto";
import { formatInstant } from "../domain/instant.ts";
import type { Names } from "../domain/record.ts";
import { insertRows } from "../store/insert-rows.ts";
import { readNames } from "../store/names.ts";
import type { NameRow } from "../store/tables.ts";
import type { ReadNames } from "../venues/venue.ts";
import type { Extraction } from "./extraction.ts";

/**
 * Keeps the listing, if it is another than those seen before, and names what is new in it. A number that is named keeps its name when the venue
 * renames it; one whose name another number has already is told apart by its number.
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
    const fresh = [
      ...newNames(account_id, "contract", read.contracts, known),
      ...newNames(account_id, "asset", read.assets, known),
    ];
    await insertRows(transaction, "raw.name", ["account_id", "kind", "venue_id"], fresh);
  });
  return readNames(store.db, account_id);
}

function newNames(
  account_id: string,
  kind: "contract" | "asset",
  listed: ReadNames["contracts"],
  known: readonly NameRow[],
): NameRow[] {
  const ofKind = known.filter((row) => row.kind === kind);
  const ids = new Set(ofKind.map((row) => row.venue_id));
  const taken = new Set(ofKind.map((row) => row.name));
  const fresh: NameRow[] = [];
  for (const { id, name } of listed) {
    if (ids.has(id)) continue;
    const own = taken.has(name) ? `${name}.${id}` : name;
    ids.add(id);
    taken.add(own);
    fresh.push({ account_id, kind, venue_id: id, name: own });
  }
  return fresh;
}
