/**
 * Double entry that cannot be out of balance: an entry is a list of movements, and a movement holds both of
 * its sides.
 */
import type { Decimal } from "./decimal.ts";
import type { Instant } from "./instant.ts";

/**
 * The lines that reports show the ledger by: of each, the side of a posting that is positive on it, whether
 * it is part of the result, and its words in the catalog. Every report, trace and check reads them as columns
 * of `ledger.posting`, which is made from here.
 */
export const LEDGER_LINES = {
  wallet: { positive: "debit", isResult: false, words: "What the posting changes in the wallet" },
  realized_pnl: { positive: "credit", isResult: true, words: "What prices gave and took" },
  trading_fees: { positive: "credit", isResult: true, words: "Trading fees" },
  rebates: { positive: "credit", isResult: true, words: "Rebates of fees" },
  funding: { positive: "credit", isResult: true, words: "Funding, received and paid" },
  liquidation: { positive: "credit", isResult: true, words: "What liquidations were charged" },
  rewards: { positive: "credit", isResult: true, words: "Rewards of the venue" },
  transfers: { positive: "credit", isResult: false, words: "Moves into and out of the account" },
  conversions: { positive: "credit", isResult: false, words: "One asset changed into another" },
  inferred_opening: {
    positive: "credit",
    isResult: false,
    words: "What was there before the history begins",
  },
  suspense: { positive: "credit", isResult: false, words: "Events of a kind that is not known" },
} as const satisfies Readonly<Record<string, LineMeaning>>;
export type LedgerLine = keyof typeof LEDGER_LINES;
export type LineMeaning = {
  readonly positive: "debit" | "credit";
  readonly isResult: boolean;
  readonly words: string;
};

/**
 * The chart of accounts, each with its line. The names are stable: people's own SQL and their accountants
 * rely on them.
 */
export const LEDGER_ACCOUNTS = {
  "assets:wallet": "wallet",
  "income:realized_pnl": "realized_pnl",
  "expenses:trading_fees": "trading_fees",
  "income:rebates": "rebates",
  "income:funding": "funding",
  "expenses:funding": "funding",
  "expenses:liquidation": "liquidation",
  "income:rewards": "rewards",
  "equity:transfers": "transfers",
  "equity:conversions": "conversions",
  "equity:opening": "inferred_opening",
  suspense: "suspense",
} as const satisfies Readonly<Record<string, LedgerLine>>;
export type LedgerAccount = keyof typeof LEDGER_ACCOUNTS;

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
 * The movement of a signed change of the wallet: what comes in is debited to the wallet and credited to
 * `counter`, what goes out the other way round. Empty for zero, because a movement is positive.
 */
export function walletMovement(change: Decimal, asset: string, counter: LedgerAccount): Movement[] {
  if (change.isZero()) return [];
  return change.isPositive()
    ? [{ debitAccount: "assets:wallet", creditAccount: counter, asset, amount: change }]
    : [{ debitAccount: counter, creditAccount: "assets:wallet", asset, amount: change.negated() }];
}
