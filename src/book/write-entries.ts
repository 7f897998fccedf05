import { formatDecimal } from "../domain/decimal.ts";
import type { Entry } from "../domain/entry.ts";
import { formatInstant, type Instant } from "../domain/instant.ts";
import { insertRows } from "../store/insert-rows.ts";
import type { Transaction } from "../store/store.ts";
import type { MovementRow } from "../store/tables.ts";
import { unsettle } from "./unsettle.ts";

/**
 * Where an entry comes from: its record, and its basis: cash, a fill whose cash row is missing, inference, or
 * the reversal of what a closed period has from a fill.
 */
export type EntrySource = {
  readonly stream: string;
  readonly recordKey: string;
  readonly basis: "cash" | "fill" | "inferred" | "reversal";
  /** From when on the venue's wallet holds it. */
  readonly valueAt: Instant;
  /**
   * When the books count it: when it occurred, or later where it became known only after its period was
   * closed.
   */
  readonly postedAt: Instant;
};

export type SourcedEntry = Entry & EntrySource;

/** Writes entries with their movements; an entry that exists already is replaced as a whole. */
export async function writeEntries(
  transaction: Transaction,
  account_id: string,
  entries: readonly SourcedEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  await unsettle(
    transaction,
    account_id,
    entries.map((entry) => entry.entryId),
    entries,
  );
  await deleteMovements(
    transaction,
    account_id,
    entries.map((entry) => entry.entryId),
  );
  await insertRows(
    transaction,
    "ledger.entry",
    ["account_id", "entry_id"],
    entries.map((entry) => ({
      account_id,
      entry_id: entry.entryId,
      kind: entry.kind,
      symbol: entry.symbol,
      occurred_at: formatInstant(entry.occurredAt),
      stream: entry.stream,
      record_key: entry.recordKey,
      basis: entry.basis,
      value_at: formatInstant(entry.valueAt),
      posted_at: formatInstant(entry.postedAt),
    })),
  );
  const movements = entries.flatMap((entry) =>
    entry.movements.map(
      (movement, position): MovementRow => ({
        account_id,
        entry_id: entry.entryId,
        line: position + 1,
        debit_account: movement.debitAccount,
        credit_account: movement.creditAccount,
        asset: movement.asset,
        amount: formatDecimal(movement.amount),
      }),
    ),
  );
  await insertRows(transaction, "ledger.movement", ["account_id", "entry_id", "line"], movements);
}

/** Removes entries that no longer have a reason. */
export async function deleteEntries(
  transaction: Transaction,
  account_id: string,
  entryIds: readonly string[],
): Promise<void> {
  if (entryIds.length === 0) return;
  await unsettle(transaction, account_id, entryIds, []);
  await deleteMovements(transaction, account_id, entryIds);
  await transaction
    .deleteFrom("ledger.entry")
    .where("account_id", "=", account_id)
    .where(({ eb, fn, val }) => eb("entry_id", "=", fn.any(val([...entryIds]))))
    .execute();
}

async function deleteMovements(
  transaction: Transaction,
  account_id: string,
  entryIds: readonly string[],
): Promise<void> {
  await transaction
    .deleteFrom("ledger.movement")
    .where("account_id", "=", account_id)
    .where(({ eb, fn, val }) => eb("entry_id", "=", fn.any(val([...entryIds]))))
    .execute();
}
