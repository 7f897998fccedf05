import type { CashKind } from "../../domain/cash-kind.ts";

/**
 * What the words of the income history mean: those that Binance or Aster documents, and those that were seen
 * in its files.
 */
export const KIND_OF_INCOME_TYPE: ReadonlyMap<string, CashKind> = new Map([
  ["REALIZED_PNL", "realized_pnl"],
  // The venue's spelling.
  ["DELIVERED_SETTELMENT", "contract_settlement"],
  ["COMMISSION", "trading_fee"],
  ["COMMISSION_REBATE", "rebate"],
  ["API_REBATE", "rebate"],
  ["FEE_RETURN", "rebate"],
  ["MARKET_MERCHANT_RETURN_REWARD", "rebate"],
  ["FUNDING_FEE", "funding"],
  ["INSURANCE_CLEAR", "liquidation"],
  ["TRANSFER", "transfer"],
  ["INTERNAL_TRANSFER", "transfer"],
  ["CROSS_COLLATERAL_TRANSFER", "transfer"],
  ["STRATEGY_UMFUTURES_TRANSFER", "transfer"],
  ["WELCOME_BONUS", "reward"],
  ["CONTEST_REWARD", "reward"],
  ["REFERRAL_KICKBACK", "reward"],
  ["BFUSD_REWARD", "reward"],
  ["AUTO_EXCHANGE", "conversion"],
  ["COIN_SWAP_DEPOSIT", "conversion"],
  ["COIN_SWAP_WITHDRAW", "conversion"],
] as const);
