/**
 * One field of a row. Ids, times and amounts come quoted or bare from one generation of an API to the next,
 * so every field is read as its text. A field that cannot be read is a `FieldError` with its name; nothing is
 * guessed.
 */
import { type Decimal, readDecimal } from "../domain/decimal.ts";
import { type Instant, readMilliseconds } from "../domain/instant.ts";
import {
  FieldError,
  found,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonText,
  parseJsonExactly,
  requiredText,
  scalarText,
  verbatimField,
} from "../domain/json.ts";
import {
  BOOKED_DECIMALS_MAX,
  DECIMALS_MAX,
  decimalFault,
  readStorableDecimal,
  TEXT_BYTES_MAX,
} from "../domain/storable.ts";

const WITH_EXPONENT = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,2})$/;

/** Decimal text as plain digits: `1E-8` becomes `0.00000001`, exactly. Other text is given back as it is. */
export function withoutExponent(text: string): string {
  const parts = WITH_EXPONENT.exec(text);
  if (parts === null) return text;
  const [, sign = "", whole = "", fraction = "", exponent = ""] = parts;
  const shift = Number(exponent);
  const point = whole.length + Math.max(0, shift);
  const digits = `${"0".repeat(Math.max(0, -shift))}${whole}${fraction}`.padEnd(point, "0");
  const wholeDigits = digits.slice(0, point).replace(/^0+(?=\d)/, "");
  return `${sign}${wholeDigits}${point < digits.length ? `.${digits.slice(point)}` : ""}`;
}

export function decimalField(row: JsonObject, name: string, decimalsMax = DECIMALS_MAX): Decimal {
  const text = verbatimField(row, name);
  const value = text.length > TEXT_BYTES_MAX ? null : readDecimal(withoutExponent(text));
  const fault = value === null ? "a decimal" : decimalFault(value, decimalsMax);
  if (value !== null && fault === null) return value;
  throw new FieldError(`"${name}": ${fault} was expected, found ${found(row[name])}`);
}

/**
 * A decimal that the books do not need; null where it is missing, empty or cannot be read. An answer is not
 * refused for it, and it is never taken for zero.
 */
export function shownDecimal(row: JsonObject, name: string): Decimal | null {
  return readStorableDecimal(withoutExponent(scalarText(row[name])));
}

/** An amount that is booked: it has at most as many decimals as the lots multiply exactly. */
export function bookedField(row: JsonObject, name: string): Decimal {
  return decimalField(row, name, BOOKED_DECIMALS_MAX);
}

/** A price or a quantity of a fill. */
export function positiveField(row: JsonObject, name: string): Decimal {
  const value = bookedField(row, name);
  if (value.greaterThan(0)) return value;
  throw new FieldError(`"${name}": a decimal above zero was expected, found ${found(row[name])}`);
}

/** A field whose text is not blank. */
export function nonBlankText(row: JsonObject, name: string): string {
  const text = requiredText(row, name);
  if (text !== "") return text;
  throw new FieldError(`"${name}": text was expected, found ""`);
}

/** A count, as its text: it is calculated with. */
export function countField(row: JsonObject, name: string): string {
  const text = verbatimField(row, name);
  if (readCount(text) !== null) return text;
  throw new FieldError(`"${name}": a count was expected, found ${found(row[name])}`);
}

export function timeField(row: JsonObject, name: string): Instant {
  const at = readMilliseconds(verbatimField(row, name));
  if (at !== null) return at;
  throw new FieldError(`"${name}": milliseconds were expected, found ${found(row[name])}`);
}

/** A field that must be one of a few words. */
export function choiceField<Word extends string>(
  row: JsonObject,
  name: string,
  words: readonly Word[],
): Word {
  const text = verbatimField(row, name);
  const word = words.find((candidate) => candidate === text);
  if (word !== undefined) return word;
  throw new FieldError(`"${name}": ${words.join(", ")} was expected, found ${found(text)}`);
}

/** A field's text, "" where it is missing: a row that cannot be decoded still needs an identity. */
export function textOrEmpty(row: JsonObject, name: string): string {
  const value: Json | undefined = row[name];
  if (value === undefined || value === null) return "";
  return typeof value === "boolean" || Array.isArray(value) || isJsonObject(value)
    ? jsonText(value)
    : verbatimField(row, name);
}

/**
 * The row that a record's text holds. Throws a `FieldError` where it is no object, as a row that was kept by
 * another version may be.
 */
export function readRow(body: string): JsonObject {
  try {
    const value = parseJsonExactly(body);
    if (isJsonObject(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new FieldError(`the row is not JSON: ${error.message}`);
  }
  throw new FieldError("the row is no JSON object");
}

/**
 * The rows of a list in which each item must be there once. A `FieldError` names an item that is there twice,
 * because nothing says which of the two is right.
 */
export function eachOnce<Row>(
  rows: readonly Row[],
  list: string,
  keyOf: (row: Row) => readonly string[],
): readonly Row[] {
  const seen = new Set<string>();
  for (const row of rows) {
    const key = keyOf(row);
    const text = JSON.stringify(key);
    if (seen.has(text))
      throw new FieldError(`${list}: each was expected once, found ${found(key.join(" "))} twice`);
    seen.add(text);
  }
  return rows;
}

/** A count as the venue writes it, of nine digits at most; null for anything else. */
export function readCount(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}
