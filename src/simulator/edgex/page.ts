/**
 * A page of edgeX: rows newest first, as many as were requested, and a cursor after the last of them, "" at
 * the end. The cursor is exclusive and only the venue can read it: the row's place and what was requested, as
 * a message of three numbers in hex. So new rows at the head do not shift pages.
 */
import { type Instant, instant, readMilliseconds } from "../../domain/instant.ts";
import type { QueryParameter, Whim } from "../shared/exchange.ts";
import { edgexRefusals } from "./refusal.ts";

/** One row with its place: the time that filters go by, and what orders rows of one time. */
export type PlacedRow = { readonly at: Instant; readonly order: bigint; readonly payload: object };

export type EdgexPageRules = { readonly byDefault: number; readonly most: number };

export type TimeFilters = { readonly from: string; readonly until: string };

/** The parameters of a request, checked: each must be one that the endpoint knows. */
export class EdgexParameters {
  readonly #values: ReadonlyMap<string, string>;
  readonly #ignoresTimes: boolean;

  constructor(
    parameters: readonly QueryParameter[],
    known: readonly string[],
    { ignoresTimes = false }: Whim = {},
  ) {
    this.#ignoresTimes = ignoresTimes;
    const values = new Map<string, string>();
    for (const { name, value } of parameters) {
      // The real venue may ignore what it does not know; here it is refused, so that a client that relies on
      // it is found out.
      if (!known.includes(name) || values.has(name) || value === "") throw edgexRefusals.parameter(name);
      values.set(name, value);
    }
    this.#values = values;
  }

  text(name: string): string | null {
    return this.#values.get(name) ?? null;
  }

  mandatory(name: string): string {
    const value = this.text(name);
    if (value === null) throw edgexRefusals.parameter(name);
    return value;
  }

  /** Milliseconds; absent or 0 is no bound. */
  time(name: string): Instant | null {
    const value = this.text(name);
    if (value === null || value === "0") return null;
    const at = readMilliseconds(value);
    if (at === null) throw edgexRefusals.parameter(name);
    return this.#ignoresTimes ? null : at;
  }

  /** Whether a list, where there is one, has this value. */
  admits(name: string, value: string): boolean {
    const list = this.text(name);
    return list === null || list.split(",").includes(value);
  }

  /** Everything but the cursor: what must stay the same while one is followed. */
  get query(): string {
    return [...this.#values]
      .filter(([name]) => name !== "offsetData")
      .map(([name, value]) => `${name}=${value}`)
      .toSorted()
      .join("&");
  }
}

/** `rows` are newest first. */
export function pageOf(
  rows: readonly PlacedRow[],
  parameters: EdgexParameters,
  { rules, times }: { readonly rules: EdgexPageRules; readonly times: TimeFilters },
): object {
  const size = sizeOf(parameters, rules);
  const [from, until] = [parameters.time(times.from), parameters.time(times.until)];
  const cursor = parameters.text("offsetData");
  const after = cursor === null ? null : readCursor(cursor, parameters.query);
  const isRequested = ({ at, order }: PlacedRow): boolean =>
    (from === null || at >= from) &&
    (until === null || at < until) &&
    (after === null || at < after.at || (at === after.at && order < after.order));
  const found = rows.filter(isRequested);
  const shown = found.slice(0, size);
  const last = shown.at(-1);
  const isLast = found.length <= size || last === undefined;
  return {
    dataList: shown.map(({ payload }) => payload),
    nextPageOffsetData: isLast ? "" : writeCursor(last, parameters.query),
  };
}

function sizeOf(parameters: EdgexParameters, { byDefault, most }: EdgexPageRules): number {
  const requested = parameters.text("size");
  if (requested === null) return byDefault;
  const size = readMilliseconds(requested);
  if (size === null || size < 1 || size > most) throw edgexRefusals.pageSize(requested);
  return size;
}

type RowPlace = Pick<PlacedRow, "at" | "order">;

function writeCursor({ at, order }: RowPlace, query: string): string {
  return [
    [1n, BigInt(at)],
    [2n, order],
    [3n, fingerprint(query)],
  ]
    .map(([field = 0n, value = 0n]) => `${hexByte(field << 3n)}${varint(value)}`)
    .join("");
}

function readCursor(text: string, query: string): RowPlace {
  if (!/^(?:[0-9A-F]{2})+$/.test(text)) throw edgexRefusals.parameter("offsetData");
  const values = new Map<bigint, bigint>();
  let [field, value, shift] = [null as bigint | null, 0n, 0n];
  for (const pair of text.match(/../g) ?? []) {
    const byte = BigInt(`0x${pair}`);
    if (field === null) {
      field = byte >> 3n;
      continue;
    }
    value |= (byte & 0x7fn) << shift;
    shift += 7n;
    if (byte >= 0x80n) continue;
    values.set(field, value);
    [field, value, shift] = [null, 0n, 0n];
  }
  const at = readMilliseconds((values.get(1n) ?? -1n).toString());
  const order = values.get(2n);
  if (at === null || order === undefined || values.get(3n) !== fingerprint(query)) {
    throw edgexRefusals.parameter("offsetData");
  }
  return { at: instant(at), order };
}

function varint(value: bigint): string {
  let [rest, text] = [value, ""];
  for (; rest >= 0x80n; rest >>= 7n) text += hexByte((rest & 0x7fn) | 0x80n);
  return text + hexByte(rest);
}

function hexByte(byte: bigint): string {
  return byte.toString(16).padStart(2, "0").toUpperCase();
}

/** FNV-1a, 32 bits. */
function fingerprint(text: string): bigint {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return BigInt(hash >>> 0);
}
