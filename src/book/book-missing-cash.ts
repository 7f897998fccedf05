/**
 * Books from the fill what the cash statement left out: Aster's is said to omit most REALIZED_PNL rows, while the wallet moves all the same.
 * Such an entry is marked (`basis` = fill), and goes away when its cash row comes: the books are always what they would be if built anew.
 */
import { parseDecimal } from "../domain/decimal.ts";
import { walletMovement } from "../domain/entry.ts";
import { parseUtcInstant } from "../domain/instant.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Store } from "../store/store.ts";
import { deleteEntries, type SourcedEntry, writeEntries } from "./write-entries.ts";

const BATCH_ENTRIES = 2_000;

type MissingRow = {
  record_key: string;
  symbol: string;
  occurred_at: string;
  posted_at: string;
  kind: "realized_pnl" | "trading_fee";
  /** As the wallet must have moved: + in, − out. */
  amount: string;
  asset: string;
};

export async function bookMissingCash(store: Store, account_id: string): Promise<void> {
  await store.db.transaction().execute(async (transaction) => {
    const arrived = await runSqlFile<{ entry_id: string }>(transaction, "book/arrived-cash", { account_id });
    await deleteEntries(
      transaction,
      account_id,
      arrived.map((row) => row.entry_id),
    );
  });
  for (;;) {
    const count = await store.db.transaction().execute(async (transaction) => {
      const missing = await runSqlFile<MissingRow>(transaction, "book/missing-cash", {
        account_id,
        batch: BATCH_ENTRIES,
      });
      await writeEntries(transaction, account_id, missing.map(entryOf));
      return missing.length;
    });
    if (count < BATCH_ENTRIES) return;
  }
}

function entryOf(row: MissingRow): SourcedEntry {
  const amount = parseDecimal(row.amount);
  const counter =
    row.kind === "realized_pnl"
      ? "income:realized_pnl"
      : amount.isNegative()
        ? "expenses:trading_fees"
        : "income:rebates";
  return {
    entryId: `fill/${row.record_key}/${row.kind}`,
    kind: row.kind,
    symbol: row.symbol,
    occurredAt: parseUtcInstant(row.occurred_at),
    movements: walletMovement(amount, row.asset, counter),
    stream: "fills",
    recordKey: row.record_key,
    basis: "fill",
    recordedAt: parseUtcInstant(row.occurred_at),
    postedAt: parseUtcInstant(row.posted_at),
  };
}
