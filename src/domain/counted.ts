/**
 * A count with its noun, as a person says it: `1 account`, `2 accounts`. Where a verb goes with it, or the
 * plural does not end in -s, both forms are given.
 */
export function counted(count: number | bigint | string, one: string, many = `${one}s`): string {
  return `${count} ${String(count) === "1" ? one : many}`;
}
