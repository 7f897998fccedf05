import { formatDecimal } from "../domain/decimal.ts";
import type { Entry } from "../domain/entry.ts";
import { formatInstant, type Instant } from "../domain/instant.ts";
import { insertRows } from "../store/insert-rows.ts";
import type { Transaction } from "../store/store.ts";
import type { EntryRow, MovementRow } from "../store/tables.ts";
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
    entries.map((entry) => entryRow(account_id, entry)),
  );
  await insertRows(
    transaction,
    "ledger.movement",
    ["account_id", "entry_id", "line"],
    entries.flatMap((entry) => movementRows(account_id, entry)),
  );
}

/**
 * Writes `entries`, and removes those of `present` (ids) that are not among them. What stands as it is is not
 * touched: the time it is of would count as changed, and the proofs and sums of all since begin anew.
 */
export async function replaceEntries(
  transaction: Transaction,
  account_id: string,
  present: readonly string[],
  entries: readonly SourcedEntry[],
): Promise<void> {
  const ids = entries.map((entry) => entry.entryId);
  await deleteEntries(
    transaction,
    account_id,
    present.filter((id) => !ids.includes(id)),
  );
  const standing = await readStanding(transaction, account_id, ids);
  const changed = entries.filter(
    (entry) =>
      standing.get(entry.entryId) !== textOf(entryRow(account_id, entry), movementRows(account_id, entry)),
  );
  await writeEntries(transaction, account_id, changed);
}

async function readStanding(
  transaction: Transaction,
  account_id: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const entries = await transaction
    .selectFrom("ledger.entry")
    .selectAll()
    .where("account_id", "=", account_id)
    .where(({ eb, fn, val }) => eb("entry_id", "=", fn.any(val([...ids]))))
    .execute();
  const movements = await transaction
    .selectFrom("ledger.movement")
    .selectAll()
    .where("account_id", "=", account_id)
    .where(({ eb, fn, val }) => eb("entry_id", "=", fn.any(val([...ids]))))
    .orderBy("line")
    .execute();
  return new Map(
    entries.map((entry) => [
      entry.entry_id,
      textOf(
        entry,
        movements.filter(({ entry_id }) => entry_id === entry.entry_id),
      ),
    ]),
  );
}

/** The same for rows that say the same, whatever the order of their columns. */
function textOf(entry: EntryRow, movements: readonly MovementRow[]): string {
  return JSON.stringify([entry, ...movements].map((row) => Object.entries(row).toSorted()));
}

function entryRow(account_id: string, entry: SourcedEntry): EntryRow {
  return {
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
  };
}

function movementRows(account_id: string, entry: SourcedEntry): MovementRow[] {
  return entry.movements.map((movement, position) => ({
    account_id,
    entry_id: entry.entryId,
    line: position + 1,
    debit_account: movement.debitAccount,
    credit_account: movement.creditAccount,
    asset: movement.asset,
    amount: formatDecimal(movement.amount),
  }));
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
