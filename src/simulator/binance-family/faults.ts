/** The pages, requests and refusals of Aster and Binance, for fault plans. */
import { readMilliseconds } from "../../domain/instant.ts";
import type { FaultDialect } from "../faults/dialect.ts";
import { readRows, textOf, timeOf, writeRows } from "../faults/json-rows.ts";
import { refusals } from "./refusal.ts";

export const FAMILY_DIALECT: FaultDialect = {
  historyPaths: /\/(?:income|userTrades|forceOrders|positionMargin\/history)$/,
  isSigned: ({ rawQuery }) => /(?:^|&)signature=/.test(rawQuery),
  readRows,
  writeRows: (_, rows) => writeRows(rows),
  timeOf: (row) => bigintOrNull(timeOf(row)),
  withTime: (row, at) => ({ ...row, time: at }),
  ofAnotherSymbol: (row, { symbol }) => (symbol === undefined ? null : { ...row, symbol: `OTHER${symbol}` }),
  withSameCursor: () => null,
  isRequested(row, { startTime, endTime, fromId, symbol, incomeType, type }) {
    const at = timeOf(row);
    if (at === null) return false;
    if (startTime !== undefined && at < BigInt(startTime)) return false;
    if (endTime !== undefined && at > BigInt(endTime)) return false;
    if (fromId !== undefined && BigInt(textOf(row, "id")) < BigInt(fromId)) return false;
    const filters = { symbol, incomeType, type };
    return Object.entries(filters).every(
      ([name, value]) => value === undefined || textOf(row, name) === value,
    );
  },
  lastOf: ({ endTime }) => (endTime === undefined ? null : BigInt(endTime)),
  limitOf: ({ limit }) => readMilliseconds(limit ?? ""),
  isNumbered: ({ page }) => page !== undefined,
  isOrderFree: ({ fromId }) => fromId === undefined,
  // Pages by number or id have a beginning that must not move.
  isCuttable: ({ page, fromId }) => page === undefined && fromId === undefined,
  canIgnoreTimes: false,
  tooManyRequests: () => refusals.tooManyRequests(2400),
  banned: (untilMs) => refusals.banned(untilMs),
  inEnvelope: () => [refusals.tooManyRequests(2400), refusals.disconnected()],
  clock: ({ rawQuery }) => (/(?:^|&)nonce=/.test(rawQuery) ? refusals.nonce() : refusals.timestampOld()),
};

function bigintOrNull(at: number | null): bigint | null {
  return at === null ? null : BigInt(at);
}
