/**
 * JSON whose numbers keep their digits. `JSON.parse` makes 8389765612825190000 of the order id 8389765612825190229, and
 * Node 20 cannot hand a reviver the source text; lossless-json does.
 */
import { LosslessNumber, parse, stringify } from "lossless-json";

/** A JSON value; a number is a `LosslessNumber` that holds its source text. */
export type Json =
  | null
  | boolean
  | string
  | LosslessNumber
  | readonly Json[]
  | { readonly [name: string]: Json };
export type JsonObject = { readonly [name: string]: Json };

/** Throws a SyntaxError on text that is not JSON. */
export function parseJsonExactly(text: string): Json {
  return parse(text) as Json;
}

/** Writes a value back with every digit as it was read. */
export function jsonText(value: Json): string {
  return stringify(value) ?? "null";
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof LosslessNumber)
  );
}

/** A value as text, the same whether digits were quoted or not. */
export function plainText(value: Json | undefined): string {
  if (value instanceof LosslessNumber) return value.value;
  return typeof value === "string" ? value : jsonText(value ?? null);
}

/** Why a field cannot be read: `"price": a plain decimal was expected, found "n/a"`. */
export class FieldError extends Error {}

function found(value: Json | undefined): string {
  return value === undefined ? "nothing" : jsonText(value).slice(0, 80);
}

/**
 * A field as text, whether the venue quotes it or not: the same id comes as a number from one generation of an API and as a string
 * from the next. Throws a `FieldError` when it is missing or neither.
 */
export function textField(row: JsonObject, name: string): string {
  const value = row[name];
  if (typeof value === "string") return value;
  if (value instanceof LosslessNumber) return value.value;
  throw new FieldError(`"${name}": text or a number was expected, found ${found(value)}`);
}

/** A field that may be missing or null. */
export function optionalTextField(row: JsonObject, name: string): string | null {
  return row[name] === undefined || row[name] === null ? null : textField(row, name);
}

export function booleanField(row: JsonObject, name: string): boolean {
  const value = row[name];
  if (typeof value === "boolean") return value;
  throw new FieldError(`"${name}": true or false was expected, found ${found(value)}`);
}

/** A list of texts, as `JSON.stringify` writes one. Throws a SyntaxError on anything else, because it can only be a bug by then. */
export function parseTextList(text: string): readonly string[] {
  const value = parseJsonExactly(text);
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  throw new SyntaxError(`a list of texts was expected, found ${text.slice(0, 80)}`);
}
