/**
 * Amounts as whole numbers of 10⁻⁴⁰, for the booking of lots alone: sums and comparisons are those of
 * `bigint`, exact and some eight times quicker than those of a `Decimal`; a share is some ten times quicker.
 * A fill leads to about three disposals of a dozen amounts each, so most of the time is spent here.
 *
 * A product of two is not a `Fixed` (its unit is 10⁻⁸⁰), so `*` and `/` are used in this file only, but for
 * comparisons of products.
 */

/** A whole number of 10⁻⁴⁰. */
export type Fixed = bigint;

/** Decimals that are kept. Venues give at most some twenty; an inferred cost has at most these. */
export const FIXED_SCALE = 40;

export const ONE: Fixed = 10n ** 40n;

const PLAIN = /^-?\d+(\.\d{1,40})?$/;
const ZEROS = "0".repeat(FIXED_SCALE);

/** Reads plain decimal text with at most 40 decimals. Throws a RangeError on anything else. */
export function parseFixed(text: string): Fixed {
  if (!PLAIN.test(text))
    throw new RangeError(
      `a plain decimal with at most ${FIXED_SCALE} decimals was expected, found "${text}"`,
    );
  const point = text.indexOf(".");
  if (point < 0) return BigInt(text) * ONE;
  const decimals = text.length - point - 1;
  return BigInt(text.slice(0, point) + text.slice(point + 1) + ZEROS.slice(decimals));
}

/**
 * Prints plain digits, as `formatDecimal` does: no exponent, no trailing zeros, and never a minus sign before
 * zero.
 */
export function formatFixed(value: Fixed): string {
  if (value === 0n) return "0";
  // Most amounts have no more than 18 decimals, and a shorter number is printed faster.
  const short = value / ATTO;
  const [whole, scale] = short * ATTO === value ? [short, 18] : [value, FIXED_SCALE];
  const isNegative = whole < 0n;
  const printed = (isNegative ? -whole : whole).toString();
  const digits = printed.length > scale ? printed : printed.padStart(scale + 1, "0");
  const point = digits.length - scale;
  let end = digits.length;
  while (end > point && digits.charCodeAt(end - 1) === ZERO_CODE) end -= 1;
  const text =
    end === point ? digits.slice(0, point) : `${digits.slice(0, point)}.${digits.slice(point, end)}`;
  return isNegative ? `-${text}` : text;
}

const ATTO = 10n ** 22n;
const ZERO_CODE = "0".charCodeAt(0);

export function absolute(value: Fixed): Fixed {
  return value < 0n ? -value : value;
}

/** `amount` × `part` ÷ `whole`, rounded once, half-even, to `decimals` decimals. `whole` is positive. */
export function proportion(amount: Fixed, part: Fixed, whole: Fixed, decimals: number): Fixed {
  const unit = unitOf(decimals);
  const dividend = amount * part;
  const divisor = whole * unit;
  const quotient = dividend / divisor;
  const rest = dividend - quotient * divisor;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  const isUp = twice > divisor || (twice === divisor && quotient % 2n !== 0n);
  return (isUp ? quotient + (dividend < 0n ? -1n : 1n) : quotient) * unit;
}

const units = Array.from({ length: FIXED_SCALE + 1 }, (_, decimals) => 10n ** BigInt(FIXED_SCALE - decimals));

function unitOf(decimals: number): Fixed {
  const unit = units[decimals];
  if (unit === undefined)
    throw new RangeError(`${decimals} is no number of decimals from 0 to ${FIXED_SCALE}`);
  return unit;
}
