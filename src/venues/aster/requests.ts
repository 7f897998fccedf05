/**
 * What can be requested of Aster: paths, limits and weights of both generations, and how a page query becomes
 * a request.
 *
 * `startTime` and `endTime` are both inclusive. `page` is never sent: Aster does not document it, and a venue
 * that ignores it would send the same page again and again.
 */
import { HOUR_MS } from "../../domain/instant.ts";
import type { CommonStreamName } from "../../domain/record.ts";
import {
  pageParameters,
  pageWeight,
  splitBySymbol,
  splitForcedOrders,
  splitMarginChanges,
  unique,
  WINDOW_MAX,
  withFilterValues,
} from "../binance-family/queries.ts";
import { commonStream } from "../binance-family/rows.ts";
import type { PageQuery, SplitContext, SupportedStream, VenueRequest } from "../venue.ts";

export type Generation = "v1" | "v3";

type Purpose =
  | "time"
  | "instruments"
  | "balances"
  | "positions"
  | "account"
  | "klines"
  | "markKlines"
  | "fundingRates"
  | "feeRates"
  | CommonStreamName;

export const PATHS: Readonly<Record<Generation, Readonly<Record<Purpose, string>>>> = {
  v1: {
    time: "/fapi/v1/time",
    instruments: "/fapi/v1/exchangeInfo",
    balances: "/fapi/v2/balance",
    positions: "/fapi/v2/positionRisk",
    account: "/fapi/v4/account",
    income: "/fapi/v1/income",
    fills: "/fapi/v1/userTrades",
    forced_orders: "/fapi/v1/forceOrders",
    margin_changes: "/fapi/v1/positionMargin/history",
    klines: "/fapi/v1/klines",
    markKlines: "/fapi/v1/markPriceKlines",
    fundingRates: "/fapi/v1/fundingRate",
    feeRates: "/fapi/v1/commissionRate",
  },
  v3: {
    time: "/fapi/v3/time",
    instruments: "/fapi/v3/exchangeInfo",
    balances: "/fapi/v3/balance",
    positions: "/fapi/v3/positionRisk",
    account: "/fapi/v3/accountWithJoinMargin",
    income: "/fapi/v3/income",
    fills: "/fapi/v3/userTrades",
    forced_orders: "/fapi/v3/forceOrders",
    margin_changes: "/fapi/v3/positionMargin/history",
    klines: "/fapi/v3/klines",
    markKlines: "/fapi/v3/markPriceKlines",
    fundingRates: "/fapi/v3/fundingRate",
    feeRates: "/fapi/v3/commissionRate",
  },
};

export const STREAMS: Readonly<Record<CommonStreamName, SupportedStream>> = {
  income: {
    kind: "supported",
    scope: "account",
    windowMax: WINDOW_MAX,
    pageRowsMax: 1000,
    retention: null,
    // The seven days that Aster's documents allow are of fills. Of income they name no longest span, and
    // public code was seen to request months with both ends given.
    hasSurvey: true,
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

/** The types that Aster documents; a split by type requests these and for every type that was seen. */
export const INCOME_TYPES: readonly string[] = [
  "TRANSFER",
  "WELCOME_BONUS",
  "REALIZED_PNL",
  "FUNDING_FEE",
  "COMMISSION",
  "INSURANCE_CLEAR",
  "MARKET_MERCHANT_RETURN_REWARD",
];

/** The parameters that may narrow a request of each stream. */
const FILTERS: Readonly<Record<CommonStreamName, readonly string[]>> = {
  income: ["incomeType", "symbol"],
  fills: [],
  forced_orders: ["autoCloseType", "symbol"],
  margin_changes: ["type"],
};

export function pageRequest(generation: Generation, pageQuery: PageQuery): VenueRequest {
  const stream = commonStream(pageQuery.stream);
  const terms = { venue: "aster", support: STREAMS[stream], filters: FILTERS[stream] };
  return {
    path: PATHS[generation][stream],
    query: pageParameters(terms, pageQuery),
    weight: pageWeight(pageQuery),
    isSigned: true,
    isOfHistory: true,
  };
}

/**
 * Narrower requests for a millisecond that holds more rows than a page; null where there are none. Fills have
 * none: for them the id cursor passes through such a millisecond.
 */
export function splitInstant(pageQuery: PageQuery, context: SplitContext): readonly PageQuery[] | null {
  switch (commonStream(pageQuery.stream)) {
    case "fills":
      return null;
    case "income":
      return pageQuery.filters["incomeType"] === undefined
        ? withFilterValues(
            pageQuery,
            "incomeType",
            unique([...INCOME_TYPES, ...context.rowsSeen.map(incomeTypeOf)]),
          )
        : splitBySymbol(pageQuery, context);
    case "forced_orders":
      return splitForcedOrders(pageQuery, context);
    case "margin_changes":
      return splitMarginChanges(pageQuery);
  }
}

function incomeTypeOf(row: { readonly identity: readonly string[] }): string {
  return row.identity[0] ?? "";
}
