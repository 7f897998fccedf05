/**
 * Four steps of colour by the asset's own days: at a quarter, half and four fifths of their sizes, so that a
 * day that is a hundred times the others leaves the calendar readable.
 */
import type { Decimal } from "../domain/decimal.ts";
import { isGain } from "./amounts.ts";

export type Steps = {
  /** Sizes at which the second, third and fourth step begin; ascending, and none twice. */
  readonly bounds: readonly Decimal[];
};

const SHARES = [0.25, 0.5, 0.8];

export function stepsOf(amounts: readonly Decimal[]): Steps {
  const sizes = amounts
    .filter((amount) => !amount.isZero())
    .map((amount) => amount.abs())
    .toSorted((a, b) => a.comparedTo(b));
  const bounds = SHARES.flatMap((share) => sizes[Math.floor(share * sizes.length)] ?? []);
  return { bounds: bounds.filter((bound, place) => bounds.findIndex((one) => one.equals(bound)) === place) };
}

/** The class of the style: z, g1 to g4, l1 to l4. */
export function stepOf(amount: Decimal, { bounds }: Steps): string {
  if (amount.isZero()) return "z";
  const step = 1 + bounds.filter((bound) => amount.abs().greaterThanOrEqualTo(bound)).length;
  return `${isGain(amount) ? "g" : "l"}${step}`;
}
