import { formatDecimal } from "../domain/decimal.ts";
import type { Doing } from "../domain/share.ts";
import { readClosings } from "../store/closings.ts";
import { insertRows } from "../store/insert-rows.ts";
import { analyzeAfter } from "../store/progress.ts";
import type { Database, Store, Transaction } from "../store/store.ts";
import { tablesThatAre } from "../store/table-origins.ts";
import { bookNewCash } from "./book-cash.ts";
import { bookLots, type Pace } from "./book-lots.ts";
import { bookMissingCash } from "./book-missing-cash.ts";
import { bookOpenings } from "./book-openings.ts";
import { bookPositionOpenings, type OpeningTerms } from "./book-position-openings.ts";
import { type ProofTerms, WHOLE } from "./onward.ts";
import { pnlTolerance } from "./pnl-tolerance.ts";

/**
 * How much of each kind is booked at once; a size that is left out is the step's own default. What is booked
 * does not depend on it.
 */
export type BatchSizes = {
  readonly cashRows?: number;
  readonly missingEntries?: number;
  readonly lots?: Pace;
};

/**
 * Books what is new in an account's history. Each step can be killed at any instant and run again to the same
 * result. Steps that look through the history go on from what was kept of it, within `terms`.
 */
export async function bookAccount(
  store: Store,
  accountId: string,
  openings: OpeningTerms,
  batches: BatchSizes = {},
  progress: Doing = () => {},
  terms: ProofTerms = WHOLE,
): Promise<void> {
  await writeTolerance(store.db, accountId, openings.amountDecimals);
  const closings = await readClosings(store.db, accountId);
  progress(`${accountId} booking cash`);
  const cash = await bookNewCash(store, accountId, batches.cashRows);
  // The next steps join what was just written; without fresh statistics the planner takes the tables to be
  // empty.
  await analyzeAfter(store.db, cash, ["ledger"]);
  await bookMissingCash(store, accountId, closings, batches.missingEntries, terms);
  progress(`${accountId} booking openings`);
  await bookOpenings(store, accountId, closings, terms);
  await bookPositionOpenings(store, accountId, openings, closings);
  await bookLots(store, accountId, batches.lots, progress);
}

/** The SQL of the checks reads the tolerance from there. */
async function writeTolerance(db: Database, account_id: string, amountDecimals: number): Promise<void> {
  const { tradeCash, fillAverage } = pnlTolerance(amountDecimals);
  const row = { account_id, trade_cash: formatDecimal(tradeCash), fill_average: formatDecimal(fillAverage) };
  await insertRows(db, "ledger.tolerance", ["account_id"], [row]);
}

/** Drops everything of the account that can be made again. */
export async function forgetBooks(store: Store, accountId: string): Promise<void> {
  await store.db.transaction().execute((transaction) => forgetBooksWithin(transaction, accountId));
}

/** The same inside of a transaction. */
export async function forgetBooksWithin(transaction: Transaction, accountId: string): Promise<void> {
  for (const table of [...tablesThatAre("rebuilt"), ...tablesThatAre("remembered")])
    await transaction.deleteFrom(table).where("account_id", "=", accountId).execute();
  await transaction
    .deleteFrom("raw.set_aside")
    .where("account_id", "=", accountId)
    .where("kind", "=", "not_understood")
    .execute();
}
