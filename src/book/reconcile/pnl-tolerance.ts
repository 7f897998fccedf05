import { type Decimal, divide, parseDecimal } from "../../domain/decimal.ts";

export type PnlTolerance = {
  /** Venues cut the PnL of a fill off, or round it, at their last decimal: one unit of it. */
  readonly usual: Decimal;
  /** Their average is short too (13 digits, or a cost rounded at each partial close), which shows in a large position's PnL: ten units. */
  readonly large: Decimal;
};

/** How far a venue's realized PnL of a fill may be from ours. `amountDecimals` is how many decimals the venue keeps of an amount. */
export function pnlTolerance(amountDecimals: number): PnlTolerance {
  const ten = parseDecimal("10");
  const usual = divide(parseDecimal("1"), ten.pow(amountDecimals), amountDecimals);
  return { usual, large: usual.times(ten) };
}
