import { walletMovement } from "../../domain/entry.ts";
import type { CashRule } from "./rule.ts";

/** The liquidation clearance fee (−); also what the insurance fund pays to bring a bankrupt account back to zero (+), which lessens it. */
export const liquidation: CashRule = {
  kind: "liquidation",
  incomeTypes: ["INSURANCE_CLEAR"],
  book: (income) => walletMovement(income.amount, income.asset, "expenses:liquidation"),
};
