import { type Decimal, lastPlace, parseDecimal } from "../domain/decimal.ts";

/** How far a venue's figures may be from ours. The wallet has none. */
export type PnlTolerance = {
  /**
   * The fills of a trade against its cash. Venues cut an amount off, or round it, at their last decimal: one
   * unit of it.
   */
  readonly tradeCash: Decimal;
  /**
   * A fill's realized PnL against ours at average cost. The venue's average is short too (13 digits, or a
   * cost rounded at each partial close), which shows in a large position's PnL: ten units. The same between
   * the cash that settles a contract and the fills or positions that it may be of.
   */
  readonly fillAverage: Decimal;
};

/** `amountDecimals` is how many decimals the venue keeps of an amount (`Venue.amountDecimals`). */
export function pnlTolerance(amountDecimals: number): PnlTolerance {
  const unit = lastPlace(amountDecimals);
  return { tradeCash: unit, fillAverage: unit.times(parseDecimal("10")) };
}
