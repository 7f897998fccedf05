/**
 * One field of a row. Ids, times and amounts come quoted or bare from one generation of an API to the next, so every field is read as
 * its text. A field that cannot be read is a `FieldError` with its name; nothing is guessed.
 */
import { type Decimal, readDecimal } from "../domain/decimal.ts";
import { type Instant, readMilliseconds } from "../domain/instant.ts";
import { FieldError, isJsonObject, type Json, type JsonObject, jsonText, textField } from "../domain/json.ts";

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

export function decimalField(row: JsonObject, name: string): Decimal {
  const value = readDecimal(withoutExponent(textField(row, name)));
  if (value !== null) return value;
  throw new FieldError(
    `"${name}": a decimal was expected, found ${jsonText(row[name] ?? null).slice(0, 80)}`,
  );
}

/** A field whose text is not blank. */
export function wordField(row: JsonObject, name: string): string {
  const text = textField(row, name);
  if (text !== "") return text;
  throw new FieldError(`"${name}": text was expected, found ""`);
}

export function timeField(row: JsonObject, name: string): Instant {
  const at = readMilliseconds(textField(row, name));
  if (at !== null) return at;
  throw new FieldError(
    `"${name}": milliseconds were expected, found ${jsonText(row[name] ?? null).slice(0, 80)}`,
  );
}

/** A field that must be one of a few words. */
export function choiceField<Word extends string>(
  row: JsonObject,
  name: string,
  words: readonly Word[],
): Word {
  const text = textField(row, name);
  const word = words.find((candidate) => candidate === text);
  if (word !== undefined) return word;
  throw new FieldError(
    `"${name}": ${words.join(", ")} was expected, found ${JSON.stringify(text).slice(0, 80)}`,
  );
}

/** A field's text, "" where it is missing: a row that cannot be decoded has an identity all the same. */
export function textOf(row: JsonObject, name: string): string {
  const value: Json | undefined = row[name];
  if (value === undefined || value === null) return "";
  return typeof value === "boolean" || Array.isArray(value) || isJsonObject(value)
    ? jsonText(value)
    : textField(row, name);
}

/** A count as the venue writes it, of nine digits at most; null for anything else. */
export function readCount(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}
