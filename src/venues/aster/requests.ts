/**
 * What Aster can be asked: paths, limits and weights of both generations, and how a question becomes a query.
 *
 * Only this file knows that Aster's `startTime` and `endTime` are both inclusive: a window [from, until) is asked for as
 * from … until − 1. Both are always sent, because a lone `startTime` is answered for seven days at most and neither
 * for the last seven; and so is `limit`, whose default is far below its maximum. `page` is never sent: Aster does not document
 * it, and a venue that ignores it answers the same page for ever.
 */
import { DAY_MS, HOUR_MS } from "../../domain/instant.ts";
import type { StreamName } from "../../domain/record.ts";
import { assert } from "../../errors.ts";
import type { Filters, PageAsk, SplitContext, StreamSupport, VenueRequest } from "../venue.ts";
import { forcedOrderKind, readRow } from "./payloads.ts";

export type Generation = "v1" | "v3";

type Purpose = "time" | "instruments" | "balances" | "positions" | StreamName;

export const PATHS: Readonly<Record<Generation, Readonly<Record<Purpose, string>>>> = {
  v1: {
    time: "/fapi/v1/time",
    instruments: "/fapi/v1/exchangeInfo",
    balances: "/fapi/v2/balance",
    positions: "/fapi/v2/positionRisk",
    income: "/fapi/v1/income",
    fills: "/fapi/v1/userTrades",
    forced_orders: "/fapi/v1/forceOrders",
    margin_changes: "/fapi/v1/positionMargin/history",
  },
  v3: {
    time: "/fapi/v3/time",
    instruments: "/fapi/v3/exchangeInfo",
    balances: "/fapi/v3/balance",
    positions: "/fapi/v3/positionRisk",
    income: "/fapi/v3/income",
    fills: "/fapi/v3/userTrades",
    forced_orders: "/fapi/v3/forceOrders",
    margin_changes: "/fapi/v3/positionMargin/history",
  },
};

type SupportedStream = Extract<StreamSupport, { kind: "supported" }>;

const WINDOW_MAX = 7 * DAY_MS;

export const STREAMS: Readonly<Record<StreamName, SupportedStream>> = {
  income: {
    kind: "supported",
    scope: "account",
    windowMax: WINDOW_MAX,
    pageRowsMax: 1000,
    retention: null,
    // Rebates and corrected funding are posted up to a day late; two days leave room.
    lateness: 48 * HOUR_MS,
    mayChange: [],
  },
  fills: {
    kind: "supported",
    scope: "symbol",
    windowMax: WINDOW_MAX,
    pageRowsMax: 1000,
    retention: null,
    lateness: 2 * HOUR_MS,
    mayChange: [],
  },
  forced_orders: {
    kind: "supported",
    scope: "account",
    windowMax: WINDOW_MAX,
    pageRowsMax: 100,
    retention: null,
    lateness: 48 * HOUR_MS,
    mayChange: ["status", "executedQty", "avgPrice", "cumQuote", "updateTime"],
  },
  margin_changes: {
    kind: "supported",
    scope: "symbol",
    windowMax: WINDOW_MAX,
    pageRowsMax: 500,
    retention: null,
    lateness: 2 * HOUR_MS,
    mayChange: [],
  },
};

/** The types that Aster documents; a split by type asks for these and for every type that was seen. */
export const INCOME_TYPES: readonly string[] = [
  "TRANSFER",
  "WELCOME_BONUS",
  "REALIZED_PNL",
  "FUNDING_FEE",
  "COMMISSION",
  "INSURANCE_CLEAR",
  "MARKET_MERCHANT_RETURN_REWARD",
];

/** The parameters that may narrow a question of each stream. */
const FILTERS: Readonly<Record<StreamName, readonly string[]>> = {
  income: ["incomeType", "symbol"],
  fills: [],
  forced_orders: ["autoCloseType", "symbol"],
  margin_changes: ["type"],
};

export function plainRequest(path: string): VenueRequest {
  return { path, query: [], weight: 1, isSigned: false };
}

export function snapshotRequest(path: string): VenueRequest {
  return { path, query: [], weight: 5, isSigned: true };
}

export function pageRequest(generation: Generation, ask: PageAsk): VenueRequest {
  const support = STREAMS[ask.stream];
  assert(
    (support.scope === "symbol") === (ask.symbol !== ""),
    `aster ${ask.stream} is asked for by ${support.scope}; the question's symbol is "${ask.symbol}"`,
  );
  for (const name of Object.keys(ask.filters)) {
    assert(FILTERS[ask.stream].includes(name), `aster ${ask.stream} has no filter "${name}"`);
  }
  return {
    path: PATHS[generation][ask.stream],
    query: [
      ...(ask.symbol === "" ? [] : [["symbol", ask.symbol] as const]),
      ...Object.entries(ask.filters),
      ...spanQuery(ask),
      ["limit", String(support.pageRowsMax)],
    ],
    weight: weightOf(ask),
    isSigned: true,
  };
}

function spanQuery({ stream, span }: PageAsk): readonly (readonly [string, string])[] {
  if (span.by === "id") {
    assert(stream === "fills", `aster ${stream} has no id cursor`);
    // The venue refuses an id together with times.
    return [["fromId", span.fromId]];
  }
  const { from, until } = span.window;
  assert(from < until && until - from <= WINDOW_MAX, `a window of ${until - from} ms was asked of aster`);
  return [
    ["startTime", String(from)],
    ["endTime", String(until - 1)],
  ];
}

function weightOf({ stream, filters }: PageAsk): number {
  switch (stream) {
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

/**
 * Narrower questions for a millisecond that holds more rows than a page; null where there are none. Fills have none:
 * for them the id cursor passes through such a millisecond.
 */
export function splitInstant(ask: PageAsk, context: SplitContext): readonly PageAsk[] | null {
  switch (ask.stream) {
    case "fills":
      return null;
    case "income":
      return ask.filters["incomeType"] === undefined
        ? each(ask, "incomeType", unique([...INCOME_TYPES, ...context.rowsSeen.map(incomeTypeOf)]))
        : splitBySymbol(ask, context);
    case "forced_orders":
      return ask.filters["autoCloseType"] === undefined && hasOnlyFilterableKinds(context)
        ? each(ask, "autoCloseType", ["LIQUIDATION", "ADL"])
        : splitBySymbol(ask, context);
    case "margin_changes":
      return ask.filters["type"] === undefined ? each(ask, "type", ["1", "2"]) : null;
  }
}

function each(ask: PageAsk, name: string, values: readonly string[]): readonly PageAsk[] {
  return values.map((value) => ({ ...ask, filters: { ...ask.filters, [name]: value } satisfies Filters }));
}

/** Null where a seen row has no symbol: such rows cannot be asked for by symbol and would be lost. */
function splitBySymbol(ask: PageAsk, { rowsSeen, knownSymbols }: SplitContext): readonly PageAsk[] | null {
  if (ask.filters["symbol"] !== undefined || rowsSeen.some((row) => row.symbol === "")) return null;
  const symbols = unique([...rowsSeen.map((row) => row.symbol), ...knownSymbols]);
  return symbols.length === 0 ? null : each(ask, "symbol", symbols);
}

function incomeTypeOf(row: { readonly identity: readonly string[] }): string {
  return row.identity[0] ?? "";
}

/** A settlement is neither of the two values of `autoCloseType`: asked for by them, it would be lost. */
function hasOnlyFilterableKinds({ rowsSeen }: SplitContext): boolean {
  return rowsSeen.every((row) => {
    const kind = forcedOrderKind(readRow(row.body));
    return kind === "liquidation" || kind === "adl";
  });
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)].filter((value) => value !== "");
}
