import { type Decimal, lastPlace, parseDecimal } from "../domain/decimal.ts";

/** How far a venue's figures may be from ours. There is no tolerance for the wallet. */
export type PnlTolerance = {
  /**
   * The fills of a trade against its cash: one unit of the venue's last decimal, because venues truncate or
   * round there.
   */
  readonly tradeCash: Decimal;
  /**
   * A fill's realized PnL against ours at average cost: ten units, because the venue's average has few digits
   * too (13, or a cost rounded at each partial close), which shows in a large position's PnL. The same
   * between the cash that settles a contract and the fills or positions that it may be of.
   */
  readonly fillAverage: Decimal;
};

/** `amountDecimals` is how many decimals the venue keeps of an amount (`Venue.amountDecimals`). */
export function pnlTolerance(amountDecimals: number): PnlTolerance {
  const unit = lastPlace(amountDecimals);
  return { tradeCash: unit, fillAverage: unit.times(parseDecimal("10")) };
}
