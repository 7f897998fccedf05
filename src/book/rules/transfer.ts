import { walletMovement } from "../../domain/entry.ts";
import type { CashRule } from "./rule.ts";

/** Money that moves between the account and elsewhere: neither income nor expense. */
export const transfer: CashRule = {
  kind: "transfer",
  incomeTypes: ["TRANSFER", "INTERNAL_TRANSFER", "CROSS_COLLATERAL_TRANSFER", "STRATEGY_UMFUTURES_TRANSFER"],
  book: (income) => walletMovement(income.amount, income.asset, "equity:transfers"),
};
