/**
 * The one decimal of the program, and the only file that imports decimal.js.
 *
 * Problem: decimal.js rounds the result of every operation, to 20 significant digits unless told otherwise,
 * and prints small numbers with an exponent; two constructors with different settings give different sums,
 * and `instanceof` cannot tell them apart. Choice: one constructor, 80 digits wide (money here has at most
 * some 40), which prints plain digits. Add, subtract and multiply freely: at this width they are exact.
 * Division is not, so it has one place: `divide`.
 */
import { Decimal as DecimalJs } from "decimal.js";

const Wide = DecimalJs.clone({
  precision: 80,
  rounding: DecimalJs.ROUND_HALF_EVEN,
  toExpNeg: -9e15,
  toExpPos: 9e15,
});

export type Decimal = DecimalJs;

const PLAIN = /^-?\d+(\.\d+)?$/;

/** Whether it is plain decimal text. */
export function isDecimal(text: string): boolean {
  return PLAIN.test(text);
}

/**
 * Reads plain decimal text: digits, one point, a minus sign; or null for anything else (an exponent, a blank,
 * NaN).
 */
export function readDecimal(text: string): Decimal | null {
  return isDecimal(text) ? new Wide(text) : null;
}

/**
 * Reads plain decimal text. Throws a RangeError on anything that is not, because it can only be a bug by
 * then.
 */
export function parseDecimal(text: string): Decimal {
  const value = readDecimal(text);
  if (value === null) throw new RangeError(`a plain decimal was expected, found "${text}"`);
  return value;
}

/** Prints plain digits: no exponent, no trailing zeros, and never a minus sign before zero. */
export function formatDecimal(value: Decimal): string {
  return value.isZero() ? "0" : value.toFixed();
}

/** As many significant digits as a spreadsheet keeps of a number, and every double holds. */
const SPREADSHEET_DIGITS = 15;

/** Whether a spreadsheet keeps every digit of plain decimal text as a number. */
export function spreadsheetKeeps(text: string): boolean {
  return text.replace(/^-?[0.]*|\.?0*$/g, "").replace(".", "").length <= SPREADSHEET_DIGITS;
}

export const ZERO: Decimal = new Wide(0);

/**
 * The only division of the program: rounded half-even at a named number of decimals. Money is divided once
 * (the released cost of a partial close) and whatever the rounding leaves stays in the position.
 */
export function divide(dividend: Decimal, divisor: Decimal, scale: number): Decimal {
  return dividend.div(divisor).toDecimalPlaces(scale, DecimalJs.ROUND_HALF_EVEN);
}

/** The amount truncated to that many decimals: never further from zero than it was. */
export function roundDown(amount: Decimal, decimals: number): Decimal {
  return amount.toDecimalPlaces(decimals, DecimalJs.ROUND_DOWN);
}

/** The nearest amount with that many decimals; a tie is rounded away from zero, as bookkeepers round. */
export function roundHalfUp(amount: Decimal, decimals: number): Decimal {
  return amount.toDecimalPlaces(decimals, DecimalJs.ROUND_HALF_UP);
}

/** Plain digits with exactly that many decimals, of an amount that has no more. */
export function formatDecimals(amount: Decimal, decimals: number): string {
  return (amount.isZero() ? ZERO : amount).toFixed(decimals);
}

/** One unit of the last of that many decimals. */
export function lastPlace(decimals: number): Decimal {
  return divide(new Wide(1), new Wide(10).pow(decimals), decimals);
}

export function sum(values: Iterable<Decimal>): Decimal {
  let total = ZERO;
  for (const value of values) total = total.plus(value);
  return total;
}
