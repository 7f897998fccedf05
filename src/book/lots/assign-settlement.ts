/**
 * Which position each settlement row belongs to, and at what price. The cash rows of a contract that ended
 * name the symbol and not the side, and there is one row for each position that was open. With both sides
 * open they have one price: the assignment in which both rows give the same price is the right one. Rows that
 * no price of the open positions explains belong to positions that the books do not hold. Pure.
 */
import type { PositionSide } from "../../domain/record.ts";
import type { ContractSettlement } from "./events.ts";
import { absolute, type Fixed } from "./fixed.ts";

/**
 * A position that is settled. Quantity and cost are positive, also of a short; the cost is that at average.
 */
export type SettledSide = {
  readonly positionSide: PositionSide;
  readonly isShort: boolean;
  readonly quantity: Fixed;
  readonly cost: Fixed;
  /** "" where the venue does not say. */
  readonly asset: string;
};

/**
 * `value` is what the whole position was closed for, so that its result at average cost is the row's amount.
 */
export type SettledClose = {
  readonly positionSide: PositionSide;
  readonly key: string;
  readonly value: Fixed;
  readonly amount: Fixed;
  readonly asset: string;
};

/**
 * Null where the rows do not say what each of the open positions was closed for, or contradict that these
 * were open. `tolerance` is by how much a position's value may be off, as the venue's average and its amount
 * are rounded.
 */
export function assignSettlement(
  open: readonly SettledSide[],
  rows: readonly ContractSettlement[],
  tolerance: Fixed,
): readonly SettledClose[] | null {
  const assets = new Set([...open, ...rows].map(({ asset }) => asset).filter((asset) => asset !== ""));
  if (rows.length !== open.length || assets.size > 1 || !open.every(canBeOpen)) return null;
  const closes = chooseCloses(open, rows, tolerance);
  return closes === null || closes.some(({ value }) => value <= 0n) ? null : closes;
}

/**
 * A LONG side is never short, and a SHORT side never long: where the books say so, earlier fills are missing.
 */
function canBeOpen({ positionSide, isShort }: SettledSide): boolean {
  return positionSide === "BOTH" || (positionSide === "SHORT") === isShort;
}

function chooseCloses(
  open: readonly SettledSide[],
  rows: readonly ContractSettlement[],
  tolerance: Fixed,
): readonly SettledClose[] | null {
  const [one, other, third] = open;
  const [first, second] = rows;
  if (one === undefined || first === undefined || third !== undefined) return null;
  if (other === undefined || second === undefined) return [closeOf(one, first)];
  const straight = [closeOf(one, first), closeOf(other, second)] as const;
  const crossed = [closeOf(one, second), closeOf(other, first)] as const;
  const haveOnePrice = ([a, b]: typeof straight) =>
    absolute(a.value * other.quantity - b.value * one.quantity) <=
    tolerance * (one.quantity + other.quantity);
  if (!haveOnePrice(straight)) return haveOnePrice(crossed) ? crossed : null;
  return haveOnePrice(crossed) && first.amount !== second.amount ? null : straight;
}

function closeOf({ positionSide, isShort, cost }: SettledSide, row: ContractSettlement): SettledClose {
  const { key, amount, asset } = row;
  return { positionSide, key, amount, asset, value: isShort ? cost - amount : cost + amount };
}
