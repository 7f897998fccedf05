import { readDecimal } from "../domain/decimal.ts";
import { isJsonObject, type Json, parseJsonExactly, scalarText } from "../domain/json.ts";

export type ChangeTerms = {
  readonly mayChange: readonly string[];
  readonly isUnderstood: (body: string) => boolean;
};

/**
 * The fields in which the newest of a record's versions differs from what the books go by, without those that
 * may. That is all that came before, because a field that was left out in between may come back with another
 * value; but neither a version that was not understood, nor one that was an alarm itself.
 */
export function changedFields(bodies: readonly string[], { mayChange, isUnderstood }: ChangeTerms): string[] {
  const standing: string[] = [];
  let changed: string[] = [];
  for (const body of bodies) {
    changed = [...new Set(standing.flatMap((before) => rewrittenFields(before, body, mayChange)))];
    if (changed.length === 0 && isUnderstood(body)) standing.push(body);
  }
  return changed;
}

/**
 * The fields that differ between two versions of a row, without those that may. A field that only one version
 * has is not a change: venues add fields. Nor is a number that is printed in another way: in quotes, or with
 * other zeros behind it.
 */
export function rewrittenFields(before: string, after: string, mayChange: readonly string[]): string[] {
  const [first, second] = [readOrNull(before), readOrNull(after)];
  if (!isJsonObject(first) || !isJsonObject(second)) return ["the whole row"];
  return Object.keys(first).filter(
    (name) =>
      name in second &&
      !mayChange.includes(name) &&
      !isSame(scalarText(first[name]), scalarText(second[name])),
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
