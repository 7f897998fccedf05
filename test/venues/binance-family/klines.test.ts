import { describe, expect, test } from "vitest";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, plus } from "../../../src/domain/instant.ts";
import { RequestRefusedError } from "../../../src/errors.ts";
import { klinesAt, marksAt } from "../../../src/venues/binance-family/klines.ts";

const klines = klinesAt("binance-usdm", "/fapi/v1/klines");
const FROM = parseInstant("2026-05-02T12:00:00Z");
const minutes = (count: number) => ({ from: FROM, until: plus(FROM, count * MINUTE_MS) });

test("a window's minutes are requested with its last millisecond inside, and weigh what their number weighs", () => {
  expect(klines.request("BNBUSDT", minutes(2))).toEqual({
    path: "/fapi/v1/klines",
    query: [
      ["symbol", "BNBUSDT"],
      ["interval", "1m"],
      ["startTime", "1777723200000"],
      ["endTime", "1777723319999"],
      ["limit", "2"],
    ],
    weight: 1,
    isSigned: false,
    isOfHistory: true,
  });
  const weights = [1, 99, 100, 499].map((count) => klines.request("BNBUSDT", minutes(count)).weight);
  expect(weights).toEqual([1, 1, 2, 2]);
  expect(klines.spanMax).toBe(499 * MINUTE_MS);
  expect(() => klines.request("BNBUSDT", minutes(500))).toThrow(
    "500 klines of 60000 ms of BNBUSDT were requested",
  );
});

/** The row of the venues' documentation, its time moved. */
const row = (openedAt: number, close = '"0.01577100"') =>
  `[${openedAt},"0.01634790","0.80000000","0.01575800",${close},"148976.11427815",1499644799999,"2434.19055334",308,"1756.87402397","28.46694368","17928899.62484339"]`;

test("the documented row is read; a close keeps its digits", () => {
  const body = `[${row(FROM)},${row(FROM + MINUTE_MS, "1E-7")}]`;
  expect(klines.read("BNBUSDT", minutes(2), body)).toEqual([
    { openedAt: FROM, close: "0.01577100" },
    { openedAt: FROM + MINUTE_MS, close: "0.0000001" },
  ]);
  expect(klines.read("BNBUSDT", minutes(2), "[]")).toEqual([]);
});

describe("another answer is refused", () => {
  test.each([
    ["an object", '{"surprise":[1]}'],
    ["rows that are no lists", '[{"openTime":1}]'],
    ["a price that is none", `[${row(FROM, '"n/a"')}]`],
    ["a minute before the window", `[${row(FROM - MINUTE_MS)}]`],
    ["a minute behind it", `[${row(FROM + 2 * MINUTE_MS)}]`],
    ["a part of a minute", `[${row(FROM + 1)}]`],
    ["a minute twice", `[${row(FROM)},${row(FROM)}]`],
    ["the newest first", `[${row(FROM + MINUTE_MS)},${row(FROM)}]`],
  ])("%s", (_, body) => {
    expect(() => klines.read("BNBUSDT", minutes(2), body)).toThrow(RequestRefusedError);
  });

  test("with these words", () => {
    expect(() => klines.read("BNBUSDT", minutes(2), '{"code":0}')).toThrow(
      `binance-usdm klines BNBUSDT: the klines of the requested span were expected, oldest first, found something else
  the answer begins: {"code":0}
  nothing of this answer was kept
  next: run it again; if it persists, the venue has changed its answer: report it`,
    );
  });

  test("a body that is cut off is a SyntaxError, and so tried again", () => {
    expect(() => klines.read("BNBUSDT", minutes(2), `[${row(FROM)}`)).toThrow(SyntaxError);
  });
});

describe("marks", () => {
  const marks = marksAt("aster", "/fapi/v3/markPriceKlines");
  const MIDNIGHT = parseInstant("2026-05-02T00:00:00Z");
  const days = (count: number) => ({ from: MIDNIGHT, until: plus(MIDNIGHT, count * DAY_MS) });
  /** The row of the venues' documentation of mark price klines, its time moved. */
  const markRow = (openedAt: number, open = '"9653.69440000"') =>
    `[${openedAt},${open},"9653.69640000","9651.38600000","9651.55200000","0",1591256459999,"0",60,"0","0","0"]`;

  test.each([
    [DAY_MS, "1d", 30, 1],
    [HOUR_MS, "1h", 99, 1],
    [15 * MINUTE_MS, "15m", 100, 2],
    [MINUTE_MS, "1m", 499, 2],
  ])("of every %i ms are requested as %s; %i of them weigh %i", (interval, word, count, weight) => {
    const window = { from: MIDNIGHT, until: plus(MIDNIGHT, count * interval) };
    const request = marks.request("BTCUSDT", interval, window);
    expect(request).toMatchObject({ path: "/fapi/v3/markPriceKlines", weight, isSigned: false });
    expect(Object.fromEntries(request.query)).toEqual({
      symbol: "BTCUSDT",
      interval: word,
      startTime: String(MIDNIGHT),
      endTime: String(window.until - 1),
      limit: String(count),
    });
  });

  test("the widest grid comes first, so that the midnights of a year are one request", () => {
    expect(marks.intervals).toEqual([DAY_MS, HOUR_MS, 15 * MINUTE_MS, MINUTE_MS]);
  });

  test("a kline's opening is the mark of its first instant; days that are not served are left out", () => {
    const body = `[${markRow(MIDNIGHT)},${markRow(MIDNIGHT + 2 * DAY_MS, "1E-7")}]`;
    expect(marks.read("BTCUSDT", DAY_MS, days(3), body)).toEqual([
      { markedAt: MIDNIGHT, price: "9653.69440000" },
      { markedAt: MIDNIGHT + 2 * DAY_MS, price: "0.0000001" },
    ]);
  });

  test.each([
    ["of an hour", `[${markRow(MIDNIGHT + HOUR_MS)}]`],
    ["of a day before", `[${markRow(MIDNIGHT - DAY_MS)}]`],
    ["that is no price", `[${markRow(MIDNIGHT, '""')}]`],
  ])("a row %s is refused for a day that was requested", (_, body) => {
    expect(() => marks.read("BTCUSDT", DAY_MS, days(1), body)).toThrow(
      /^aster marks BTCUSDT: the klines of the requested span/,
    );
  });
});
