/**
 * Both sides of a hedge are settled at one price, but for the decimals that the venue cuts off its average
 * and its amounts.
 */
import { expect, test } from "vitest";
import { assignSettlement } from "../../../src/book/lots/assign-settlement.ts";
import { parseFixed } from "../../../src/book/lots/fixed.ts";
import { pnlTolerance } from "../../../src/book/pnl-tolerance.ts";
import { formatDecimal } from "../../../src/domain/decimal.ts";

const OPEN = [
  { positionSide: "LONG", isShort: false, quantity: parseFixed("1"), cost: parseFixed("100"), asset: "USD" },
  { positionSide: "SHORT", isShort: true, quantity: parseFixed("2"), cost: parseFixed("190"), asset: "USD" },
] as const;

/** At 90 the long has lost 10 and the short has won 10; the long's row is off by `off`. */
function settle(off: string, amountDecimals: number) {
  const rows = [
    { key: "of the long", asset: "USD", amount: parseFixed("-10") + parseFixed(off) },
    { key: "of the short", asset: "USD", amount: parseFixed("10") },
  ];
  return assignSettlement(OPEN, rows, parseFixed(formatDecimal(pnlTolerance(amountDecimals).fillAverage)));
}

// Quantity 2 of the short against the long's row: 2 × off is held against ten units × 3.
test.each([
  { amountDecimals: 8, off: "0.00000015", fits: true },
  { amountDecimals: 8, off: "0.00000016", fits: false },
  { amountDecimals: 6, off: "0.000015", fits: true },
  { amountDecimals: 6, off: "0.000016", fits: false },
])(
  "a row that is $off off one price, of $amountDecimals decimals: $fits",
  ({ amountDecimals, off, fits }) => {
    const closes = settle(off, amountDecimals);
    expect(closes?.map(({ positionSide, key }) => `${positionSide} ${key}`) ?? null).toEqual(
      fits ? ["LONG of the long", "SHORT of the short"] : null,
    );
  },
);
