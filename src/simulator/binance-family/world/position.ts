/**
 * How the venue keeps a position: a signed quantity and its average entry, an exact fraction that a close
 * leaves alone.
 */
import {
  add,
  compare,
  divide,
  type Fraction,
  magnitudeOf,
  multiply,
  negate,
  signOf,
  subtract,
  truncatedUnits,
  ZERO_FRACTION,
} from "../../shared/fraction.ts";

/** Venues state amounts of money with 8 decimals and truncate toward zero. */
export const MONEY_DECIMALS = 8;

export type VenuePosition = { readonly quantity: Fraction; readonly average: Fraction };

export const FLAT: VenuePosition = { quantity: ZERO_FRACTION, average: ZERO_FRACTION };

type Applied = {
  readonly position: VenuePosition;
  /** In units of 10^-8; zero where the fill closed nothing. */
  readonly realizedPnlUnits: bigint;
};

/** Applies one fill. What exceeds the open quantity opens the other way, at the fill's price. */
export function applyFill(position: VenuePosition, signedQuantity: Fraction, price: Fraction): Applied {
  const quantity = add(position.quantity, signedQuantity);
  if (signOf(position.quantity) * signOf(signedQuantity) >= 0) {
    const cost = add(multiply(position.average, position.quantity), multiply(price, signedQuantity));
    return {
      position: signOf(quantity) === 0 ? FLAT : { quantity, average: divide(cost, quantity) },
      realizedPnlUnits: 0n,
    };
  }
  const crossesZero = compare(magnitudeOf(signedQuantity), magnitudeOf(position.quantity)) > 0;
  const closed = crossesZero ? position.quantity : negate(signedQuantity);
  const realizedPnl = multiply(subtract(price, position.average), closed);
  return {
    position: signOf(quantity) === 0 ? FLAT : { quantity, average: crossesZero ? price : position.average },
    realizedPnlUnits: truncatedUnits(realizedPnl, MONEY_DECIMALS),
  };
}
