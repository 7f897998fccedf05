/** Double entry that cannot be out of balance: an entry is a list of movements, and a movement holds both of its sides. */
import type { Decimal } from "./decimal.ts";
import type { Instant } from "./instant.ts";

/** The chart of accounts. Its names are stable: people's SQL and their accountants hold on to them. */
export const LEDGER_ACCOUNTS = [
  "assets:wallet",
  "income:realized_pnl",
  "expenses:trading_fees",
  "income:rebates",
  "income:funding",
  "expenses:funding",
  "expenses:liquidation",
  "income:rewards",
  "equity:transfers",
  "equity:conversions",
  "equity:opening",
  "suspense",
] as const;
export type LedgerAccount = (typeof LEDGER_ACCOUNTS)[number];

/** A positive amount of one asset that moves from the credited ledger account to the debited one. */
export type Movement = {
  readonly debitAccount: LedgerAccount;
  readonly creditAccount: LedgerAccount;
  readonly asset: string;
  readonly amount: Decimal;
};

/** One booked event. An event of amount zero has no movement. */
export type Entry = {
  readonly entryId: string;
  readonly kind: string;
  readonly symbol: string;
  readonly occurredAt: Instant;
  readonly movements: readonly Movement[];
};

/**
 * The movement of a signed change of the wallet: what comes in is debited to the wallet and credited to `counter`,
 * what goes out the other way round. Empty for zero, because a movement is positive.
 */
export function walletMovement(change: Decimal, asset: string, counter: LedgerAccount): Movement[] {
  if (change.isZero()) return [];
  return change.isPositive()
    ? [{ debitAccount: "assets:wallet", creditAccount: counter, asset, amount: change }]
    : [{ debitAccount: counter, creditAccount: "assets:wallet", asset, amount: change.negated() }];
}
