import { readClosings } from "../store/closings.ts";
import { analyzeAfter } from "../store/progress.ts";
import type { Database, Store } from "../store/store.ts";
import { bookNewCash } from "./book-cash.ts";
import { bookLots, type Pace } from "./book-lots.ts";
import { bookMissingCash } from "./book-missing-cash.ts";
import { bookOpenings } from "./book-openings.ts";
import { bookPositionOpenings, type OpeningTerms } from "./book-position-openings.ts";

/** How much of each kind is booked at once; what is left out is as each step has it. What is booked does not depend on it. */
export type BatchSizes = {
  readonly cashRows?: number;
  readonly missingEntries?: number;
  readonly lots?: Pace;
};

/** Books what is new in an account's history. Each step can be killed at any instant and run again to the same result. */
export async function bookAccount(
  store: Store,
  accountId: string,
  openings: OpeningTerms,
  batches: BatchSizes = {},
): Promise<void> {
  const closings = await readClosings(store.db, accountId);
  const cash = await bookNewCash(store, accountId, batches.cashRows);
  // The next steps join what was just written: to the planner it is still empty.
  await analyzeAfter(store.db, cash, ["ledger"]);
  await bookMissingCash(store, accountId, closings, batches.missingEntries);
  await bookOpenings(store, accountId, closings);
  await bookPositionOpenings(store, accountId, openings, closings);
  await bookLots(store, accountId, batches.lots);
}

const REBUILT_TABLES = [
  "ledger.movement",
  "ledger.entry",
  "ledger.disposal",
  "ledger.position_opening",
  "ledger.disposal_amount",
  "ledger.lot",
  "ledger.lot_amount",
  "ledger.round_trip",
  "ledger.unassigned_funding",
  "ledger.checkpoint",
  "ledger.reconciliation",
  "ledger.valuation",
  "ledger.valuation_leg",
  "ledger.coin_disposal",
  "history.income",
  "history.fill",
  "history.forced_order",
  "history.margin_change",
  "history.collateral_transaction",
  "history.position_transaction",
  "history.position_term",
  "history.equity_snapshot",
  "history.progress",
] as const;

/** Drops everything of the account that can be rebuilt from `raw`, `snapshot` and the closed periods, which are people's decisions and stay. */
export async function forgetBooks(store: Store, accountId: string): Promise<void> {
  await store.db.transaction().execute((transaction) => forgetBooksWithin(transaction, accountId));
}

/** The same inside of a transaction. */
export async function forgetBooksWithin(transaction: Database, accountId: string): Promise<void> {
  for (const table of REBUILT_TABLES)
    await transaction.deleteFrom(table).where("account_id", "=", accountId).execute();
  await transaction
    .deleteFrom("raw.set_aside")
    .where("account_id", "=", accountId)
    .where("kind", "=", "not_understood")
    .execute();
}
