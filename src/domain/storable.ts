/**
 * The limits of what the store can hold, in one place.
 *
 * Problem: what JSON can say is wider than what Postgres takes. A text with a NUL or half a surrogate pair, a
 * decimal of more digits than a numeric has, a time beyond the calendar, a text too long for an index: each
 * is valid JSON, and an error of the database once it is written. Choice: the limits are well inside
 * Postgres' own, so that sums and products of such values fit too, and each field is checked when it is read.
 * A row beyond the limits counts as not understood: its JSON, in which such characters are escaped, is kept,
 * and the row is set aside.
 */
import { type Decimal, readDecimal } from "./decimal.ts";
import type { Instant } from "./instant.ts";

/**
 * A text's bytes in UTF-8. An index entry of Postgres has 2,700, and a record's key is made of up to six
 * texts.
 */
export const TEXT_BYTES_MAX = 200;

/**
 * Whole digits of an amount: a product of two then has 40, and the sums of such products are exact in a
 * `Decimal` of 80.
 */
const WHOLE_DIGITS_MAX = 20;
/** Decimals of any amount. A venue shows some that went through a float, with up to 64. */
export const DECIMALS_MAX = 80;
/** Decimals of what is booked: a price times a quantity then has 40, which is what the lots keep. */
export const BOOKED_DECIMALS_MAX = 20;

/** 9999-12-31T23:59:59.999Z, the last instant whose year has four digits. */
export const LAST_INSTANT = 253_402_300_799_999;

// A surrogate without its other half: with the flag `u`, a whole pair is one character and does not match.
const UNSTORABLE = /\0|\p{Cs}/u;
const EACH_UNSTORABLE = /\0|\p{Cs}/gu;

/** Why the store cannot hold a text; null where it can. */
export function textFault(text: string): string | null {
  if (!isWithin(text, TEXT_BYTES_MAX)) return `text of at most ${TEXT_BYTES_MAX} bytes`;
  return UNSTORABLE.test(text) ? "text without NUL characters and half surrogate pairs" : null;
}

/**
 * The symbol that a row is kept by: "" where the store cannot hold the name. The name is still in the row's
 * body, and the row is set aside.
 */
export function storableSymbol(symbol: string): string {
  return textFault(symbol) === null ? symbol : "";
}

/** Why the store cannot hold an amount; null where it can. */
export function decimalFault(value: Decimal, decimalsMax = DECIMALS_MAX): string | null {
  if (value.isFinite() && (value.isZero() || value.e < WHOLE_DIGITS_MAX)) {
    return value.decimalPlaces() <= decimalsMax ? null : `a decimal with at most ${decimalsMax} decimals`;
  }
  return `a decimal with at most ${WHOLE_DIGITS_MAX} digits before its point`;
}

/** Reads plain decimal text; null for anything else, and for a decimal that the store cannot hold. */
export function readStorableDecimal(text: string, decimalsMax = DECIMALS_MAX): Decimal | null {
  const value = text.length > TEXT_BYTES_MAX ? null : readDecimal(text);
  return value === null || decimalFault(value, decimalsMax) !== null ? null : value;
}

/** Of an amount that is booked. */
export function readBookedDecimal(text: string): Decimal | null {
  return readStorableDecimal(text, BOOKED_DECIMALS_MAX);
}

/** Whether the store can hold an instant. */
export function isStorableInstant(at: Instant | number): boolean {
  return at >= 0 && at <= LAST_INSTANT;
}

/**
 * The text with what the store cannot hold written as `%00` or `%ud800`; of another text where `%` is escaped
 * itself, this is reversible.
 */
export function withoutUnstorable(text: string): string {
  return text.replace(EACH_UNSTORABLE, (character) => {
    const code = character.charCodeAt(0);
    return code === 0 ? "%00" : `%u${code.toString(16)}`;
  });
}

/** What names a row whose text is too long: its beginning, and how long it was. */
export function shortened(text: string): string {
  if (isWithin(text, TEXT_BYTES_MAX)) return text;
  return `${[...text.slice(0, TEXT_BYTES_MAX)].slice(0, SHORTENED_SIGNS).join("")}%~${text.length}`;
}

/** Of four bytes each at most. */
const SHORTENED_SIGNS = 40;

function isWithin(text: string, bytesMax: number): boolean {
  if (text.length * 3 <= bytesMax) return true;
  return text.length <= bytesMax && new TextEncoder().encode(text).length <= bytesMax;
}
