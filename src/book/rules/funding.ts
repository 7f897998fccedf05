import { walletMovement } from "../../domain/entry.ts";
import type { CashRule } from "./rule.ts";

/** Received funding and paid funding are kept apart: many tax offices ask for both, and their difference hides the turnover. */
export const funding: CashRule = {
  kind: "funding",
  incomeTypes: ["FUNDING_FEE"],
  book: (income) =>
    walletMovement(
      income.amount,
      income.asset,
      income.amount.isNegative() ? "expenses:funding" : "income:funding",
    ),
};
