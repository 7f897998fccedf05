/**
 * What can be requested of Binance's USDⓈ-M futures: paths, limits and weights. `startTime` and `endTime` are
 * both inclusive, so that seven days are sent as seven days less a millisecond, which no reading of "not
 * longer than 7 days" refuses.
 *
 * Income has numbered pages, and they are used for one thing only: a millisecond with more rows than a page.
 * Over a longer window, numbers shift when rows appear.
 */
import { DAY_MS, HOUR_MS } from "../../domain/instant.ts";
import type { CommonStreamName } from "../../domain/record.ts";
import {
  pageParameters,
  pageWeight,
  splitForcedOrders,
  splitMarginChanges,
  WINDOW_MAX,
} from "../binance-family/queries.ts";
import { commonStream } from "../binance-family/rows.ts";
import type { PageQuery, Retention, SplitContext, SupportedStream, VenueRequest } from "../venue.ts";

type Purpose =
  | "time"
  | "instruments"
  | "balances"
  | "positions"
  | "accountConfig"
  | "feeBurn"
  | "keyRights"
  | "account"
  | "klines"
  | "markKlines"
  | "fundingRates"
  | "feeRates"
  | "incomeDownload"
  | "incomeDownloadState"
  | "fillsDownload"
  | "fillsDownloadState"
  | CommonStreamName;

export const PATHS: Readonly<Record<Purpose, string>> = {
  time: "/fapi/v1/time",
  instruments: "/fapi/v1/exchangeInfo",
  balances: "/fapi/v3/balance",
  positions: "/fapi/v3/positionRisk",
  income: "/fapi/v1/income",
  fills: "/fapi/v1/userTrades",
  forced_orders: "/fapi/v1/forceOrders",
  margin_changes: "/fapi/v1/positionMargin/history",
  accountConfig: "/fapi/v1/accountConfig",
  feeBurn: "/fapi/v1/feeBurn",
  // Of V2, which lists every contract with its leverage and margin type; V3 leaves out both.
  account: "/fapi/v2/account",
  klines: "/fapi/v1/klines",
  markKlines: "/fapi/v1/markPriceKlines",
  fundingRates: "/fapi/v1/fundingRate",
  feeRates: "/fapi/v1/commissionRate",
  keyRights: "/sapi/v1/account/apiRestrictions",
  incomeDownload: "/fapi/v1/income/asyn",
  incomeDownloadState: "/fapi/v1/income/asyn/id",
  fillsDownload: "/fapi/v1/trade/asyn",
  fillsDownloadState: "/fapi/v1/trade/asyn/id",
};

/** The host of `keyRights`; it counts weight by itself. */
export const SPOT_BASE_URL = "https://api.binance.com";

/**
 * Of months the shortest count is sure, and the longest possible: from 1 February to 1 May of a common year,
 * and six with four of 31 days.
 */
const THREE_MONTHS = { sure: 89 * DAY_MS, possible: 92 * DAY_MS };
const THREE_TO_SIX_MONTHS = { sure: THREE_MONTHS.sure, possible: 184 * DAY_MS };

function exactly(days: number): Retention {
  return { sure: days * DAY_MS, possible: days * DAY_MS };
}

export const STREAMS: Readonly<Record<CommonStreamName, SupportedStream>> = {
  income: {
    kind: "supported",
    scope: "account",
    windowMax: WINDOW_MAX,
    pageRowsMax: 1000,
    // "Income history only contains data for the last three months."
    retention: THREE_MONTHS,
    // Rebates and corrected funding are posted up to a day late; two days leave room.
    lateness: 48 * HOUR_MS,
    mayChange: [],
  },
  fills: {
    kind: "supported",
    scope: "symbol",
    windowMax: WINDOW_MAX,
    pageRowsMax: 1000,
    // Six months by the documentation of July 2026, three by that of September; live refusals (-4166) say 90
    // days.
    retention: THREE_TO_SIX_MONTHS,
    lateness: 2 * HOUR_MS,
    mayChange: [],
  },
  forced_orders: {
    kind: "supported",
    scope: "account",
    windowMax: WINDOW_MAX,
    pageRowsMax: 100,
    // Not documented (seven days is the default span without `startTime`). They are orders, and orders older
    // than 90 days are gone.
    retention: exactly(89),
    lateness: 48 * HOUR_MS,
    mayChange: ["status", "executedQty", "avgPrice", "cumQuote", "updateTime"],
  },
  margin_changes: {
    kind: "supported",
    scope: "symbol",
    windowMax: WINDOW_MAX,
    pageRowsMax: 500,
    // "Not older than 30 days"; a day is left for how the venue counts them.
    retention: exactly(29),
    lateness: 2 * HOUR_MS,
    mayChange: [],
  },
};

/** The parameters that may narrow a request of each stream. */
const FILTERS: Readonly<Record<CommonStreamName, readonly string[]>> = {
  income: ["page"],
  fills: [],
  forced_orders: ["autoCloseType", "symbol"],
  margin_changes: ["type"],
};

export function pageRequest(pageQuery: PageQuery): VenueRequest {
  const stream = commonStream(pageQuery.stream);
  const terms = { venue: "binance-usdm", support: STREAMS[stream], filters: FILTERS[stream] };
  return {
    path: PATHS[stream],
    query: pageParameters(terms, pageQuery),
    weight: pageWeight(pageQuery),
    isSigned: true,
    isOfHistory: true,
  };
}

export function numberedPage(pageQuery: PageQuery, number: number): PageQuery | null {
  return pageQuery.stream === "income"
    ? { ...pageQuery, filters: { ...pageQuery.filters, page: String(number) } }
    : null;
}

/** Income goes on by page number, fills by id; only the other two are split. */
export function splitInstant(pageQuery: PageQuery, context: SplitContext): readonly PageQuery[] | null {
  switch (commonStream(pageQuery.stream)) {
    case "income":
    case "fills":
      return null;
    case "forced_orders":
      return splitForcedOrders(pageQuery, context);
    case "margin_changes":
      return splitMarginChanges(pageQuery);
  }
}
