import { walletMovement } from "../../domain/entry.ts";
import type { CashRule } from "./rule.ts";

/** One asset is exchanged for another: two rows, two assets. Each asset's books keep their own half. */
export const conversion: CashRule = {
  kind: "conversion",
  incomeTypes: ["AUTO_EXCHANGE", "COIN_SWAP_DEPOSIT", "COIN_SWAP_WITHDRAW"],
  book: (income) => walletMovement(income.amount, income.asset, "equity:conversions"),
};
