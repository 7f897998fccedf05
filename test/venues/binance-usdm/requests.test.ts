import { describe, expect, test } from "vitest";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { DAY_MS, plus } from "../../../src/domain/instant.ts";
import { COMMON_STREAM_NAMES, STREAM_NAMES, type StreamName } from "../../../src/domain/record.ts";
import { Bug } from "../../../src/errors.ts";
import { binanceUsdmVenue } from "../../../src/venues/binance-usdm/venue.ts";
import { type Filters, type PageQuery, supportOf, type VerbatimRow } from "../../../src/venues/venue.ts";
import { HMAC } from "./credentials.ts";

const venue = binanceUsdmVenue(HMAC);
const FROM = parseInstant("2026-03-01T00:00:00Z");
const WEEK = { from: FROM, until: plus(FROM, 7 * DAY_MS) };

function pageQuery(stream: StreamName, symbol = "", filters: Filters = {}): PageQuery {
  return { stream, symbol, filters, span: { by: "time", window: WEEK } };
}

test.each([
  { requested: pageQuery("income"), path: "/fapi/v1/income", weight: 30, limit: "1000" },
  { requested: pageQuery("fills", "BTCUSDT"), path: "/fapi/v1/userTrades", weight: 5, limit: "1000" },
  { requested: pageQuery("forced_orders"), path: "/fapi/v1/forceOrders", weight: 50, limit: "100" },
  {
    requested: pageQuery("forced_orders", "", { symbol: "BTCUSDT" }),
    path: "/fapi/v1/forceOrders",
    weight: 20,
    limit: "100",
  },
  {
    requested: pageQuery("margin_changes", "BTCUSDT"),
    path: "/fapi/v1/positionMargin/history",
    weight: 1,
    limit: "500",
  },
])("$path weighs $weight and requests its largest page of $limit", ({ requested, path, weight, limit }) => {
  const request = venue.pageRequest(requested);
  expect(request).toMatchObject({ path, weight, isSigned: true });
  expect(request.query.at(-1)).toEqual(["limit", limit]);
});

test("the half-open week is sent with both inclusive ends, a millisecond short of seven days", () => {
  expect(venue.pageRequest(pageQuery("fills", "BTCUSDT")).query).toEqual([
    ["symbol", "BTCUSDT"],
    ["startTime", String(FROM)],
    ["endTime", String(FROM + 7 * DAY_MS - 1)],
    ["limit", "1000"],
  ]);
});

test("how far back each stream is sure to be served, and how far it is possible by any document, in days", () => {
  const days = COMMON_STREAM_NAMES.map((stream) => {
    const { sure = 0, possible = 0 } = supportOf(venue, stream)?.retention ?? {};
    return [stream, [sure / DAY_MS, possible / DAY_MS]];
  });
  expect(Object.fromEntries(days)).toEqual({
    income: [89, 92],
    fills: [89, 184],
    forced_orders: [89, 89],
    margin_changes: [29, 29],
  });
});

test("the id cursor of fills goes without times, which the venue refuses beside it", () => {
  const span = { by: "id", fromId: "8389765612825190229" } as const;
  expect(venue.pageRequest({ ...pageQuery("fills", "BTCUSDT"), span }).query).toEqual([
    ["symbol", "BTCUSDT"],
    ["fromId", "8389765612825190229"],
    ["limit", "1000"],
  ]);
  expect(STREAM_NAMES.filter((stream) => venue.hasIdCursor(stream))).toEqual(["fills"]);
});

test("pages of income have numbers, and all else in the request stays the same", () => {
  const third = venue.numberedPage?.(pageQuery("income"), 3) ?? expect.unreachable();
  const { path, query } = venue.pageRequest(pageQuery("income"));
  expect(venue.pageRequest(third)).toMatchObject({ path, query: [["page", "3"], ...query] });
  for (const stream of ["fills", "forced_orders", "margin_changes"] as const) {
    expect(venue.numberedPage?.(pageQuery(stream, "BTCUSDT"), 1)).toBeNull();
  }
});

test.each([
  { name: "fills without a symbol", wrong: pageQuery("fills") },
  { name: "income with a symbol as if it were its scope", wrong: pageQuery("income", "BTCUSDT") },
  // Two of them in one request are refused with -1130, and one would hide the types that nobody knows.
  { name: "one type of income", wrong: pageQuery("income", "", { incomeType: "FUNDING_FEE" }) },
  { name: "a numbered page of fills", wrong: pageQuery("fills", "BTCUSDT", { page: "2" }) },
  {
    name: "more than seven days",
    wrong: {
      ...pageQuery("income"),
      span: { by: "time", window: { from: FROM, until: plus(WEEK.until, 1) } },
    },
  } as const,
  {
    name: "an id cursor of income",
    wrong: { ...pageQuery("income"), span: { by: "id", fromId: "1" } },
  } as const,
])("it is a bug to request $name", ({ wrong }) => {
  expect(() => venue.pageRequest(wrong)).toThrow(Bug);
});

describe("a millisecond that holds more rows than a page is split", () => {
  const forced = (clientOrderId: string, symbol: string): VerbatimRow => ({
    identity: [symbol, "1", String(FROM)],
    symbol,
    occurredAt: FROM,
    body: JSON.stringify({ clientOrderId, symbol }),
    id: null,
  });
  const filters = (parts: readonly PageQuery[] | null) => parts?.map((part) => part.filters) ?? null;

  test("forced orders by why they were closed, then by symbol", () => {
    const context = { rowsSeen: [forced("autoclose-1", "BTCUSDT")], knownSymbols: ["ETHUSDT"] };
    const parts = venue.splitInstant(pageQuery("forced_orders"), context);
    expect(filters(parts)).toEqual([{ autoCloseType: "LIQUIDATION" }, { autoCloseType: "ADL" }]);
    expect(filters(venue.splitInstant(parts?.[0] ?? pageQuery("forced_orders"), context))).toEqual([
      { autoCloseType: "LIQUIDATION", symbol: "BTCUSDT" },
      { autoCloseType: "LIQUIDATION", symbol: "ETHUSDT" },
    ]);
  });

  test("margin changes by direction, and no further", () => {
    const context = { rowsSeen: [], knownSymbols: [] };
    const parts = venue.splitInstant(pageQuery("margin_changes", "BTCUSDT"), context);
    expect(filters(parts)).toEqual([{ type: "1" }, { type: "2" }]);
    expect(venue.splitInstant(parts?.[0] ?? pageQuery("margin_changes", "BTCUSDT"), context)).toBeNull();
  });

  test("income and fills not at all: they go on by page number and by id", () => {
    const context = { rowsSeen: [], knownSymbols: ["BTCUSDT"] };
    expect(venue.splitInstant(pageQuery("income"), context)).toBeNull();
    expect(venue.splitInstant(pageQuery("fills", "BTCUSDT"), context)).toBeNull();
  });
});
