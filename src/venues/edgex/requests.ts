/**
 * What can be requested of edgeX: paths, limits, and how a page query becomes a request.
 *
 * The two generations have the same endpoints and parameters under another version. Windows are half-open on
 * `createdTime`, as ours are; of snapshots, on `snapshotTime`, by parameters of other names. Pages come
 * newest first and are followed by a cursor to its end: it starts after the last row served, so new rows do
 * not shift it, and filters and size must stay as they were.
 */
import { DAY_MS, HOUR_MS } from "../../domain/instant.ts";
import type { StreamName } from "../../domain/record.ts";
import { assert } from "../../errors.ts";
import type { PageQuery, StreamSupport, SupportedStream, Venue, VenueRequest } from "../venue.ts";

export type Generation = "v1" | "v2";

export type EdgexStream = Exclude<StreamName, "forced_orders" | "margin_changes">;

type Purpose = "time" | "metadata" | "account" | EdgexStream;

const ENDPOINTS: Readonly<Record<Purpose, string>> = {
  time: "public/meta/getServerTime",
  metadata: "public/meta/getMetaData",
  account: "private/account/getAccountAsset",
  income: "private/account/getCollateralTransactionPage",
  fills: "private/order/getHistoryOrderFillTransactionPage",
  position_transactions: "private/account/getPositionTransactionPage",
  position_cycles: "private/account/getPositionTermPage",
  hourly_equity: "private/account/getAccountAssetSnapshotPage",
  daily_equity: "private/account/getAccountAssetSnapshotPage",
};

function pathOf(generation: Generation, purpose: Purpose): string {
  return `/api/${generation}/${ENDPOINTS[purpose]}`;
}

/** Everything that may be requested; all of it GETs that change nothing. */
export function allowedPaths(generation: Generation): ReadonlySet<string> {
  const purposes = Object.keys(ENDPOINTS) as readonly Purpose[];
  return new Set(purposes.map((purpose) => pathOf(generation, purpose)));
}

/**
 * How far a row has come on its way to the settlement layer. What it did to the account is in other fields,
 * which stay.
 */
const CONFIRMATION = [
  "censorStatus",
  "censorTxId",
  "censorTime",
  "censorFailCode",
  "censorFailReason",
  "l2TxId",
  "l2RejectTime",
  "l2RejectCode",
  "l2RejectReason",
  "l2ApprovedTime",
  "updatedTime",
];

/**
 * Confirmation has been seen to take minutes; one that takes longer than this is not waited for. An open term
 * is, as long as it is open.
 */
const CONFIRMED_BY = { pendingMax: 14 * DAY_MS };

/** A term is summed up while it is open. */
const TERM_SUMS = [
  "cumOpenSize",
  "cumOpenValue",
  "cumOpenFee",
  "cumCloseSize",
  "cumCloseValue",
  "cumCloseFee",
  "cumFundingFee",
  "cumLiquidateFee",
  "currentLeverage",
  "updatedTime",
];

/**
 * No retention is published. A row's number shows that it is stored up to some seconds after its time, and
 * funding a minute; two days leave room.
 */
function paged(
  pageRowsMax: number,
  mayChange: readonly string[],
  waiting: Pick<SupportedStream, "pendingMax"> = {},
): SupportedStream {
  return {
    ...waiting,
    kind: "supported",
    scope: "account",
    windowMax: 7 * DAY_MS,
    pageRowsMax,
    retention: null,
    lateness: 48 * HOUR_MS,
    mayChange,
    paging: "cursor",
  };
}

const SUPPORTED: Readonly<Record<EdgexStream, SupportedStream>> = {
  income: paged(100, CONFIRMATION, CONFIRMED_BY),
  fills: paged(100, CONFIRMATION, CONFIRMED_BY),
  position_transactions: paged(100, CONFIRMATION, CONFIRMED_BY),
  position_cycles: paged(100, TERM_SUMS),
  hourly_equity: paged(1000, []),
  daily_equity: paged(1000, []),
};

export const STREAMS: Venue["streams"] & Readonly<Record<StreamName, StreamSupport>> = {
  ...SUPPORTED,
  forced_orders: {
    kind: "unsupported",
    why: "edgeX has no list of them: each fill says whether it is a liquidation or a deleveraging, and is read as both",
  },
  margin_changes: {
    kind: "unsupported",
    why: "the account's whole collateral backs all positions (cross margin): none has margin of its own that could change",
  },
};

/** The number of the collateral, whatever it is called: USD of V1, USDC of V2. */
const COLLATERAL_COIN_ID = "1000";

/** The value of `filterTimeTag`. */
export const TIME_TAGS = { hourly_equity: "0", daily_equity: "1" } as const;

export function plainRequest(generation: Generation, purpose: "time" | "metadata"): VenueRequest {
  return { path: pathOf(generation, purpose), query: [], weight: 1, isSigned: false };
}

export function accountRequest(generation: Generation, accountId: string): VenueRequest {
  return {
    path: pathOf(generation, "account"),
    query: [["accountId", accountId]],
    weight: 1,
    isSigned: true,
  };
}

export function pageRequest(generation: Generation, accountId: string, pageQuery: PageQuery): VenueRequest {
  const { stream, span } = pageQuery;
  assert(isEdgexStream(stream), `edgex has no stream ${stream}`);
  assert(
    pageQuery.symbol === "",
    `edgex ${stream} is requested by account; the query's symbol is "${pageQuery.symbol}"`,
  );
  assert(Object.keys(pageQuery.filters).length === 0, `edgex ${stream} is requested without filters`);
  assert(span.by !== "id" && span.by !== "survey", `edgex ${stream} has no ${span.by} query`);
  const { from, until } = span.window;
  const { windowMax, pageRowsMax } = SUPPORTED[stream];
  assert(from < until && until - from <= windowMax, `a window of ${until - from} ms was requested of edgex`);
  const isSnapshot = stream === "hourly_equity" || stream === "daily_equity";
  const query = {
    accountId,
    size: String(pageRowsMax),
    ...(isSnapshot
      ? {
          coinId: COLLATERAL_COIN_ID,
          filterTimeTag: TIME_TAGS[stream],
          filterStartTimeInclusive: String(from),
          filterEndTimeExclusive: String(until),
        }
      : {
          filterStartCreatedTimeInclusive: String(from),
          filterEndCreatedTimeExclusive: String(until),
        }),
    ...(span.by === "cursor" ? { offsetData: span.cursor } : {}),
  };
  return { path: pathOf(generation, stream), query: inOrder(query), weight: 1, isSigned: true };
}

/** By the characters' numbers: it is the order in which the query is signed. */
function inOrder(query: Readonly<Record<string, string>>): VenueRequest["query"] {
  return Object.entries(query).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

export function isEdgexStream(stream: StreamName): stream is EdgexStream {
  return stream in SUPPORTED;
}
