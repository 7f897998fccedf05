/** Amounts of rows that cannot hold every digit, or that are in the reporting currency. */
import { type Decimal, roundDown, roundHalfUp, ZERO } from "../../domain/decimal.ts";
import type { ExportEvent } from "../events.ts";
import type { Rest } from "../target.ts";

/** Decimals of a currency. */
export const CENTS = 2;

export type Carrier = {
  add(event: ExportEvent): readonly ExportEvent[];
  /** What is left at the end, with the entries that are in no row. */
  rests(): readonly Rest[];
};

/**
 * Truncates amounts to that many decimals and adds the rest to the next row of the account and asset, so that
 * their sum is never further off than one unit of the last decimal. With `round` as bookkeepers round, the
 * sum of the rows is the rounded sum, and whole cents stay as they are. An event that is too small for a row
 * of its own is added to the next row.
 */
export function carrier(decimals: number, round: typeof roundDown = roundDown): Carrier {
  const rests = new Map<string, Rest>();
  return {
    add: (event) => {
      const { account, asset } = event;
      const key = `${account}\n${asset}`;
      const rest = rests.get(key) ?? { amount: ZERO, entryIds: [] };
      const whole = event.amount.plus(rest.amount);
      const amount = round(whole, decimals);
      const entryIds = [...rest.entryIds, ...event.entryIds];
      const left = whole.minus(amount);
      rests.set(key, { account, asset, amount: left, entryIds: amount.isZero() ? entryIds : [] });
      return amount.isZero() ? [] : [{ ...event, amount, entryIds }];
    },
    rests: () =>
      [...rests.values()].filter(({ amount, entryIds }) => !amount.isZero() || entryIds.length > 0),
  };
}

/** Amounts in the reporting currency; what has no price is left over, in its own asset. */
export function valuer(): Carrier {
  const rests = new Map<string, Rest>();
  return {
    add: (event) => {
      const { account, asset, value, currency } = event;
      if (value !== null && currency !== null) return [{ ...event, asset: currency, amount: value }];
      const key = `${account}\n${asset}`;
      const rest = rests.get(key) ?? { amount: ZERO, entryIds: [] };
      const entryIds = [...rest.entryIds, ...event.entryIds];
      rests.set(key, { account, asset, amount: rest.amount.plus(event.amount), entryIds });
      return [];
    },
    rests: () => [...rests.values()],
  };
}

/**
 * Rounds each amount so that the rounded ones add up to the rounded sum: the rest of one is added to the
 * next. The sign of an amount stays, or it becomes zero.
 */
export function roundedOn(decimals: number): (amount: Decimal) => Decimal {
  let exact = ZERO;
  let rounded = ZERO;
  return (amount) => {
    const before = rounded;
    exact = exact.plus(amount);
    rounded = roundHalfUp(exact, decimals);
    return rounded.minus(before);
  };
}
