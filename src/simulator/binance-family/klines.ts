/**
 * Klines as the family serves them: a minute from the contract's first price on, up to the one that is still
 * running. A minute opens at the price in force and closes at the last one that came in it. Volumes are not
 * simulated: they are zero.
 */
import { DAY_MS, HOUR_MS, type Instant, instant, MINUTE_MS, readMilliseconds } from "../../domain/instant.ts";
import { readQuery } from "../shared/exchange.ts";
import { instrumentOf, type MarketRequest, TIMES } from "./answers.ts";
import { array } from "./payload.ts";
import { refusals } from "./refusal.ts";
import type { WorldPrice } from "./world/world.ts";

const ROWS = { byDefault: 500, most: 1500 } as const;

export const KLINES = {
  known: ["symbol", "interval", ...TIMES],
  weight: weightOf,
  answer: answerKlines,
} as const;

const INTERVALS: Readonly<Record<string, number>> = {
  "1m": MINUTE_MS,
  "15m": 15 * MINUTE_MS,
  "1h": HOUR_MS,
  "1d": DAY_MS,
};

/** Of marks, of the intervals that a client has a use for. */
export const MARK_KLINES = { ...KLINES, answer: answerMarkKlines } as const;

/** Below 100 rows 1, below 500 2, up to 1,000 5, more 10. */
function weightOf(rawQuery: string): number {
  const sent = readQuery(rawQuery)?.find(({ name }) => name === "limit")?.value ?? "";
  const limit = readMilliseconds(sent) ?? ROWS.byDefault;
  return limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1000 ? 5 : 10;
}

function answerKlines(request: MarketRequest): string {
  const { parameters, world, now } = request;
  const { symbol } = instrumentOf(request, parameters.mandatory("symbol"));
  if (parameters.mandatory("interval") !== "1m") throw refusals.invalid("interval");
  const limit = parameters.limit(ROWS.byDefault, ROWS.most);
  const prices = (world.prices ?? []).filter((one) => one.symbol === symbol);
  const [first] = prices;
  if (first === undefined) return array([]);
  const start = parameters.integer("startTime") ?? now - limit * MINUTE_MS;
  const end = Math.min(parameters.integer("endTime") ?? now, now);
  const rows: string[] = [];
  const from = Math.max(Math.ceil(start / MINUTE_MS), Math.floor(first.from / MINUTE_MS)) * MINUTE_MS;
  for (let minute = from; minute <= end && rows.length < limit; minute += MINUTE_MS)
    rows.push(klinePayload(prices, instant(minute), now));
  return array(rows);
}

/** A kline is shown from its first instant on; the first is the first that begins with a mark. */
function answerMarkKlines(request: MarketRequest): string {
  const { parameters, marks, now } = request;
  const { symbol } = instrumentOf(request, parameters.mandatory("symbol"));
  const interval = INTERVALS[parameters.mandatory("interval")];
  if (interval === undefined) throw refusals.invalid("interval");
  const limit = parameters.limit(ROWS.byDefault, ROWS.most);
  const begins = marks.begins(symbol);
  if (begins === null) return array([]);
  const start = Math.max(parameters.integer("startTime") ?? now - limit * interval, begins);
  const end = Math.min(parameters.integer("endTime") ?? now, now);
  const rows: string[] = [];
  const first = Math.ceil(start / interval) * interval;
  for (let at = first; at <= end && rows.length < limit; at += interval) {
    const last = instant(Math.min(at + interval - 1, now));
    const [open, close] = [marks.at(symbol, instant(at)) ?? "0", marks.at(symbol, last) ?? "0"];
    const [low, high] = [open, close].toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
    rows.push(markPayload(at, at + interval - 1, [open, high ?? open, low ?? open, close]));
  }
  return array(rows);
}

function markPayload(openedAt: number, closesAt: number, prices: readonly string[]): string {
  const shown = prices.map((price) => JSON.stringify(price));
  return array([String(openedAt), ...shown, '"0"', String(closesAt), '"0"', "0", '"0"', '"0"', '"0"']);
}

function klinePayload(prices: readonly WorldPrice[], openedAt: Instant, now: Instant): string {
  const closesAt = openedAt + MINUTE_MS - 1;
  const before = prices.findLast((one) => one.from <= openedAt);
  const inside = prices.filter((one) => one.from > openedAt && one.from <= Math.min(closesAt, now));
  const all = [...(before === undefined ? [] : [before]), ...inside].map((one) => one.price);
  // Prices of one contract have the same decimals, so that longer text is a higher price and equal lengths
  // compare as text.
  const ranked = all.toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const text = (price: string | undefined) => JSON.stringify(price ?? "0");
  return array([
    String(openedAt),
    text(all[0]),
    text(ranked.at(-1)),
    text(ranked[0]),
    text(all.at(-1)),
    '"0"',
    String(closesAt),
    '"0"',
    "0",
    '"0"',
    '"0"',
    '"0"',
  ]);
}
