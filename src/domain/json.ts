/**
 * JSON whose numbers keep their digits. `JSON.parse` makes 8389765612825190000 of the order id
 * 8389765612825190229, and Node 20 cannot hand a reviver the source text; lossless-json does.
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

/**
 * How deep lists and objects may be nested. What venues send has five levels at most; a recursive reader runs
 * out of stack at some thousand.
 */
export const NESTING_MAX = 100;

/** Text that may well be JSON, but is nested deeper than anything that is read here. */
export class NestedTooDeepError extends SyntaxError {}

/**
 * Throws a SyntaxError on text that is not JSON, a `NestedTooDeepError` on text of more than `NESTING_MAX`
 * levels.
 */
export function parseJsonExactly(text: string): Json {
  if (canBeDeep(text)) refuseDeep(text);
  return parse(text) as Json;
}

/**
 * Rows are read one by one, by the million, and open few levels: this count takes a tenth of the time of the
 * exact one.
 */
function canBeDeep(text: string): boolean {
  let count = 0;
  for (const opening of ["[", "{"]) {
    for (let at = text.indexOf(opening); at !== -1; at = text.indexOf(opening, at + 1)) {
      count += 1;
      if (count > NESTING_MAX) return true;
    }
  }
  return false;
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d]);

function refuseDeep(text: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfText(text, at);
    else if (CLOSING.has(code)) depth -= 1;
    else if (OPENING.has(code)) {
      depth += 1;
      if (depth > NESTING_MAX) throw new NestedTooDeepError(`more than ${NESTING_MAX} levels are nested`);
    }
  }
}

/** Where the quoted text that begins here ends. */
function endOfText(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at += 1;
  }
  return text.length;
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
export function scalarText(value: Json | undefined): string {
  if (value instanceof LosslessNumber) return value.value;
  return typeof value === "string" ? value : jsonText(value ?? null);
}

/** Why a field cannot be read: `"price": a plain decimal was expected, found "n/a"`. */
export class FieldError extends Error {}

/** What a field holds, for messages: its first 80 characters. */
export function found(value: Json | undefined): string {
  if (value === undefined) return "nothing";
  // A pair that is cut in two would be half a character.
  return jsonText(value)
    .slice(0, 80)
    .replace(/\p{Cs}$/u, "");
}

/**
 * A field as its text, whether the venue quotes it or not: the same id comes as a number from one generation
 * of an API and as a string from the next. Throws a `FieldError` when it is missing or is neither text nor a
 * number.
 */
export function verbatimField(row: JsonObject, name: string): string {
  const value = row[name];
  if (typeof value === "string") return value;
  if (value instanceof LosslessNumber) return value.value;
  throw new FieldError(`"${name}": text or a number was expected, found ${found(value)}`);
}

/** A field as text that the store can hold. */
export function requiredText(row: JsonObject, name: string): string {
  const text = verbatimField(row, name);
  const fault = textFault(text);
  if (fault === null) return text;
  throw new FieldError(`"${name}": ${fault} was expected, found ${found(row[name])}`);
}

/** A field that may be missing or null. */
export function optionalTextField(row: JsonObject, name: string): string | null {
  return row[name] === undefined || row[name] === null ? null : requiredText(row, name);
}

export function booleanField(row: JsonObject, name: string): boolean {
  const value = row[name];
  if (typeof value === "boolean") return value;
  throw new FieldError(`"${name}": true or false was expected, found ${found(value)}`);
}

/**
 * A list of texts, as `JSON.stringify` writes one. Throws a SyntaxError on anything else, because the program
 * wrote the text itself and so only a bug can have changed it.
 */
export function parseTextList(text: string): readonly string[] {
  const value = parseJsonExactly(text);
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  throw new SyntaxError(`a list of texts was expected, found ${text.slice(0, 80)}`);
}
