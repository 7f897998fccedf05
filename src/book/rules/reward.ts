import { walletMovement } from "../../domain/entry.ts";
import type { CashRule } from "./rule.ts";

/** Gifts of the venue, prizes and referral income; one that is taken back (−) lessens them. */
export const reward: CashRule = {
  kind: "reward",
  incomeTypes: ["WELCOME_BONUS", "CONTEST_REWARD", "REFERRAL_KICKBACK", "BFUSD_REWARD"],
  book: (income) => walletMovement(income.amount, income.asset, "income:rewards"),
};
