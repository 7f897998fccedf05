/**
 * Books from the fill what the cash statement left out: Aster's is reported to omit most REALIZED_PNL rows,
 * although the wallet moves. Such an entry is marked (`basis` = fill), and is removed when its cash row
 * comes: the books are always the same as if they were built from empty.
 *
 * An entry that was there at a close stays where the closed reports have it. When its cash row comes, the row
 * and a reversal of the entry are posted in the open period, so that the money counts once.
 */
import { type Closing, openFrom, postedAt } from "../domain/closing.ts";
import { type Decimal, parseDecimal } from "../domain/decimal.ts";
import { type Movement, walletMovement } from "../domain/entry.ts";
import { parseUtcInstant } from "../domain/instant.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Store, Transaction } from "../store/store.ts";
import { contractsKnown } from "./depends-on.ts";
import { goOn, lastSnapshot, type ProofTerms, WHOLE } from "./onward.ts";
import { deleteEntries, replaceEntries, type SourcedEntry, writeEntries } from "./write-entries.ts";

/**
 * Each batch of old ones reads all fills and all cash again, so a batch is large: an account whose statement
 * leaves out half of its results then needs few of them.
 */
const BATCH_ENTRIES = 10_000;

type Kind = "realized_pnl" | "trading_fee";
type MissingRow = {
  record_key: string;
  symbol: string;
  occurred_at: string;
  kind: Kind;
  /** By how much the wallet must have moved: + in, − out. */
  amount: string;
  asset: string;
  /** When the books counted it at a close; null where it was part of none. */
  posted_at: string | null;
};
type ArrivedRow = {
  entry_id: string;
  kind: Kind;
  record_key: string;
  symbol: string;
  occurred_at: string;
  /** Of the first cash row that came. */
  sequence: string;
  /** As they were at a close; null where the entry was part of none. */
  asset: string | null;
  amount: string | null;
  /** When the books counted the reversal at a later close; null where it was part of none. */
  posted_at: string | null;
};

export async function bookMissingCash(
  store: Store,
  account_id: string,
  closings: readonly Closing[],
  batchEntries: number = BATCH_ENTRIES,
  terms: ProofTerms = WHOLE,
): Promise<void> {
  for (;;) {
    const count = await store.db.transaction().execute(async (transaction) => {
      const missing = await readMissing(transaction, account_id, batchEntries, terms);
      await writeEntries(
        transaction,
        account_id,
        missing.map((row) => entryOf(row, closings)),
      );
      return missing.length;
    });
    if (count < batchEntries) break;
  }
  await store.db.transaction().execute((transaction) => giveWayToCash(transaction, account_id, closings));
}

/** Of the fills that nothing was found to be missing of, and nothing has changed since, none is looked at. */
async function readMissing(
  transaction: Transaction,
  account_id: string,
  batch: number,
  terms: ProofTerms,
): Promise<readonly MissingRow[]> {
  const checkedAt = await lastSnapshot(transaction, account_id);
  const onward = await goOn(transaction, account_id, checkedAt, terms);
  return onward.prove<MissingRow, readonly MissingRow[]>({
    name: "book/missing-cash",
    read: ({ from_time }) =>
      runSqlFile<MissingRow>(transaction, "book/missing-cash", { account_id, from_time, batch }),
    dependsOn: async (until) => {
      type About = { depends_on: string };
      const [about] = await runSqlFile<About>(transaction, "book/missing-cash-question", {
        account_id,
        until,
      });
      return `${about?.depends_on} ${await contractsKnown(transaction, account_id, until)}`;
    },
    isKept: () => false,
    add: (earlier, later) => [...earlier, ...later],
    say: (rows) => Promise.resolve(rows),
    // What is missing is booked next, but for what the batch has no room for.
    isClean: (rows) => rows.length < batch,
  });
}

async function giveWayToCash(
  transaction: Transaction,
  account_id: string,
  closings: readonly Closing[],
): Promise<void> {
  const arrived = await runSqlFile<ArrivedRow>(transaction, "book/arrived-cash", { account_id });
  const superseded = arrived.filter((row) => row.amount === null);
  await deleteEntries(
    transaction,
    account_id,
    superseded.map((row) => row.entry_id),
  );
  await replaceEntries(
    transaction,
    account_id,
    [],
    arrived.flatMap((row) => reversalOf(row, closings)),
  );
}

function entryOf(row: MissingRow, closings: readonly Closing[]): SourcedEntry {
  const occurredAt = parseUtcInstant(row.occurred_at);
  return {
    entryId: `fill/${row.record_key}/${row.kind}`,
    kind: row.kind,
    symbol: row.symbol,
    occurredAt,
    movements: movementsOf(row.kind, parseDecimal(row.amount), row.asset),
    stream: "fills",
    recordKey: row.record_key,
    basis: "fill",
    valueAt: occurredAt,
    // That the cash row is missing became known only after every close; otherwise the entry would be part of
    // one.
    postedAt: row.posted_at === null ? openFrom(occurredAt, closings) : parseUtcInstant(row.posted_at),
  };
}

/** The entry with debit and credit exchanged, for one that was part of a close. */
function reversalOf(row: ArrivedRow, closings: readonly Closing[]): SourcedEntry[] {
  if (row.amount === null || row.asset === null) return [];
  const occurredAt = parseUtcInstant(row.occurred_at);
  const movements = movementsOf(row.kind, parseDecimal(row.amount), row.asset);
  return [
    {
      entryId: `${row.entry_id}/reversal`,
      kind: row.kind,
      symbol: row.symbol,
      occurredAt,
      movements: movements.map((movement) => ({
        ...movement,
        debitAccount: movement.creditAccount,
        creditAccount: movement.debitAccount,
      })),
      stream: "fills",
      recordKey: row.record_key,
      basis: "reversal",
      valueAt: occurredAt,
      postedAt:
        row.posted_at === null
          ? postedAt(occurredAt, row.sequence, closings)
          : parseUtcInstant(row.posted_at),
    },
  ];
}

function movementsOf(kind: Kind, amount: Decimal, asset: string): Movement[] {
  if (kind === "realized_pnl") return walletMovement(amount, asset, "income:realized_pnl");
  return walletMovement(amount, asset, amount.isNegative() ? "expenses:trading_fees" : "income:rebates");
}
