/**
 * What a column's text becomes, the same for both drivers, because TypeScript cannot change what a driver
 * returns.
 *
 * Left alone, pg gives `"42"` and PGlite 42 for a count; both cut a timestamptz to a local `Date`; pg reads
 * numerics inside arrays as floats. So: every number that may be large stays text, times are ISO 8601 in UTC,
 * JSON stays text for `parseJsonExactly`. Only int2, int4 and booleans become JavaScript values.
 */

/** Postgres' type numbers (pg_type.oid); they never change. */
const INT8 = 20;
const JSON_ = 114;
const DATE = 1082;
const TIMESTAMP = 1114;
const TIMESTAMPTZ = 1184;
const NUMERIC = 1700;
const JSONB = 3802;
const BOOL = 16;
const ARRAYS = [1000, 1005, 1007, 1009, 1015, 1016, 1021, 1022, 1115, 1182, 1185, 1231, 199, 3807];

const asItIs = (text: string): string => text;

/**
 * Postgres writes `2026-01-31 23:59:59.5+00` when the connection is in UTC; ISO 8601 here, with at least
 * milliseconds.
 */
function isoInstant(text: string): string {
  if (!IN_UTC.test(text)) return text;
  const space = text.indexOf(" ");
  const clock = text.slice(space + 1, -"+00".length);
  const milliseconds =
    clock.length === "23:59:59".length
      ? ".000"
      : "0".repeat(Math.max(0, "23:59:59.999".length - clock.length));
  return `${text.slice(0, space)}T${clock}${milliseconds}Z`;
}
const IN_UTC = /^\d+-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?\+00$/;

export const TYPE_PARSERS: Readonly<Record<number, (text: string) => string>> = {
  [INT8]: asItIs,
  [JSON_]: asItIs,
  [DATE]: asItIs,
  [TIMESTAMP]: asItIs,
  [TIMESTAMPTZ]: isoInstant,
  [NUMERIC]: asItIs,
  [JSONB]: asItIs,
  ...Object.fromEntries(ARRAYS.map((oid) => [oid, asItIs])),
};

export type CellParser = (text: string) => string;

/**
 * What a cell of that type becomes where every cell is text: instants in ISO 8601, booleans in full, all else
 * as Postgres writes it.
 */
export function cellParser(typeId: number): CellParser {
  if (typeId === TIMESTAMPTZ) return isoInstant;
  if (typeId === BOOL) return (text) => (text === "t" ? "true" : "false");
  return asItIs;
}
