import { readDecimal } from "../domain/decimal.ts";
import { isJsonObject, type Json, parseJsonExactly, plainText } from "../domain/json.ts";

/**
 * The fields that differ between two versions of a row, without those that may. A field that only one version has is not a change: venues
 * add fields. Nor is a number that is printed in another way: in quotes, or with other zeros behind it.
 */
export function rewrittenFields(before: string, after: string, mayChange: readonly string[]): string[] {
  const [first, second] = [readOrNull(before), readOrNull(after)];
  if (!isJsonObject(first) || !isJsonObject(second)) return ["the whole row"];
  return Object.keys(first).filter(
    (name) =>
      name in second && !mayChange.includes(name) && !isSame(plainText(first[name]), plainText(second[name])),
  );
}

function isSame(before: string, after: string): boolean {
  if (before === after) return true;
  const [first, second] = [readDecimal(before), readDecimal(after)];
  return first !== null && second !== null && first.eq(second);
}

/** Null for a text that is not JSON as it is read now. */
function readOrNull(body: string): Json {
  try {
    return parseJsonExactly(body);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
