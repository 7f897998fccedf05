/**
 * How a page query becomes a request. `startTime` and `endTime` are both inclusive: a window [from, until) is
 * requested as from … until − 1. Both are always sent, because a lone `startTime` is answered for seven days
 * at most and neither for the last seven; and so is `limit`, whose default is far below its maximum.
 */
import { DAY_MS } from "../../domain/instant.ts";
import { assert } from "../../errors.ts";
import { readRow } from "../fields.ts";
import type { Filters, PageQuery, SplitContext, SupportedStream, VenueRequest } from "../venue.ts";
import type { Pair } from "./query.ts";
import { commonStream, forcedOrderKind } from "./rows.ts";

export const WINDOW_MAX = 7 * DAY_MS;

export function plainRequest(path: string): VenueRequest {
  return { path, query: [], weight: 1, isSigned: false };
}

export function signedRequest(path: string, weight: number): VenueRequest {
  return { path, query: [], weight, isSigned: true };
}

export type QueryTerms = {
  readonly venue: string;
  readonly support: SupportedStream;
  /** The parameters that may narrow a request of this stream. */
  readonly filters: readonly string[];
};

/** The parameters of a page. A query that the venue has no way to answer is a bug. */
export function pageParameters(
  { venue, support, filters }: QueryTerms,
  pageQuery: PageQuery,
): readonly Pair[] {
  assert(
    (support.scope === "symbol") === (pageQuery.symbol !== ""),
    `${venue} ${pageQuery.stream} is requested by ${support.scope}; the query's symbol is "${pageQuery.symbol}"`,
  );
  for (const name of Object.keys(pageQuery.filters)) {
    assert(filters.includes(name), `${venue} ${pageQuery.stream} has no filter "${name}"`);
  }
  return [
    ...(pageQuery.symbol === "" ? [] : [["symbol", pageQuery.symbol] as const]),
    ...Object.entries(pageQuery.filters),
    ...spanQuery(venue, support, pageQuery),
    ["limit", String(support.pageRowsMax)],
  ];
}

function spanQuery(
  venue: string,
  { hasSurvey }: SupportedStream,
  { stream, span }: PageQuery,
): readonly Pair[] {
  if (span.by === "id") {
    assert(stream === "fills", `${venue} ${stream} has no id cursor`);
    // The venues refuse an id together with times.
    return [["fromId", span.fromId]];
  }
  assert(span.by !== "cursor", `${venue} ${stream} has no page cursor`);
  assert(span.by === "time" || hasSurvey === true, `${venue} ${stream} has no survey`);
  const { from, until } = span.window;
  assert(
    from < until && (span.by === "survey" || until - from <= WINDOW_MAX),
    `a window of ${until - from} ms was requested of ${venue}`,
  );
  return [
    ["startTime", String(from)],
    ["endTime", String(until - 1)],
  ];
}

/** The weight of a page's request: forced orders cost less when a symbol narrows them. */
export function pageWeight({ stream, filters }: PageQuery): number {
  switch (commonStream(stream)) {
    case "income":
      return 30;
    case "fills":
      return 5;
    case "forced_orders":
      return filters["symbol"] === undefined ? 50 : 20;
    case "margin_changes":
      return 1;
  }
}

// Narrower requests for a millisecond that holds more rows than a page -------------------------------------

/** By why they were closed, then by symbol. */
export function splitForcedOrders(pageQuery: PageQuery, context: SplitContext): readonly PageQuery[] | null {
  return pageQuery.filters["autoCloseType"] === undefined && hasOnlyFilterableKinds(context)
    ? withFilterValues(pageQuery, "autoCloseType", ["LIQUIDATION", "ADL"])
    : splitBySymbol(pageQuery, context);
}

/** By direction; there is nothing else. */
export function splitMarginChanges(pageQuery: PageQuery): readonly PageQuery[] | null {
  return pageQuery.filters["type"] === undefined ? withFilterValues(pageQuery, "type", ["1", "2"]) : null;
}

export function withFilterValues(
  pageQuery: PageQuery,
  name: string,
  values: readonly string[],
): readonly PageQuery[] {
  return values.map((value) => ({
    ...pageQuery,
    filters: { ...pageQuery.filters, [name]: value } satisfies Filters,
  }));
}

/** Null where a seen row has no symbol: such rows cannot be requested by symbol and would be lost. */
export function splitBySymbol(
  pageQuery: PageQuery,
  { rowsSeen, knownSymbols }: SplitContext,
): readonly PageQuery[] | null {
  if (pageQuery.filters["symbol"] !== undefined || rowsSeen.some((row) => row.symbol === "")) return null;
  const symbols = unique([...rowsSeen.map((row) => row.symbol), ...knownSymbols]);
  return symbols.length === 0 ? null : withFilterValues(pageQuery, "symbol", symbols);
}

/** A settlement is neither of the two values of `autoCloseType`: requested by them, it would be lost. */
function hasOnlyFilterableKinds({ rowsSeen }: SplitContext): boolean {
  return rowsSeen.every((row) => {
    const kind = forcedOrderKind(readRow(row.body));
    return kind === "liquidation" || kind === "adl";
  });
}

export function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)].filter((value) => value !== "");
}
