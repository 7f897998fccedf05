import { describe, expect, test } from "vitest";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS, plus } from "../../../src/domain/instant.ts";
import {
  fundingSettlements,
  type OpenSpan,
  type SettlementRows,
} from "../../../src/reconcile/funding-settlements.ts";

const DAY = parseInstant("2026-05-04T00:00:00Z");
const END = plus(DAY, 3 * DAY_MS);
const at = (hours: number): Instant => plus(DAY, hours * HOUR_MS);

const open = (from: number, until: number | null, symbol = "BTCUSDT"): OpenSpan => ({
  symbol,
  asset: "USDT",
  from: at(from),
  until: until === null ? null : at(until),
});
const rows = (hours: readonly number[], symbol = "BTCUSDT", count = 1): SettlementRows[] =>
  hours.map((hour) => ({ symbol, hour: at(hour), rows: count }));
const every = (interval: number, from: number, until: number) =>
  Array.from({ length: (until - from) / interval + 1 }, (_, nth) => from + nth * interval);

/** The hours from the first day on at which rows are missing, with how many. */
function missing(spans: readonly OpenSpan[], known: readonly SettlementRows[], symbol = "BTCUSDT") {
  return fundingSettlements({ spans, rows: known, covered: [{ from: DAY, until: END }], until: END })
    .filter((one) => one.symbol === symbol && one.found < one.expected)
    .map((one) => `${(one.hour - DAY) / HOUR_MS}: ${one.expected - one.found}`);
}

describe("a settlement with an open position must have a row", () => {
  test.each<[what: string, spans: OpenSpan[], known: SettlementRows[], holes: string[]]>([
    ["every 8 hours, all there", [open(-1, null)], rows(every(8, 0, 64)), []],
    ["one of them not", [open(-1, null)], rows([0, 8, 16, 32, 40, 48, 56, 64]), ["24: 1"]],
    ["the first after the opening not", [open(2, null)], rows(every(8, 16, 64)), ["8: 1"]],
    ["the last before the close not", [open(-1, 45)], rows(every(8, 0, 32)), ["40: 1"]],
    ["every 4 hours, one not", [open(-1, 41)], rows([0, 4, 8, 12, 20, 24, 28, 32, 36, 40]), ["16: 1"]],
    ["every hour, two not", [open(-1, 10.5)], rows([0, 1, 2, 3, 6, 7, 8, 9, 10]), ["4: 1", "5: 1"]],
    ["flat in between", [open(-1, 30), open(33, null)], rows([0, 8, 16, 24, 40, 48, 56, 64]), []],
    ["8 hours that become 4", [open(-1, null)], rows([0, 8, 16, 24, ...every(4, 28, 68)]), []],
    ["a hole at the change is not claimed", [open(-1, null)], rows([0, 8, 16, 24, ...every(4, 32, 68)]), []],
    [
      "a dividend beside the rate",
      [open(-1, null)],
      [...rows(every(8, 0, 56)), ...rows([64], "BTCUSDT", 2)],
      [],
    ],
    [
      "both sides, one row",
      [open(-1, null), open(5, null)],
      [...rows([0, 8, 16, 24]), ...rows(every(8, 32, 64), "BTCUSDT", 2)],
      ["8: 1", "16: 1", "24: 1"],
    ],
    ["too few rows to learn from", [open(-1, null)], rows([0, 8, 16]), []],
    ["rows at odd distances teach nothing", [open(-1, null)], rows([0, 5, 11, 16, 27, 33]), []],
  ])("%s", (_what, spans, known, holes) => {
    expect(missing(spans, known)).toEqual(holes);
  });

  test("a contract without any row is expected every 8 hours, once another shows that funding is charged", () => {
    const spans = [open(-1, null), open(20, 42, "ETHUSDT")];
    expect(missing(spans, rows(every(8, 0, 64)), "ETHUSDT")).toEqual(["24: 1", "32: 1", "40: 1"]);
    expect(missing(spans, [], "ETHUSDT")).toEqual([]);
  });

  test("what was opened or closed within a minute of the hour is not claimed", () => {
    const close: OpenSpan = {
      symbol: "ETHUSDT",
      asset: "USDT",
      from: plus(at(8), -MINUTE_MS / 2),
      until: plus(at(16), MINUTE_MS / 2),
    };
    expect(missing([open(-1, null), close], rows(every(8, 0, 64)), "ETHUSDT")).toEqual([]);
  });

  test("outside of what was read completely nothing is claimed", () => {
    const found = fundingSettlements({
      spans: [open(-1, null)],
      rows: rows([0, 8, 16, 24]),
      covered: [{ from: DAY, until: at(26) }],
      until: END,
    });
    expect(found.filter((one) => one.found < one.expected)).toEqual([]);
  });
});
