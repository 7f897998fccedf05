import { type Decimal, formatDecimal } from "./decimal.ts";

/** An amount of one asset. Amounts of different assets are never added. */
export type Money = { readonly amount: Decimal; readonly asset: string };

/** Throws when the assets differ, naming both: a sum of dollars and coins is a bug, never a total. */
export function addMoney(a: Money, b: Money): Money {
  if (a.asset !== b.asset) {
    throw new TypeError(
      `${formatDecimal(a.amount)} ${a.asset} and ${formatDecimal(b.amount)} ${b.asset} cannot be added: their assets differ`,
    );
  }
  return { amount: a.amount.plus(b.amount), asset: a.asset };
}
