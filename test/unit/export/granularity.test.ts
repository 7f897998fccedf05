/**
 * Whatever is merged, no amount and no entry is lost or counted twice, and what leaves is in the order of
 * time.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatDecimal, parseDecimal, sum } from "../../../src/domain/decimal.ts";
import { GRANULARITIES } from "../../../src/domain/granularity.ts";
import { formatInstant, HOUR_MS, instant, parseUtcInstant, plus } from "../../../src/domain/instant.ts";
import { EVENT_KINDS, type ExportEvent } from "../../../src/export/events.ts";
import { type Merger, mergerOf, type OpenSpan, twinMerger } from "../../../src/export/granularity.ts";
import { event } from "./events.ts";

function through(merger: Merger, events: readonly ExportEvent[], batch = 3): ExportEvent[] {
  const merged: ExportEvent[] = [];
  for (let from = 0; from < events.length; from += batch)
    merged.push(...merger.add(events.slice(from, from + batch)));
  return [...merged, ...merger.end()];
}

const START = parseUtcInstant("2026-03-28T00:00:00.000Z");
const SYMBOLS = ["BTCUSDT", "ETHUSDT", null];
const SPANS: readonly OpenSpan[] = [
  { symbol: "BTCUSDT", from: plus(START, 2 * HOUR_MS), until: plus(START, 20 * HOUR_MS) },
  { symbol: "BTCUSDT", from: plus(START, 20 * HOUR_MS), until: plus(START, 33 * HOUR_MS) },
  { symbol: "BTCUSDT", from: plus(START, 25 * HOUR_MS), until: plus(START, 40 * HOUR_MS) },
  { symbol: "ETHUSDT", from: plus(START, HOUR_MS), until: plus(START, 5 * HOUR_MS) },
];

const EVENTS = fc
  .array(
    fc.record({
      hours: fc.integer({ min: 0, max: 100 }),
      units: fc.integer({ min: -50, max: 50 }).filter((units) => units !== 0),
      kind: fc.constantFrom(...EVENT_KINDS),
      asset: fc.constantFrom("USDT", "BNB"),
      symbol: fc.constantFrom(...SYMBOLS),
    }),
    { maxLength: 60 },
  )
  .map((rows) =>
    rows
      .toSorted((a, b) => a.hours - b.hours)
      .map(({ hours, units, kind, asset, symbol }) =>
        event(`${units}`, formatInstant(plus(START, hours * HOUR_MS)), { kind, asset, symbol }),
      ),
  );

function sums(events: readonly ExportEvent[]): Record<string, string> {
  const assets = [...new Set(events.map(({ asset }) => asset))].toSorted();
  return Object.fromEntries(
    assets.map((asset) => [
      asset,
      formatDecimal(sum(events.filter((one) => one.asset === asset).map(({ amount }) => amount))),
    ]),
  );
}

describe.each(GRANULARITIES)("one row for each %s", (granularity) => {
  test("sums, entries and the order of time are kept, whatever the batches", () => {
    fc.assert(
      fc.property(EVENTS, fc.integer({ min: 1, max: 9 }), (events, batch) => {
        for (const zone of ["UTC", "Europe/Berlin"]) {
          const merged = through(mergerOf(granularity, zone, SPANS, false), events, batch);
          expect(sums(merged)).toEqual(sums(events));
          expect(merged.flatMap(({ entryIds }) => entryIds).toSorted()).toEqual(
            events.flatMap(({ entryIds }) => entryIds).toSorted(),
          );
          const instants = merged.map(({ at }) => at);
          expect(instants).toEqual(instants.toSorted((a, b) => a - b));
          const alone = ["transfer", "own_transfer", "opening", "unknown"];
          for (const one of merged) if (alone.includes(one.kind)) expect(one.entryIds).toHaveLength(1);
          expect(through(mergerOf(granularity, zone, SPANS, false), events, 60)).toEqual(merged);
        }
      }),
    );
  });
});

test("what a position from before the history brought is one row of the instant at which it was flat", () => {
  const at = (hours: number) => plus(START, hours * HOUR_MS);
  const spans = [
    { symbol: "BTCUSDT", from: at(10), until: at(12) },
    { symbol: "BTCUSDT", from: null, until: at(10) },
    { symbol: "BTCUSDT", from: null, until: at(8) },
  ];
  const events = [3, 9, 11].map((hours) => event("-1", formatInstant(at(hours))));
  const merged = through(mergerOf("position", "UTC", spans, false), events);
  expect(merged.map((one) => [(one.at - START) / HOUR_MS, one.entryIds.length])).toEqual([
    [10, 2],
    // Nothing came after it.
    [11, 1],
  ]);
});

test("a day is that of the zone, received and paid are rows of their own, and the row has what all agree in", () => {
  const merged = through(mergerOf("day", "Europe/Berlin", [], false), [
    event("-1", "2026-03-28T22:59:59.999Z", { orderId: "7", tradeId: "1" }),
    event("-2", "2026-03-28T23:00:00.000Z", { orderId: "7", tradeId: "2" }),
    event("-3", "2026-03-29T12:00:00.000Z", { orderId: "7", tradeId: "3" }),
    event("5", "2026-03-29T13:00:00.000Z"),
  ]);
  expect(
    merged.map(({ at, amount, orderId, tradeId, entryIds }) => [
      formatInstant(at),
      formatDecimal(amount),
      orderId,
      tradeId,
      entryIds.length,
    ]),
  ).toEqual([
    ["2026-03-28T09:00:00.000Z", "-1", "7", "1", 1],
    // Clocks went forward at two: ten hours after midnight it is eleven.
    ["2026-03-29T09:00:00.000Z", "-5", "7", null, 2],
    ["2026-03-29T09:00:00.000Z", "5", null, null, 1],
  ]);
});

test("a position is from flat to flat; what is open at the end is a row of the last instant; a fee after the close stands alone", () => {
  const at = (hours: number) => formatInstant(plus(START, hours * HOUR_MS));
  const merged = through(mergerOf("position", "UTC", SPANS, false), [
    event("-1", at(1), { symbol: "ETHUSDT" }),
    event("-1", at(2)),
    event("-1", at(5), { symbol: "ETHUSDT" }),
    event("-1", at(6), { symbol: "ETHUSDT" }),
    event("100", at(7), { kind: "transfer", symbol: null }),
    event("-1", at(20)),
    // Both sides of a hedge are one position.
    event("-1", at(21)),
    event("-1", at(39)),
    event("-1", at(50)),
    event("-1", at(60)),
    event("1", at(61), { kind: "reward", symbol: null }),
  ]);
  expect(
    merged.map(({ at: when, symbol, kind, entryIds }) => [
      (when - START) / HOUR_MS,
      symbol,
      kind,
      entryIds.length,
    ]),
  ).toEqual([
    [5, "ETHUSDT", "trading_fee", 2],
    [7, null, "transfer", 1],
    [20, "BTCUSDT", "trading_fee", 2],
    [40, "BTCUSDT", "trading_fee", 2],
    [61, null, "reward", 1],
    [61, "ETHUSDT", "trading_fee", 1],
    [61, "BTCUSDT", "trading_fee", 2],
  ]);
});

describe("rows that a tool would take for one", () => {
  const merged = (events: readonly ExportEvent[]) =>
    through(
      twinMerger(({ kind }) => kind),
      events,
      1,
    ).map(({ at, amount, entryIds }) => [formatInstant(at), formatDecimal(amount), entryIds.length]);

  test("become one with their sum, and with them all that the sum could be taken for", () => {
    expect(
      merged([
        event("-0.1", "2026-01-01T00:00:00.100Z"),
        event("-0.2", "2026-01-01T00:00:00.200Z"),
        event("-0.1", "2026-01-01T00:00:00.900Z"),
        event("-0.1", "2026-01-01T00:00:01.000Z"),
      ]),
    ).toEqual([
      ["2026-01-01T00:00:00.100Z", "-0.4", 3],
      ["2026-01-01T00:00:01.000Z", "-0.1", 1],
    ]);
  });

  test("stay apart where amount, asset, direction or word differ", () => {
    const rows = [
      event("-0.1", "2026-01-01T00:00:00.100Z"),
      event("0.1", "2026-01-01T00:00:00.100Z"),
      event("-0.1", "2026-01-01T00:00:00.100Z", { asset: "BNB" }),
      event("-0.1", "2026-01-01T00:00:00.100Z", { kind: "funding" }),
      event("-0.3", "2026-01-01T00:00:00.100Z"),
    ];
    expect(merged(rows)).toHaveLength(rows.length);
  });

  test("no two are left, and nothing is lost", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: -3, max: 3 }).filter(Boolean)),
        ),
        (rows) => {
          const events = rows
            .toSorted((a, b) => a[0] - b[0])
            .map(([ms, units]) => event(`${units}`, formatInstant(instant(START + ms))));
          const left = through(
            twinMerger(({ kind }) => kind),
            events,
          );
          const keys = left.map(({ at, amount }) => `${Math.floor(at / 1000)} ${formatDecimal(amount)}`);
          expect(new Set(keys).size).toBe(keys.length);
          expect(sums(left)).toEqual(sums(events));
        },
      ),
    );
  });
});

test("an amount of a merged row is exact", () => {
  const many = Array.from({ length: 1000 }, (_, nth) =>
    event("0.000000000000000001", formatInstant(plus(START, nth)), { kind: "rebate" }),
  );
  const [row] = through(mergerOf("day", "UTC", [], false), [
    event("100000000000000000000", formatInstant(START), { kind: "rebate" }),
    ...many,
  ]);
  expect(row?.amount.equals(parseDecimal("100000000000000000000.000000000000001"))).toBe(true);
});

test("for amounts in the reporting currency what has no price stays apart", () => {
  const at = "2026-03-28T01:00:00.000Z";
  const events = [event("-1", at, { value: parseDecimal("-2") }), event("-3", at), event("-4", at)];
  const rows = through(mergerOf("day", "UTC", [], true), events, 60);
  expect(rows.map(({ amount, value }) => [amount.toFixed(), value?.toFixed() ?? null])).toEqual([
    ["-1", "-2"],
    ["-7", null],
  ]);
});
