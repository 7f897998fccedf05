/**
 * For each kind of cash, the ledger account that balances the wallet's side of the entry. The only such
 * table.
 */
import type { CashKind } from "../domain/cash-kind.ts";
import { type Entry, type LedgerAccount, walletMovement } from "../domain/entry.ts";
import type { Income } from "../domain/record.ts";

type CashRule = {
  /** The kind of its entries, as in `ledger.entry`. */
  readonly entryKind: string;
  /** The ledger account of what is received (+). */
  readonly received: LedgerAccount;
  /** The ledger account of what is paid (−). */
  readonly paid: LedgerAccount;
};

function rule(entryKind: string, received: LedgerAccount, paid: LedgerAccount = received): CashRule {
  return { entryKind, received, paid };
}

export const CASH_RULES: Readonly<Record<CashKind, CashRule>> = {
  realized_pnl: rule("realized_pnl", "income:realized_pnl"),
  contract_settlement: rule("realized_pnl", "income:realized_pnl"),
  // A maker rebate is income and keeps its sign: its absolute value would turn it into a cost.
  trading_fee: rule("trading_fee", "income:rebates", "expenses:trading_fees"),
  rebate: rule("rebate", "income:rebates"),
  // Received and paid are kept apart: many tax offices ask for both, and the net amount hides the turnover.
  funding: rule("funding", "income:funding", "expenses:funding"),
  // What the insurance fund pays reduces the expense.
  liquidation: rule("liquidation", "expenses:liquidation"),
  // A reward that is taken back reduces the income.
  reward: rule("reward", "income:rewards"),
  // Each asset has its own half of the exchange.
  conversion: rule("conversion", "equity:conversions"),
  // Neither income nor expense, whatever its source.
  transfer: rule("transfer", "equity:transfers"),
  deposit: rule("transfer", "equity:transfers"),
  withdrawal: rule("transfer", "equity:transfers"),
  bridge_deposit: rule("transfer", "equity:transfers"),
  bridge_withdrawal: rule("transfer", "equity:transfers"),
  // The wallet stays right, nothing is guessed, and reports and the exit code say that a person must look.
  unknown: rule("unknown", "suspense"),
};

/** Books one row of the cash statement: always its own amount, in its own asset. */
export function bookCash(recordKey: string, income: Income): Entry {
  const { entryKind, received, paid } = CASH_RULES[income.kind];
  return {
    entryId: `income/${recordKey}${income.part === "" ? "" : `/${income.part}`}`,
    kind: entryKind,
    symbol: income.symbol,
    occurredAt: income.occurredAt,
    movements: walletMovement(income.amount, income.asset, income.amount.isNegative() ? paid : received),
  };
}
