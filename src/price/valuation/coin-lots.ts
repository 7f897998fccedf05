/**
 * Coins that fees are paid in (BNB, ASTER), as lots: what came and what left for something, first in first
 * out, per account and asset. To pay a fee with a coin is to dispose of the coin at what it is worth then;
 * the fee itself is booked elsewhere, and is not this result.
 *
 * A lot's cost is its quantity times the worth of one coin when it came, so pieces of lots need no division
 * and nothing is rounded.
 */
import { type Decimal, ZERO } from "../../domain/decimal.ts";
import type { Instant } from "../../domain/instant.ts";

/** What a unit was worth, or why nobody can say. */
export type UnitValue =
  | { readonly kind: "known"; readonly price: Decimal }
  | { readonly kind: "missing"; readonly why: string };

/**
 * One change of the coin's wallet. `acquired`: a lot comes. `disposed`: it leaves for something. `withdrawn`:
 * it leaves for another wallet of the same owner, and takes its lots along.
 */
export type CoinEvent = {
  readonly entryId: string;
  readonly line: number;
  readonly kind: string;
  readonly change: "acquired" | "disposed" | "withdrawn";
  /** Always positive. */
  readonly quantity: Decimal;
  /** What one coin was worth then; of a lot that comes, what it cost. */
  readonly unit: UnitValue;
  readonly occurredAt: Instant;
  readonly postedAt: Instant;
};

export type CoinDisposal = {
  readonly event: CoinEvent;
  /** From 1; one for each lot it came from. */
  readonly part: number;
  /** Null where the books know of no lot that is left. */
  readonly lot: CoinEvent | null;
  readonly quantity: Decimal;
  readonly proceeds: Decimal | null;
  readonly cost: Decimal | null;
  readonly result: Decimal | null;
  /** What is missing for the result; null where nothing is. */
  readonly missing: string | null;
};

/**
 * The disposals of events that are given in their order. Whatever leaves beyond the last lot is a disposal
 * without one, never without a row.
 */
export function disposeFirstInFirstOut(events: readonly CoinEvent[]): readonly CoinDisposal[] {
  const lots: { readonly event: CoinEvent; left: Decimal }[] = [];
  let oldest = 0;
  const disposals: CoinDisposal[] = [];
  for (const event of events) {
    if (event.change === "acquired") {
      lots.push({ event, left: event.quantity });
      continue;
    }
    let wanted = event.quantity;
    let part = 1;
    while (!wanted.isZero()) {
      const lot = lots[oldest];
      const quantity = lot === undefined || wanted.lessThan(lot.left) ? wanted : lot.left;
      if (event.change === "disposed") disposals.push(disposal(event, part, lot?.event ?? null, quantity));
      wanted = wanted.minus(quantity);
      part += 1;
      if (lot === undefined) continue;
      lot.left = lot.left.minus(quantity);
      if (lot.left.eq(ZERO)) oldest += 1;
    }
  }
  return disposals;
}

function disposal(event: CoinEvent, part: number, lot: CoinEvent | null, quantity: Decimal): CoinDisposal {
  const proceeds = valueOfQuantity(event.unit, quantity);
  const cost = lot === null ? null : valueOfQuantity(lot.unit, quantity);
  const reasons = [
    ...(event.unit.kind === "missing" ? [`proceeds: ${event.unit.why}`] : []),
    ...(lot === null ? ["cost: the books know of no coins that were left"] : []),
    ...(lot?.unit.kind === "missing" ? [`cost: ${lot.unit.why}`] : []),
  ];
  return {
    event,
    part,
    lot,
    quantity,
    proceeds,
    cost,
    result: proceeds === null || cost === null ? null : proceeds.minus(cost),
    missing: reasons.length === 0 ? null : reasons.join("; "),
  };
}

function valueOfQuantity(unit: UnitValue, quantity: Decimal): Decimal | null {
  return unit.kind === "known" ? quantity.times(unit.price) : null;
}
