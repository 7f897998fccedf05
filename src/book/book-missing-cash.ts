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

const BATCH_FILLS = 2_000;

type MissingRow = {
  record_key: string;
  symbol: string;
  occurred_at: string;
  realized_pnl: string;
  margin_asset: string;
  fee: string;
  fee_asset: string;
  wants_realized_pnl: boolean;
  wants_fee: boolean;
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
      const missing = await runSqlFile<MissingRow>(transaction, "book/missing-cash", { account_id, batch: BATCH_FILLS });
      await writeEntries(transaction, account_id, missing.flatMap(entriesOf));
      return missing.length;
    });
    if (count < BATCH_FILLS) return;
  }
}

function entriesOf(row: MissingRow): SourcedEntry[] {
  const shared = {
    symbol: row.symbol,
    occurredAt: parseUtcInstant(row.occurred_at),
    stream: "fills",
    recordKey: row.record_key,
    basis: "fill" as const,
  };
  const fee = parseDecimal(row.fee);
  return [
    ...(row.wants_realized_pnl
      ? [
          {
            ...shared,
            entryId: `fill/${row.record_key}/realized_pnl`,
            kind: "realized_pnl",
            movements: walletMovement(parseDecimal(row.realized_pnl), row.margin_asset, "income:realized_pnl"),
          },
        ]
      : []),
    ...(row.wants_fee
      ? [
          {
            ...shared,
            entryId: `fill/${row.record_key}/trading_fee`,
            kind: "trading_fee",
            movements: walletMovement(fee.negated(), row.fee_asset, fee.isNegative() ? "income:rebates" : "expenses:trading_fees"),
          },
        ]
      : []),
  ];
}
