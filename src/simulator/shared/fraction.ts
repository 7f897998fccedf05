/**
 * Exact fractions on BigInt: the simulator's arithmetic.
 *
 * The program under test counts with decimals of a fixed width. A truth computed with the same decimals would
 * share their mistakes, so the simulator shares nothing with them: a fraction is never rounded, except by
 * functions whose names say that they truncate. Reduction is left to the places where denominators could
 * grow, because money has powers of ten below the line.
 */

/** `numerator / denominator`; the denominator is positive. Not always in lowest terms. */
export type Fraction = { readonly numerator: bigint; readonly denominator: bigint };

export const ZERO_FRACTION: Fraction = { numerator: 0n, denominator: 1n };

const PLAIN = /^(-?)(\d+)(?:\.(\d+))?$/;

/** Reads plain decimal text. Throws a RangeError on anything else. */
export function parseFraction(text: string): Fraction {
  const parts = PLAIN.exec(text);
  if (parts === null) throw new RangeError(`a plain decimal was expected, found "${text}"`);
  const [, sign = "", whole = "", decimals = ""] = parts;
  const magnitude = BigInt(whole + decimals);
  return { numerator: sign === "-" ? -magnitude : magnitude, denominator: 10n ** BigInt(decimals.length) };
}

/** `units` of 10^-decimals: `fractionOf(12n, 1)` is 1.2. */
export function fractionOf(units: bigint, decimals: number): Fraction {
  return { numerator: units, denominator: 10n ** BigInt(decimals) };
}

export function add(a: Fraction, b: Fraction): Fraction {
  if (a.denominator === b.denominator) {
    return { numerator: a.numerator + b.numerator, denominator: a.denominator };
  }
  // Decimals of different lengths: the longer one's denominator serves both, so that a sum of thousands does
  // not grow.
  if (a.denominator % b.denominator === 0n) {
    return {
      numerator: a.numerator + b.numerator * (a.denominator / b.denominator),
      denominator: a.denominator,
    };
  }
  if (b.denominator % a.denominator === 0n) {
    return {
      numerator: a.numerator * (b.denominator / a.denominator) + b.numerator,
      denominator: b.denominator,
    };
  }
  return reduced({
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  });
}

export function negate(a: Fraction): Fraction {
  return { numerator: -a.numerator, denominator: a.denominator };
}

export function subtract(a: Fraction, b: Fraction): Fraction {
  return add(a, negate(b));
}

export function multiply(a: Fraction, b: Fraction): Fraction {
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator };
}

/** In lowest terms. Throws a RangeError on a division by zero. */
export function divide(a: Fraction, b: Fraction): Fraction {
  if (b.numerator === 0n) throw new RangeError("a fraction was divided by zero");
  const numerator = a.numerator * b.denominator;
  const denominator = a.denominator * b.numerator;
  return reduced(
    denominator < 0n ? { numerator: -numerator, denominator: -denominator } : { numerator, denominator },
  );
}

export function sumOf(values: Iterable<Fraction>): Fraction {
  let total = ZERO_FRACTION;
  for (const value of values) total = add(total, value);
  return total;
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function compare(a: Fraction, b: Fraction): -1 | 0 | 1 {
  const left = a.numerator * b.denominator;
  const right = b.numerator * a.denominator;
  return left < right ? -1 : left > right ? 1 : 0;
}

export function signOf(a: Fraction): -1 | 0 | 1 {
  return a.numerator < 0n ? -1 : a.numerator > 0n ? 1 : 0;
}

export function magnitudeOf(a: Fraction): Fraction {
  return a.numerator < 0n ? negate(a) : a;
}

/** Whole units of 10^-decimals, truncated toward zero: how the venues cut PnL and fees. */
export function truncatedUnits(value: Fraction, decimals: number): bigint {
  return (value.numerator * 10n ** BigInt(decimals)) / value.denominator;
}

/** Truncated toward zero, with all its decimals: `-0.37500000`. */
export function truncatedText(value: Fraction, decimals: number): string {
  return unitsText(truncatedUnits(value, decimals), decimals);
}

/** `units` of 10^-decimals with all their decimals: `unitsText(-375n, 3)` is `-0.375`. */
export function unitsText(units: bigint, decimals: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, "0");
  const sign = units < 0n ? "-" : "";
  if (decimals === 0) return sign + digits;
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/**
 * The exact decimal without trailing zeros. Throws a RangeError for a fraction that has none, such as 1/3.
 */
export function plainText(value: Fraction): string {
  const { numerator, denominator } = reduced(value);
  const twos = timesDivisible(denominator, 2n);
  const fives = timesDivisible(denominator, 5n);
  if (denominator !== 2n ** BigInt(twos) * 5n ** BigInt(fives)) {
    throw new RangeError(`${numerator}/${denominator} has no finite decimal`);
  }
  const decimals = Math.max(twos, fives);
  return unitsText((numerator * 10n ** BigInt(decimals)) / denominator, decimals);
}

function timesDivisible(value: bigint, factor: bigint): number {
  let times = 0;
  for (let rest = value; rest % factor === 0n; rest /= factor) times += 1;
  return times;
}

function reduced({ numerator, denominator }: Fraction): Fraction {
  let divisor = numerator < 0n ? -numerator : numerator;
  for (let rest = denominator; rest !== 0n; ) [divisor, rest] = [rest, divisor % rest];
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}
