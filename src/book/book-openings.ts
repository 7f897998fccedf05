/**
 * The wallet at the beginning of the history, for an account that is older than that. It is inferred from the first snapshot and what the
 * books know of until then, and marked so. An account whose history reaches its beginning opened with nothing: there, what is
 * left over is a difference for the reconciliation to show, and is never booked away.
 */
import { parseDecimal } from "../domain/decimal.ts";
import { walletMovement } from "../domain/entry.ts";
import { parseUtcInstant } from "../domain/instant.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Store } from "../store/store.ts";
import { deleteEntries, type SourcedEntry, writeEntries } from "./write-entries.ts";

export async function bookOpenings(store: Store, account_id: string): Promise<void> {
  await store.db.transaction().execute(async (transaction) => {
    const account = await transaction
      .selectFrom("raw.account")
      .selectAll()
      .where("account_id", "=", account_id)
      .executeTakeFirst();
    if (account === undefined) return;
    const booked = await transaction
      .selectFrom("ledger.entry")
      .select("entry_id")
      .where("account_id", "=", account_id)
      .where("entry_id", "like", "opening/%")
      .execute();
    await deleteEntries(
      transaction,
      account_id,
      booked.map((entry) => entry.entry_id),
    );
    if (account.is_from_beginning) return;
    const openings = await runSqlFile<{ asset: string; opening: string }>(
      transaction,
      "book/opening-balances",
      { account_id },
    );
    const entries = openings.map(
      ({ asset, opening }): SourcedEntry => ({
        entryId: `opening/${asset}`,
        kind: "opening",
        symbol: "",
        occurredAt: parseUtcInstant(account.history_from),
        movements: walletMovement(parseDecimal(opening), asset, "equity:opening"),
        stream: "snapshot",
        recordKey: asset,
        basis: "inferred",
        recordedAt: parseUtcInstant(account.history_from),
        postedAt: parseUtcInstant(account.history_from),
      }),
    );
    await writeEntries(transaction, account_id, entries);
  });
}
