/**
 * JSON whose numbers keep their digits. `JSON.parse` makes 8389765612825190000 of the order id 8389765612825190229, and
 * Node 20 cannot hand a reviver the source text; lossless-json does.
 */
import { LosslessNumber, parse, stringify } from "lossless-json";
import { textFault } from "./storable.ts";

/** A JSON value; a number is a `LosslessNumber` that holds its source text. */
export type Json =
  | null
  | boolean
  | string
  | LosslessNumber
  | readonly Json[]
  | { readonly [name: string]: Json };
export type JsonObject = { readonly [name: string]: Json };

/** No venue's answer comes near; the parser goes down by calling itself, and some thousand levels are more than its stack holds. */
const DEPTH_MAX = 100;

/** Throws a SyntaxError on text that is not JSON, or that is nested deeper than any answer is. */
export function parseJsonExactly(text: string): Json {
  refuseDepth(text);
  return parse(text) as Json;
}

function refuseDepth(text: string): void {
  let depth = 0;
  for (const [token] of text.matchAll(STRING_OR_BRACKET)) {
    if (token === "{" || token === "[") depth += 1;
    else if (token === "}" || token === "]") depth -= 1;
    if (depth > DEPTH_MAX) throw new SyntaxError(`JSON is nested more than ${DEPTH_MAX} levels deep`);
  }
}

const STRING_OR_BRACKET = /"(?:[^"\\]|\\.)*"|[[\]{}]/g;

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

/** What a field holds, for messages: its first 80 signs. */
export function found(value: Json | undefined): string {
  if (value === undefined) return "nothing";
  // A pair that is cut in two would be half a character.
  return jsonText(value)
    .slice(0, 80)
    .replace(/\p{Cs}$/u, "");
}

/**
 * A field as its text, whether the venue quotes it or not: the same id comes as a number from one generation of an API and as a string
 * from the next. Throws a `FieldError` when it is missing or neither.
 */
export function verbatimField(row: JsonObject, name: string): string {
  const value = row[name];
  if (typeof value === "string") return value;
  if (value instanceof LosslessNumber) return value.value;
  throw new FieldError(`"${name}": text or a number was expected, found ${found(value)}`);
}

/** A field as text that the store can hold. */
export function textField(row: JsonObject, name: string): string {
  const text = verbatimField(row, name);
  const fault = textFault(text);
  if (fault === null) return text;
  throw new FieldError(`"${name}": ${fault} was expected, found ${found(row[name])}`);
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
