/**
 * Amounts of several assets, each kept apart: a fee may be charged in another asset than the one the PnL is
 * paid in, and amounts of different assets are never added up. Sorted by asset, without zeros; most often
 * there is one, or none.
 */
import { type Fixed, proportion } from "./fixed.ts";

export type Amount = { readonly asset: string; readonly amount: Fixed };
export type Amounts = readonly Amount[];

export const NOTHING: Amounts = [];

/**
 * Decimals of everything that is released in proportion. Venues truncate at 8; ten more keep our own rounding
 * below every tolerance.
 */
export const RELEASE_SCALE = 18;

export function amountOf(asset: string, amount: Fixed): Amounts {
  return amount === 0n ? NOTHING : [{ asset, amount }];
}

export function plus(left: Amounts, right: Amounts): Amounts {
  return combined(left, right, (a, b) => a + b);
}

export function minus(left: Amounts, right: Amounts): Amounts {
  return combined(left, right, (a, b) => a - b);
}

/** Merges the two lists by asset. */
function combined(left: Amounts, right: Amounts, combine: (a: Fixed, b: Fixed) => Fixed): Amounts {
  if (right.length === 0) return left;
  const merged: Amount[] = [];
  let [nextLeft, nextRight] = [0, 0];
  for (;;) {
    const one = left[nextLeft];
    const other = right[nextRight];
    if (one === undefined && other === undefined) return merged;
    const isOne = one !== undefined && (other === undefined || one.asset <= other.asset);
    const isOther = other !== undefined && (one === undefined || other.asset <= one.asset);
    const amount = combine(isOne ? one.amount : 0n, isOther ? other.amount : 0n);
    const asset = isOne ? one.asset : (other?.asset ?? "");
    if (amount !== 0n) merged.push({ asset, amount });
    if (isOne) nextLeft += 1;
    if (isOther) nextRight += 1;
  }
}

export function amountIn(amounts: Amounts, asset: string): Fixed {
  return amounts.find((one) => one.asset === asset)?.amount ?? 0n;
}

/** `change` of each amount; the assets stay. */
export function mapAmounts(amounts: Amounts, change: (amount: Fixed) => Fixed): Amounts {
  const changed: Amount[] = [];
  for (const { asset, amount } of amounts) {
    const result = change(amount);
    if (result !== 0n) changed.push({ asset, amount: result });
  }
  return changed;
}

/**
 * `part` of `whole` of an amount, rounded once; all of it where the part is the whole, so that no remainder
 * stays behind.
 */
export function shareOf(amount: Fixed, part: Fixed, whole: Fixed): Fixed {
  return part === whole ? amount : proportion(amount, part, whole, RELEASE_SCALE);
}

export function sharesOf(amounts: Amounts, part: Fixed, whole: Fixed): Amounts {
  if (part === whole || amounts.length === 0) return amounts;
  return mapAmounts(amounts, (amount) => proportion(amount, part, whole, RELEASE_SCALE));
}
