/**
 * The family's klines: `[openTime, open, high, low, close, …]`, one a minute, oldest first. Source:
 * "Kline/Candlestick Data" of both venues' documentation of the futures. They are public, and the contract's
 * own price, not the coin's on another market.
 *
 * The weight goes by `limit`: below 100 rows 1, below 500 2, up to 1,000 5, more 10. So 499 rows are the most
 * for their weight.
 */
import {
  DAY_MS,
  type DurationMs,
  HOUR_MS,
  type Instant,
  MINUTE_MS,
  readMilliseconds,
} from "../../domain/instant.ts";
import { type Json, parseJsonExactly, scalarText } from "../../domain/json.ts";
import { readStorableDecimal } from "../../domain/storable.ts";
import type { Window } from "../../domain/window.ts";
import { assert, RequestRefusedError } from "../../errors.ts";
import { withoutExponent } from "../fields.ts";
import type { Klines, Marks, VenueRequest } from "../venue.ts";
import { excerpt } from "./answers.ts";

const ROWS_MAX = 499;
const ROWS_OF_WEIGHT_ONE = 99;

const INTERVAL_WORDS: ReadonlyMap<DurationMs, string> = new Map([
  [DAY_MS, "1d"],
  [HOUR_MS, "1h"],
  [15 * MINUTE_MS, "15m"],
  [MINUTE_MS, "1m"],
]);

/** The places in a row of the prices that a kline opens and closes with. */
const OPEN = 1;
const CLOSE = 4;

/** The contract's own prices, by the minute. */
export function klinesAt(venue: string, path: string): Klines {
  return {
    symbolOf: (base, quote) => `${base}${quote}`,
    spanMax: ROWS_MAX * MINUTE_MS,
    request: (symbol, window) => klineRequest({ venue, path, symbol, interval: MINUTE_MS }, window),
    read: (symbol, window, body) =>
      readKlines(`${venue} klines ${symbol}`, MINUTE_MS, CLOSE, window, body).map(({ openedAt, price }) => ({
        openedAt,
        close: price,
      })),
  };
}

/**
 * Mark prices. Their klines have the form and the weights of the contract's own ("Mark Price
 * Kline/Candlestick Data"), and open with the mark of their first instant.
 */
export function marksAt(venue: string, path: string): Marks {
  return {
    intervals: [...INTERVAL_WORDS.keys()],
    rowsMax: ROWS_MAX,
    request: (symbol, interval, window) => klineRequest({ venue, path, symbol, interval }, window),
    read: (symbol, interval, window, body) =>
      readKlines(`${venue} marks ${symbol}`, interval, OPEN, window, body).map(({ openedAt, price }) => ({
        markedAt: openedAt,
        price,
      })),
  };
}

type KlineTerms = {
  readonly venue: string;
  readonly path: string;
  readonly symbol: string;
  readonly interval: DurationMs;
};

function klineRequest({ venue, path, symbol, interval }: KlineTerms, window: Window): VenueRequest {
  const rows = (window.until - window.from) / interval;
  const word = INTERVAL_WORDS.get(interval);
  assert(
    word !== undefined && Number.isSafeInteger(rows) && rows > 0 && rows <= ROWS_MAX,
    `${rows} klines of ${interval} ms of ${symbol} were requested of ${venue}`,
  );
  return {
    path,
    query: [
      ["symbol", symbol],
      ["interval", word],
      ["startTime", String(window.from)],
      // Both ends are inclusive, and a kline counts by its beginning.
      ["endTime", String(window.until - 1)],
      ["limit", String(rows)],
    ],
    weight: rows <= ROWS_OF_WEIGHT_ONE ? 1 : 2,
    isSigned: false,
    isOfHistory: true,
  };
}

type PricedKline = { readonly openedAt: Instant; readonly price: string };

function readKlines(
  where: string,
  interval: DurationMs,
  column: number,
  window: Window,
  body: string,
): readonly PricedKline[] {
  const rows = parseJsonExactly(body);
  const klines = Array.isArray(rows) ? rows.map((row) => klineOf(row, column)) : [null];
  const isWhole = klines.every(
    (kline, index) =>
      kline !== null &&
      kline.openedAt % interval === 0 &&
      kline.openedAt >= Math.max(window.from, (klines[index - 1]?.openedAt ?? -1) + 1) &&
      kline.openedAt < window.until,
  );
  if (isWhole) return klines.filter((kline) => kline !== null);
  throw new RequestRefusedError({
    where,
    what: "the klines of the requested span were expected, oldest first, found something else",
    evidence: [`the answer begins: ${excerpt(body)}`, "nothing of this answer was kept"],
    next: `run it again; if it persists, the venue has changed its answer: report it`,
  });
}

function klineOf(row: Json, column: number): PricedKline | null {
  if (!Array.isArray(row)) return null;
  const openedAt = readMilliseconds(scalarText(row[0]));
  const price = withoutExponent(scalarText(row[column]));
  return openedAt === null || readStorableDecimal(price) === null ? null : { openedAt, price };
}
