import { walletMovement } from "../../domain/entry.ts";
import type { CashRule } from "./rule.ts";

/** A fee is paid (−). A positive COMMISSION is a maker's rebate and must stay one: taking its absolute value would turn income into a cost. */
export const tradingFee: CashRule = {
  kind: "trading_fee",
  incomeTypes: ["COMMISSION"],
  book: (income) =>
    walletMovement(
      income.amount,
      income.asset,
      income.amount.isNegative() ? "expenses:trading_fees" : "income:rebates",
    ),
};
