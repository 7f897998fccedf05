import { describe, expect, test } from "vitest";
import { MINUTE_MS, parseInstant, plus } from "../../../src/domain/instant.ts";
import { RequestRefusedError } from "../../../src/errors.ts";
import { klinesAt } from "../../../src/venues/binance-family/klines.ts";

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
  expect(() => klines.request("BNBUSDT", minutes(500))).toThrow("500 minutes of BNBUSDT were requested");
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
      `binance-usdm klines BNBUSDT: the minutes of the span that was requested were expected, oldest first, found something else
  the answer begins: {"code":0}
  nothing of this answer was kept
  next: run it again; if it persists, the venue has changed its answer: report it`,
    );
  });

  test("a body that is cut off is a SyntaxError, and so tried again", () => {
    expect(() => klines.read("BNBUSDT", minutes(2), `[${row(FROM)}`)).toThrow(SyntaxError);
  });
});
