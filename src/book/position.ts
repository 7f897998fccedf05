/**
 * A position at average cost: one fill after another. The accounting is the whole of it.
 *
 * The cost is kept, not the average price, because an average has to be rounded: on a partial close the released cost is rounded once, at a named
 * scale, and the rest stays. So over a round trip nothing is gained or lost: Σ realized PnL = −Σ signed quantity × price, exactly.
 */
import { type Decimal, divide, ZERO } from "../domain/decimal.ts";

/** `quantity` is signed, negative for a short; `cost` has its sign: what the open quantity was bought for, or sold for. */
export type OpenPosition = { readonly quantity: Decimal; readonly cost: Decimal };

export const FLAT: OpenPosition = { quantity: ZERO, cost: ZERO };

/** `signedQuantity` is positive for a purchase. */
export type PositionFill = { readonly signedQuantity: Decimal; readonly price: Decimal };

/** The piece of a position that a fill closed: `realizedPnl` = `proceeds` − `cost`, whichever of the two came first. */
export type ClosedPiece = {
  /** Always positive. */
  readonly quantity: Decimal;
  /** What the sale brought: the close of a long, the opening of a short. */
  readonly proceeds: Decimal;
  /** What the purchase cost: the opening of a long, the close of a short. */
  readonly cost: Decimal;
  readonly realizedPnl: Decimal;
};

export type Booked = { readonly position: OpenPosition; readonly closed: ClosedPiece | null };

/** Decimals of a released cost. Venues truncate at 8; ten more keep our own rounding out of every comparison. */
export const COST_SCALE = 18;

/**
 * Books one fill at average cost. A fill that crosses zero is two fills at one price: one closes what is open, one opens the rest. Hence, always:
 * cost after − realized PnL = cost before + signed quantity × price.
 */
export function bookFill(position: OpenPosition, fill: PositionFill): Booked {
  const closing = closingQuantity(position, fill);
  const opening = fill.signedQuantity.minus(closing);
  const released = releasedCost(position, closing);
  const next = {
    quantity: position.quantity.plus(fill.signedQuantity),
    cost: position.cost.minus(released).plus(opening.times(fill.price)),
  };
  if (closing.isZero()) return { position: next, closed: null };
  const exchanged = closing.times(fill.price).abs();
  const [proceeds, cost] = closing.isNegative() ? [exchanged, released] : [released.negated(), exchanged];
  return {
    position: next,
    closed: { quantity: closing.abs(), proceeds, cost, realizedPnl: proceeds.minus(cost) },
  };
}

/** The signed part of the fill that reduces the position: none of it, all of it, or as much as is open. */
function closingQuantity(position: OpenPosition, fill: PositionFill): Decimal {
  const { quantity } = position;
  if (quantity.isZero() || quantity.isNegative() === fill.signedQuantity.isNegative()) return ZERO;
  return fill.signedQuantity.abs().lte(quantity.abs()) ? fill.signedQuantity : quantity.negated();
}

/** The cost of the part that is closed; all of it when nothing stays open, so that no remainder of a rounding outlives the position. */
function releasedCost(position: OpenPosition, closing: Decimal): Decimal {
  if (closing.isZero()) return ZERO;
  if (closing.abs().eq(position.quantity.abs())) return position.cost;
  return divide(position.cost.times(closing.negated()), position.quantity, COST_SCALE);
}
