import { type Entry, walletMovement } from "../../domain/entry.ts";
import type { Income } from "../../domain/record.ts";
import { conversion } from "./conversion.ts";
import { funding } from "./funding.ts";
import { liquidation } from "./liquidation.ts";
import { realizedPnl } from "./realized-pnl.ts";
import { rebate } from "./rebate.ts";
import { reward } from "./reward.ts";
import type { CashRule } from "./rule.ts";
import { tradingFee } from "./trading-fee.ts";
import { transfer } from "./transfer.ts";

export const CASH_RULES: readonly CashRule[] = [
  realizedPnl,
  tradingFee,
  rebate,
  funding,
  liquidation,
  transfer,
  reward,
  conversion,
];

const RULE_OF_TYPE = new Map(
  CASH_RULES.flatMap((rule) => rule.incomeTypes.map((type) => [type, rule] as const)),
);

/**
 * Books one row of the cash statement. A type that no rule knows moves the wallet against `suspense`: the wallet stays true, nothing is guessed,
 * and reports and the exit code say that a person is needed.
 */
export function bookCash(recordKey: string, income: Income): Entry {
  const rule = RULE_OF_TYPE.get(income.incomeType);
  return {
    entryId: `income/${recordKey}${income.part === "" ? "" : `/${income.part}`}`,
    kind: rule?.kind ?? "unknown",
    symbol: income.symbol,
    occurredAt: income.occurredAt,
    movements: rule?.book(income) ?? walletMovement(income.amount, income.asset, "suspense"),
  };
}
