import type { Decimal } from "../domain/decimal.ts";
import type { ReconciliationRow } from "../store/tables.ts";

/** One proof, as a check gives it: `reconcile.ts` adds the account and the difference. */
export type Finding = Omit<ReconciliationRow, "account_id" | "difference" | "expected" | "found"> & {
  readonly expected: Decimal;
  readonly found: Decimal;
};
