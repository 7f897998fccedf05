/**
 * What did the venue pay for what it settled? The cash rows of a contract that ended name the symbol and not the side. Of one open position all of them
 * are the result. With both sides open there is a row for each, and one price for both: the way round in which the prices agree better is the
 * one meant. Pure.
 */
import type { PositionSide } from "../../domain/record.ts";
import type { ContractSettlement } from "./events.ts";
import { absolute, type Fixed } from "./fixed.ts";

/** A position that is settled. Quantity and cost are positive, also of a short; the cost is that at average. */
export type SettledSide = {
  readonly positionSide: PositionSide;
  readonly isShort: boolean;
  readonly quantity: Fixed;
  readonly cost: Fixed;
  /** "" where the venue does not say. */
  readonly asset: string;
};

/** `value` is what the whole position was closed for, so that its result at average cost is the row's amount. */
export type SettledClose = {
  readonly positionSide: PositionSide;
  readonly key: string;
  readonly value: Fixed;
  readonly amount: Fixed;
  readonly asset: string;
};

/** Null where the rows do not say what each of the open positions was closed for. */
export function assignSettlement(
  open: readonly SettledSide[],
  rows: readonly ContractSettlement[],
): readonly SettledClose[] | null {
  const closes = chooseCloses(open, rows);
  return closes === null || closes.some(({ value }) => value < 0n) ? null : closes;
}

function chooseCloses(
  open: readonly SettledSide[],
  rows: readonly ContractSettlement[],
): readonly SettledClose[] | null {
  const [one, other, third] = open;
  const [first, second] = rows;
  if (one === undefined || first === undefined || third !== undefined) return null;
  const assets = new Set([...open, ...rows].map(({ asset }) => asset).filter((asset) => asset !== ""));
  if (assets.size > 1) return null;
  if (other === undefined) {
    const amount = rows.reduce((total, row) => total + row.amount, 0n);
    return [closeOf(one, { ...first, amount })];
  }
  if (second === undefined || rows.length > 2) return null;
  const straight = [closeOf(one, first), closeOf(other, second)] as const;
  if (first.amount === second.amount) return straight;
  const crossed = [closeOf(one, second), closeOf(other, first)] as const;
  const off = ([a, b]: typeof straight) => absolute(a.value * other.quantity - b.value * one.quantity);
  if (off(straight) === off(crossed)) return null;
  return off(straight) < off(crossed) ? straight : crossed;
}

function closeOf({ positionSide, isShort, cost }: SettledSide, row: ContractSettlement): SettledClose {
  const { key, amount, asset } = row;
  return { positionSide, key, amount, asset, value: isShort ? cost - amount : cost + amount };
}
