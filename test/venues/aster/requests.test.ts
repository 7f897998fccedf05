import { describe, expect, test } from "vitest";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { DAY_MS, plus } from "../../../src/domain/instant.ts";
import type { StreamName } from "../../../src/domain/record.ts";
import { Bug } from "../../../src/errors.ts";
import { INCOME_TYPES } from "../../../src/venues/aster/requests.ts";
import { asterVenue } from "../../../src/venues/aster/venue.ts";
import type { Filters, PageQuery, VerbatimRow } from "../../../src/venues/venue.ts";
import { V1, V3 } from "./credentials.ts";

const FROM = parseInstant("2026-03-01T00:00:00Z");
const WEEK = { from: FROM, until: plus(FROM, 7 * DAY_MS) };
const v1 = asterVenue(V1);
const v3 = asterVenue(V3);

function pageQuery(stream: StreamName, symbol = "", filters: Filters = {}): PageQuery {
  return { stream, symbol, filters, span: { by: "time", window: WEEK } };
}

test("each request becomes one GET of the generation's own path, with its documented weight and largest page", () => {
  const rows = [
    {
      requested: pageQuery("income"),
      v1: "/fapi/v1/income",
      v3: "/fapi/v3/income",
      weight: 30,
      limit: "1000",
    },
    {
      requested: pageQuery("fills", "BTCUSDT"),
      v1: "/fapi/v1/userTrades",
      v3: "/fapi/v3/userTrades",
      weight: 5,
      limit: "1000",
    },
    {
      requested: pageQuery("forced_orders"),
      v1: "/fapi/v1/forceOrders",
      v3: "/fapi/v3/forceOrders",
      weight: 50,
      limit: "100",
    },
    {
      requested: pageQuery("margin_changes", "BTCUSDT"),
      v1: "/fapi/v1/positionMargin/history",
      v3: "/fapi/v3/positionMargin/history",
      weight: 1,
      limit: "500",
    },
  ];
  for (const { requested, weight, limit, ...paths } of rows) {
    const request = v1.pageRequest(requested);
    expect(request).toMatchObject({ path: paths.v1, weight, isSigned: true });
    expect(v3.pageRequest(requested)).toEqual({ ...request, path: paths.v3 });
    expect(request.query.at(-1)).toEqual(["limit", limit]);
  }
});

test("forced orders of one symbol cost less", () => {
  expect(v1.pageRequest(pageQuery("forced_orders", "", { symbol: "BTCUSDT" })).weight).toBe(20);
});

test("the half-open window is sent with both of the venue's inclusive ends", () => {
  const { query } = v1.pageRequest(pageQuery("income"));
  expect(query).toEqual([
    ["startTime", String(FROM)],
    ["endTime", String(FROM + 7 * DAY_MS - 1)],
    ["limit", "1000"],
  ]);
});

test("a window of one millisecond begins and ends at it", () => {
  const window = { from: FROM, until: plus(FROM, 1) };
  const { query } = v1.pageRequest({ ...pageQuery("fills", "BTCUSDT"), span: { by: "time", window } });
  expect(Object.fromEntries(query)).toMatchObject({ startTime: String(FROM), endTime: String(FROM) });
});

test("the id cursor of fills goes without times, which the venue refuses beside it", () => {
  const span = { by: "id", fromId: "9007199254740993" } as const;
  expect(v1.pageRequest({ ...pageQuery("fills", "BTCUSDT"), span }).query).toEqual([
    ["symbol", "BTCUSDT"],
    ["fromId", "9007199254740993"],
    ["limit", "1000"],
  ]);
});

test("income may be surveyed over all of time, with both ends", () => {
  const span = { by: "survey", window: { from: FROM, until: plus(FROM, 2_000 * DAY_MS) } } as const;
  expect(v1.pageRequest({ ...pageQuery("income"), span }).query).toEqual([
    ["startTime", String(FROM)],
    ["endTime", String(FROM + 2_000 * DAY_MS - 1)],
    ["limit", "1000"],
  ]);
});

test.each([
  { name: "fills without a symbol", wrong: pageQuery("fills") },
  { name: "income with a symbol as if it were its scope", wrong: pageQuery("income", "BTCUSDT") },
  { name: "a page number", wrong: pageQuery("income", "", { page: "2" }) },
  {
    name: "more than seven days",
    wrong: {
      ...pageQuery("income"),
      span: { by: "time", window: { from: FROM, until: plus(WEEK.until, 1) } },
    } as const,
  },
  {
    name: "a survey of fills",
    wrong: {
      ...pageQuery("fills", "BTCUSDT"),
      span: { by: "survey", window: { from: FROM, until: plus(WEEK.until, 1) } },
    } as const,
  },
  {
    name: "an empty window",
    wrong: { ...pageQuery("income"), span: { by: "time", window: { from: FROM, until: FROM } } } as const,
  },
  {
    name: "an id cursor of income",
    wrong: { ...pageQuery("income"), span: { by: "id", fromId: "1" } } as const,
  },
])("it is a bug to request $name", ({ wrong }) => {
  expect(() => v1.pageRequest(wrong)).toThrow(Bug);
});

describe("a millisecond that holds more rows than a page is split", () => {
  const income = (incomeType: string, symbol: string): VerbatimRow => ({
    identity: [incomeType, "1", "", symbol, "USDT", String(FROM)],
    symbol,
    occurredAt: FROM,
    body: "{}",
    id: null,
  });
  const forced = (clientOrderId: string, symbol: string): VerbatimRow => ({
    identity: [symbol, "1", String(FROM)],
    symbol,
    occurredAt: FROM,
    body: JSON.stringify({ clientOrderId, symbol }),
    id: null,
  });
  const filters = (parts: readonly PageQuery[] | null) => parts?.map((part) => part.filters) ?? null;

  test("income by each documented type, and by each type that was seen", () => {
    const rowsSeen = [income("AUTO_EXCHANGE", ""), income("COMMISSION", "BTCUSDT")];
    expect(filters(v1.splitInstant(pageQuery("income"), { rowsSeen, knownSymbols: [] }))).toEqual(
      [...INCOME_TYPES, "AUTO_EXCHANGE"].map((incomeType) => ({ incomeType })),
    );
  });

  test("income of one type by each symbol seen or known", () => {
    const requested = pageQuery("income", "", { incomeType: "COMMISSION" });
    const rowsSeen = [income("COMMISSION", "BTCUSDT"), income("COMMISSION", "ETHUSDT")];
    const parts = v1.splitInstant(requested, { rowsSeen, knownSymbols: ["ETHUSDT", "币安人生USDT"] });
    expect(filters(parts)).toEqual([
      { incomeType: "COMMISSION", symbol: "BTCUSDT" },
      { incomeType: "COMMISSION", symbol: "ETHUSDT" },
      { incomeType: "COMMISSION", symbol: "币安人生USDT" },
    ]);
    expect(v1.pageRequest(parts?.[2] ?? requested).query.slice(0, 2)).toEqual([
      ["incomeType", "COMMISSION"],
      ["symbol", "币安人生USDT"],
    ]);
  });

  test("income of one type cannot be split when a row has no symbol: it could not be requested", () => {
    const requested = pageQuery("income", "", { incomeType: "TRANSFER" });
    const rowsSeen = [income("TRANSFER", ""), income("TRANSFER", "BTCUSDT")];
    expect(v1.splitInstant(requested, { rowsSeen, knownSymbols: ["BTCUSDT"] })).toBeNull();
  });

  test("income of one type and symbol cannot be split further", () => {
    const requested = pageQuery("income", "", { incomeType: "COMMISSION", symbol: "BTCUSDT" });
    const rowsSeen = [income("COMMISSION", "BTCUSDT")];
    expect(v1.splitInstant(requested, { rowsSeen, knownSymbols: ["BTCUSDT", "ETHUSDT"] })).toBeNull();
  });

  test("forced orders by why they were closed, then by symbol", () => {
    const rowsSeen = [forced("autoclose-1", "BTCUSDT"), forced("adl_autoclose", "ETHUSDT")];
    const context = { rowsSeen, knownSymbols: ["SOLUSDT"] };
    const parts = v1.splitInstant(pageQuery("forced_orders"), context);
    expect(filters(parts)).toEqual([{ autoCloseType: "LIQUIDATION" }, { autoCloseType: "ADL" }]);
    expect(filters(v1.splitInstant(parts?.[1] ?? pageQuery("forced_orders"), context))).toEqual([
      { autoCloseType: "ADL", symbol: "BTCUSDT" },
      { autoCloseType: "ADL", symbol: "ETHUSDT" },
      { autoCloseType: "ADL", symbol: "SOLUSDT" },
    ]);
  });

  test("forced orders with a settlement among them by symbol only: no reason of closing covers it", () => {
    const rowsSeen = [forced("autoclose-1", "BTCUSDT"), forced("settlement_autoclose-2", "ETHUSDT")];
    expect(filters(v1.splitInstant(pageQuery("forced_orders"), { rowsSeen, knownSymbols: [] }))).toEqual([
      { symbol: "BTCUSDT" },
      { symbol: "ETHUSDT" },
    ]);
  });

  test("margin changes by direction, and no further", () => {
    const context = { rowsSeen: [], knownSymbols: [] };
    const parts = v1.splitInstant(pageQuery("margin_changes", "BTCUSDT"), context);
    expect(filters(parts)).toEqual([{ type: "1" }, { type: "2" }]);
    expect(v1.splitInstant(parts?.[0] ?? pageQuery("margin_changes", "BTCUSDT"), context)).toBeNull();
  });

  test("fills not at all: they go on by id", () => {
    expect(v1.splitInstant(pageQuery("fills", "BTCUSDT"), { rowsSeen: [], knownSymbols: [] })).toBeNull();
    expect(v1.hasIdCursor("fills")).toBe(true);
    expect(v1.hasIdCursor("income")).toBe(false);
  });
});
