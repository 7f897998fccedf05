import type { Movement } from "../../domain/entry.ts";
import type { Income } from "../../domain/record.ts";

/** How a kind of cash event is booked: one file a kind. The movement is always the row's own amount, in its own asset. */
export type CashRule = {
  /** The kind of its entries, as in `ledger.entry`. */
  readonly kind: string;
  /** The cash statement's words for it, as venues of the Binance family and their kin write them. */
  readonly incomeTypes: readonly string[];
  book(income: Income): readonly Movement[];
};
