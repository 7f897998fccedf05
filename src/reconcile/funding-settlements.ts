/**
 * At which hours a contract settled funding, learnt from its own rows; and which settlements have no row
 * though a position was open, or more rows than sides were open. Pure.
 *
 * Problem: no venue tells a contract's funding interval of the past, and it changes (8 h, 4 h, 1 h).
 * Observation: intervals divide the day, counted from 00:00 UTC, and each pair of neighbouring rows shows the
 * one then in force. Choice: at an hour, the longer of the intervals shown before and behind it is expected;
 * that of a contract whose rows show none is 8 h, once another contract of the account shows any. So where an
 * interval changes too little is expected, never too much. What an amount should be is another check's
 * matter (`funding-amounts.ts`), where the venue publishes rate and mark.
 */
import { HOUR_MS, type Instant, instant, MINUTE_MS, plus } from "../domain/instant.ts";
import { greatest } from "../domain/lists.ts";
import { contains, type Window } from "../domain/window.ts";

export type OpenSpan = {
  readonly symbol: string;
  readonly asset: string;
  readonly from: Instant;
  /** Null where it is still open. */
  readonly until: Instant | null;
};

/** Rows of a contract that settle at a full hour. */
export type SettlementRows = { readonly symbol: string; readonly hour: Instant; readonly rows: number };

export type Settlement = {
  readonly symbol: string;
  readonly asset: string;
  readonly hour: Instant;
  /**
   * Sides that were open from a minute before the hour until a minute behind it, and so must have a row each.
   */
  readonly expected: number;
  /** Sides that were open at any time of those two minutes. */
  readonly most: number;
  readonly found: number;
};

const INTERVALS_MS = [HOUR_MS, 4 * HOUR_MS, 8 * HOUR_MS];
const LONGEST_MS = 8 * HOUR_MS;
/**
 * So many pairs of rows of one spacing show that the account's contracts settle at all: fewer may be chance.
 */
const PAIRS_MIN = 3;
/** A position that was opened or closed so close to the hour may or may not have been charged. */
const EDGE_MS = MINUTE_MS;

/** Every settlement that is due by the open spans or has rows, within the covered spans. */
export function fundingSettlements(facts: {
  readonly spans: readonly OpenSpan[];
  readonly rows: readonly SettlementRows[];
  /** Spans in which all rows are known. */
  readonly covered: readonly Window[];
  readonly until: Instant;
}): Settlement[] {
  const rowsOf = bySymbol(facts.rows);
  const spansOf = bySymbol(facts.spans);
  const paces = new Map([...rowsOf].map(([symbol, rows]) => [symbol, pairsOf(rows.map((row) => row.hour))]));
  if (![...paces.values()].some(areLearnt)) return [];
  return [...spansOf].flatMap(([symbol, spans]) => {
    const found = new Map((rowsOf.get(symbol) ?? []).map((row) => [row.hour, row.rows]));
    const pairs = paces.get(symbol) ?? [];
    const hours = new Set([...found.keys(), ...spans.flatMap((span) => dueHours(span, pairs, facts.until))]);
    return [...hours]
      .toSorted((a, b) => a - b)
      .filter((hour) => facts.covered.some((window) => contains(window, hour)))
      .map((hour) => {
        const [before, behind] = [plus(hour, -EDGE_MS), plus(hour, EDGE_MS)];
        const touching = spans.filter(
          ({ from, until }) => from <= behind && (until === null || until >= before),
        );
        const isDue = hour % intervalAt(pairs, hour) === 0;
        const through = touching.filter(
          ({ from, until }) => from < before && (until === null || until > behind),
        );
        return {
          symbol,
          asset: spans[0]?.asset ?? "",
          hour,
          expected: isDue ? through.length : 0,
          most: touching.length,
          found: found.get(hour) ?? 0,
        };
      });
  });
}

/** Two neighbouring rows that are one interval apart. */
type Pair = { readonly from: Instant; readonly until: Instant };

function pairsOf(hours: readonly Instant[]): Pair[] {
  return hours.flatMap((until, position) => {
    const from = hours[position - 1];
    return from !== undefined && INTERVALS_MS.includes(until - from) && until % (until - from) === 0
      ? [{ from, until }]
      : [];
  });
}

function areLearnt(pairs: readonly Pair[]): boolean {
  return INTERVALS_MS.some(
    (interval) => pairs.filter(({ from, until }) => until - from === interval).length >= PAIRS_MIN,
  );
}

/** The longer of the intervals shown last before an hour and first behind it. */
function intervalAt(pairs: readonly Pair[], hour: Instant): number {
  const behind = firstBehind(pairs, hour);
  const shown = [pairs[behind - 1], pairs[behind]].filter((pair) => pair !== undefined);
  return shown.length === 0 ? LONGEST_MS : greatest(shown.map(({ from, until }) => until - from));
}

/** The position of the first pair that begins at the hour or behind it. */
function firstBehind(pairs: readonly Pair[], hour: Instant): number {
  let [low, high] = [0, pairs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((pairs[middle]?.from ?? hour) >= hour) high = middle;
    else low = middle + 1;
  }
  return low;
}

function dueHours(span: OpenSpan, pairs: readonly Pair[], until: Instant): Instant[] {
  const step = pairs.reduce((shortest, pair) => Math.min(shortest, pair.until - pair.from), LONGEST_MS);
  const end = span.until ?? until;
  const hours: Instant[] = [];
  for (let hour = Math.ceil(span.from / step) * step; hour < end; hour += step) {
    if (hour % intervalAt(pairs, instant(hour)) === 0) hours.push(instant(hour));
  }
  return hours;
}

function bySymbol<Kind extends { readonly symbol: string }>(all: readonly Kind[]): Map<string, Kind[]> {
  const groups = new Map<string, Kind[]>();
  for (const one of all) {
    const group = groups.get(one.symbol);
    if (group === undefined) groups.set(one.symbol, [one]);
    else group.push(one);
  }
  return groups;
}
