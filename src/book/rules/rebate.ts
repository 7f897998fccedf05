import { walletMovement } from "../../domain/entry.ts";
import type { CashRule } from "./rule.ts";

/** Fees that come back: to the trader, to the market maker, through an API partner or a strategy. */
export const rebate: CashRule = {
  kind: "rebate",
  incomeTypes: ["COMMISSION_REBATE", "API_REBATE", "FEE_RETURN", "MARKET_MERCHANT_RETURN_REWARD"],
  book: (income) => walletMovement(income.amount, income.asset, "income:rebates"),
};
