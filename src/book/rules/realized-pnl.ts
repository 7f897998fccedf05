import { walletMovement } from "../../domain/entry.ts";
import type { CashRule } from "./rule.ts";

/** The result of closing a position, before fees and funding; a delisted contract's settlement is one too (the venue's spelling). */
export const realizedPnl: CashRule = {
  kind: "realized_pnl",
  incomeTypes: ["REALIZED_PNL", "DELIVERED_SETTELMENT"],
  book: (income) => walletMovement(income.amount, income.asset, "income:realized_pnl"),
};
