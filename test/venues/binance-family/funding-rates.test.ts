import { describe, expect, test } from "vitest";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { formatDecimal } from "../../../src/domain/decimal.ts";
import { DAY_MS, plus } from "../../../src/domain/instant.ts";
import { RequestRefusedError } from "../../../src/errors.ts";
import { fundingRatesAt } from "../../../src/venues/binance-family/funding-rates.ts";

const rates = fundingRatesAt("binance-usdm", "/fapi/v1/fundingRate", 24);
const FROM = parseInstant("2026-05-02T00:00:00Z");
const WINDOW = { from: FROM, until: plus(FROM, DAY_MS) };

const row = (fundingTime: number, more: object = {}) => ({
  symbol: "BTCUSDT",
  fundingRate: "-0.03750000",
  fundingTime,
  markPrice: "34287.54619963",
  ...more,
});
const read = (rows: unknown) => rates.read("BTCUSDT", WINDOW, JSON.stringify(rows));

test("a window is requested with its last millisecond inside, a thousand rows at most", () => {
  expect(rates.request("BTCUSDT", WINDOW)).toEqual({
    path: "/fapi/v1/fundingRate",
    query: [
      ["symbol", "BTCUSDT"],
      ["startTime", String(FROM)],
      ["endTime", String(FROM + DAY_MS - 1)],
      ["limit", "1000"],
    ],
    weight: 24,
    isSigned: false,
    isOfHistory: true,
  });
});

test.each([
  ["as documented", {}, "-0.0375 34287.54619963 regular"],
  ["of before marks were published", { markPrice: "" }, "-0.0375 null regular"],
  ["without a mark", { markPrice: undefined }, "-0.0375 null regular"],
  ["with a mark of nothing", { markPrice: "0.00000000" }, "-0.0375 null regular"],
  ["that says that it is regular", { rateType: "Regular" }, "-0.0375 34287.54619963 regular"],
  ["of a dividend", { rateType: "Special" }, "-0.0375 34287.54619963 special"],
  [
    "with a rate as a bare number with an exponent",
    { fundingRate: 1e-8 },
    "0.00000001 34287.54619963 regular",
  ],
])("a row %s", (_, more, expected) => {
  const found = read([row(FROM + 6, more)]).map(
    ({ settledAt, rate, markPrice, isRegular }) =>
      `${settledAt - FROM} ${formatDecimal(rate)} ${markPrice === null ? null : formatDecimal(markPrice)} ${isRegular ? "regular" : "special"}`,
  );
  expect(found).toEqual([`6 ${expected}`]);
});

test("a dividend may be settled at the very instant of the regular rate", () => {
  expect(read([row(FROM), row(FROM, { rateType: "Special" })])).toHaveLength(2);
});

describe("another answer is refused", () => {
  test.each([
    ["of another contract", [row(FROM + 6, { symbol: "ETHUSDT" })]],
    ["an object", { surprise: [1] }],
    ["rows that are no objects", [[FROM]]],
    ["a rate that is none", [row(FROM, { fundingRate: "" })]],
    ["a time that is none", [row(FROM, { fundingTime: "yesterday" })]],
    ["a settlement before the window", [row(FROM - 1)]],
    ["a settlement behind it", [row(WINDOW.until)]],
    ["the newest first", [row(FROM + 2), row(FROM + 1)]],
  ])("%s", (_, rows) => {
    expect(() => read(rows)).toThrow(RequestRefusedError);
  });
});
