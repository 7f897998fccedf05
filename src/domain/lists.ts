/**
 * Operations on lists of any length. A call with a list's items as arguments (`push(...rows)`,
 * `Math.max(...sizes)`) fails from about a hundred thousand items on.
 */

/** Adds the items at the list's end. */
export function append<Item>(list: Item[], items: Iterable<Item>): void {
  for (const item of items) list.push(item);
}

/** The greatest of the numbers; 0 where none is above it. */
export function greatest(numbers: Iterable<number>): number {
  let most = 0;
  for (const number of numbers) if (number > most) most = number;
  return most;
}

/** `a`, `a and b`, `a, b and c`. */
export function listText(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}
