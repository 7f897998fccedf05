/** How completely a period was read, worked out from the spans that were proven complete. */
import { DAY_MS, earliest, type Instant, latest } from "../domain/instant.ts";
import type { Period } from "../domain/period.ts";
import { difference, intersection, type Window } from "../domain/window.ts";

/**
 * What was read of one stream and symbol ("" for the whole account): spans in order, none touching another.
 */
export type ReadSpans = {
  readonly stream: string;
  readonly symbol: string;
  /** Whether the symbol was seen in a record. The others were requested once and are not read on. */
  readonly isKnown: boolean;
  readonly spans: readonly Window[];
};

export type StreamCoverage = {
  readonly stream: string;
  /** For how many symbols it was requested; null where one request covers the whole account. */
  readonly symbols: number | null;
  /** The spans that every symbol has in common. */
  readonly complete: readonly Window[];
};

/**
 * The coverage of each stream; of a stream that is queried per symbol, what its known symbols have in common.
 */
export function streamCoverage(read: readonly ReadSpans[]): StreamCoverage[] {
  return [...new Set(read.map((one) => one.stream))].map((stream) => {
    const all = read.filter((one) => one.stream === stream);
    const known = all.filter((one) => one.isKnown);
    const relevant = known.length > 0 ? known : all;
    return {
      stream,
      symbols: relevant.some((one) => one.symbol !== "") ? relevant.length : null,
      complete: relevant.map((one) => one.spans).reduce(intersection),
    };
  });
}

export type Hole = {
  readonly stream: string;
  readonly symbol: string;
  readonly window: Window;
  /** Before anything of the stream was read: the venue may keep it no longer, or it was not requested. */
  readonly isBeginning: boolean;
};

/** The streams that carry the figures; every venue has them. */
const ESSENTIAL = ["income", "fills"];

/**
 * Streams are read one after the other, so at the end of the history one may lag behind another by this much
 * without being a hole.
 */
const LAG_MAX_MS = DAY_MS;

export type HoleInput = {
  readonly period: Period;
  /** Where the history begins; null where that is not known. */
  readonly historyFrom: Instant | null;
  readonly read: readonly ReadSpans[];
  readonly gaps: readonly { readonly stream: string; readonly symbol: string; readonly window: Window }[];
  /** Every symbol seen in a record, with the instant it began to trade, or null. */
  readonly knownSymbols: readonly { readonly symbol: string; readonly listedAt: Instant | null }[];
  /** The last instant that anything of the account was read to. */
  readonly reach: Instant;
};

/** What of the period is neither read nor known as a gap, up to the instant that the account was read to. */
export function holes(input: HoleInput): Hole[] {
  const { period, historyFrom, read, gaps, knownSymbols, reach } = input;
  return expectedReads(read, knownSymbols).flatMap(({ stream, symbol, spans }) => {
    const listedAt = knownSymbols.find((one) => one.symbol === symbol)?.listedAt ?? null;
    const wanted: Window = {
      from: [historyFrom, listedAt].filter((at) => at !== null).reduce(latest, period.from),
      until: earliest(period.until, reach),
    };
    if (wanted.from >= wanted.until) return [];
    const named = gaps.filter((gap) => gap.stream === stream && (gap.symbol === symbol || gap.symbol === ""));
    const readTo = spans.at(-1)?.until;
    return difference(wanted, [...spans, ...named.map((gap) => gap.window)])
      .filter((hole) => hole.from !== readTo || reach - hole.from > LAG_MAX_MS)
      .map((window) => ({
        stream,
        symbol,
        window,
        isBeginning: spans[0] !== undefined && window.until <= spans[0].from,
      }));
  });
}

/**
 * What was read, and what must have been: the essential streams, of every known symbol if they are queried
 * per symbol.
 */
function expectedReads(
  read: readonly ReadSpans[],
  knownSymbols: HoleInput["knownSymbols"],
): Pick<ReadSpans, "stream" | "symbol" | "spans">[] {
  const known = read.filter((one) => one.isKnown);
  const unread = ESSENTIAL.flatMap((stream) => {
    const own = known.filter((one) => one.stream === stream);
    if (own.some((one) => one.symbol === "")) return [];
    const symbols = stream === "income" ? [""] : knownSymbols.map((one) => one.symbol);
    return symbols
      .filter((symbol) => !own.some((one) => one.symbol === symbol))
      .map((symbol) => ({ stream, symbol, spans: [] }));
  });
  return [...known, ...unread];
}

export type Served = {
  /** Whether a person gave the beginning of the history. */
  readonly isRequested: boolean;
  /** The streams that the key may not read. */
  readonly denied: readonly string[];
  /** The first instant that the venue's interface gave of each stream, of whichever contract. */
  readonly servedFrom: ReadonlyMap<string, Instant>;
};

/**
 * A hole at the beginning of a stream that carries no figures needs nobody, nor does one of a stream that the
 * key may not read: it is remarked on. So is, where nobody gave a beginning, that a stream with figures was
 * served from a later time on than the cash statement: nothing will ever fill it. Of a time whose cash a
 * person has imported, and of a contract that others were read before, a file can.
 */
export function isEssential(
  { stream, isBeginning, window }: Hole,
  { isRequested, denied, servedFrom }: Served,
): boolean {
  if (!ESSENTIAL.includes(stream)) return !(isBeginning || denied.includes(stream));
  if (isRequested || !isBeginning) return true;
  const [cash, own] = [servedFrom.get("income"), servedFrom.get(stream)];
  return cash === undefined || own === undefined || window.from < cash || window.until > own;
}
