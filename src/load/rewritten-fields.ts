import { isJsonObject, parseJsonExactly, plainText } from "../domain/json.ts";

/**
 * The fields that differ between two versions of a row, without those that may. A field that only one version has is not a change: venues
 * add fields. Nor is a number that has become the same digits in quotes.
 */
export function rewrittenFields(before: string, after: string, mayChange: readonly string[]): string[] {
  const [first, second] = [parseJsonExactly(before), parseJsonExactly(after)];
  if (!isJsonObject(first) || !isJsonObject(second)) return ["the whole row"];
  return Object.keys(first).filter(
    (name) =>
      name in second && !mayChange.includes(name) && plainText(first[name]) !== plainText(second[name]),
  );
}
