/** Whether the fills of a file that names no position sides can be those of an account in one-way mode. */

import { OneWayCheck } from "../domain/one-way.ts";
import { type Fill, NAMES_AS_SENT } from "../domain/record.ts";
import type { Window } from "../domain/window.ts";
import type { Database } from "../store/store.ts";
import type { Venue } from "../venues/venue.ts";
import type { Download } from "./downloads.ts";
import { readPieces, type StagedRow } from "./staged-rows.ts";

/** The first fill that cannot be one of a one-way account; null where all can. */
export async function contradictingFill(
  db: Database,
  accountId: string,
  download: Download & { readonly span: Window },
  decode: Venue["decode"],
): Promise<Fill | null> {
  for (const symbol of await symbolsOf(db, accountId)) {
    const check = new OneWayCheck();
    for await (const { rows } of readPieces(db, accountId, download, symbol, download.span)) {
      for (const fill of inOrder(rows, decode)) if (!check.accepts(fill)) return fill;
    }
  }
  return null;
}

async function symbolsOf(db: Database, accountId: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("raw.file_row")
    .select("scope")
    .distinct()
    .where("account_id", "=", accountId)
    .where("stream", "=", "fills")
    .orderBy("scope")
    .execute();
  return rows.map((row) => row.scope);
}

/**
 * The books' order of fills: within one instant, by the length and then the text of their ids. A piece holds
 * whole seconds.
 */
function inOrder(rows: readonly StagedRow[], decode: Venue["decode"]): readonly Fill[] {
  const fills = rows.flatMap(({ body }) => {
    const decoded = decode("fills", body, NAMES_AS_SENT);
    return decoded.kind === "known" ? decoded.records.filter((record) => record.stream === "fills") : [];
  });
  return fills.toSorted(
    (a, b) =>
      a.occurredAt - b.occurredAt ||
      a.fillId.length - b.fillId.length ||
      (a.fillId < b.fillId ? -1 : a.fillId > b.fillId ? 1 : 0),
  );
}
