/**
 * The family's klines: `[openTime, open, high, low, close, …]`, one a minute, oldest first. Source:
 * "Kline/Candlestick Data" of both venues' documentation of the futures. They are public, and the contract's
 * own price, not the coin's on another market.
 *
 * The weight goes by `limit`: below 100 rows 1, below 500 2, up to 1,000 5, more 10. So 499 rows are the most
 * for their weight.
 */
import { MINUTE_MS, readMilliseconds } from "../../domain/instant.ts";
import { type Json, parseJsonExactly, scalarText } from "../../domain/json.ts";
import { readStorableDecimal } from "../../domain/storable.ts";
import type { Window } from "../../domain/window.ts";
import { assert, RequestRefusedError } from "../../errors.ts";
import { withoutExponent } from "../fields.ts";
import type { Kline, Klines } from "../venue.ts";
import { excerpt } from "./answers.ts";

const ROWS_MAX = 499;
const ROWS_OF_WEIGHT_ONE = 99;

export function klinesAt(venue: string, path: string): Klines {
  return {
    symbolOf: (base, quote) => `${base}${quote}`,
    spanMax: ROWS_MAX * MINUTE_MS,
    request(symbol, window) {
      const rows = (window.until - window.from) / MINUTE_MS;
      assert(
        Number.isSafeInteger(rows) && rows > 0 && rows <= ROWS_MAX,
        `${rows} minutes of ${symbol} were requested of ${venue}`,
      );
      return {
        path,
        query: [
          ["symbol", symbol],
          ["interval", "1m"],
          ["startTime", String(window.from)],
          // Both ends are inclusive, and a kline counts by its beginning.
          ["endTime", String(window.until - 1)],
          ["limit", String(rows)],
        ],
        weight: rows <= ROWS_OF_WEIGHT_ONE ? 1 : 2,
        isSigned: false,
        isOfHistory: true,
      };
    },
    read: (symbol, window, body) => readKlines(venue, symbol, window, body),
  };
}

function readKlines(venue: string, symbol: string, window: Window, body: string): readonly Kline[] {
  const rows = parseJsonExactly(body);
  const klines = Array.isArray(rows) ? rows.map(klineOf) : [null];
  const isWhole = klines.every(
    (kline, index) =>
      kline !== null &&
      kline.openedAt % MINUTE_MS === 0 &&
      kline.openedAt >= Math.max(window.from, (klines[index - 1]?.openedAt ?? -1) + 1) &&
      kline.openedAt < window.until,
  );
  if (isWhole) return klines.filter((kline) => kline !== null);
  throw new RequestRefusedError({
    where: `${venue} klines ${symbol}`,
    what: "the minutes of the span that was requested were expected, oldest first, found something else",
    evidence: [`the answer begins: ${excerpt(body)}`, "nothing of this answer was kept"],
    next: `run it again; if it persists, the venue has changed its answer: report it`,
  });
}

function klineOf(row: Json): Kline | null {
  if (!Array.isArray(row)) return null;
  const openedAt = readMilliseconds(scalarText(row[0]));
  const close = withoutExponent(scalarText(row[4]));
  return openedAt === null || readStorableDecimal(close) === null ? null : { openedAt, close };
}
