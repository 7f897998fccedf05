/** What a fault plan must know of a venue to put its answers together otherwise: how pages look, what was asked, how it refuses. */
import { readMilliseconds } from "../domain/instant.ts";
import type { SimulatedRequest } from "./exchange.ts";
import { type JsonRow, readRows, textOf, timeOf, writeRows } from "./json-rows.ts";
import { refusals } from "./refusal.ts";

export type Asked = Readonly<Record<string, string>>;

/** A refusal as it goes out. */
export type Refused = {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export type FaultDialect = {
  readonly historyPaths: RegExp;
  isSigned(request: SimulatedRequest): boolean;

  /** The rows of a page; null for a body that is none. */
  readRows(body: string | Uint8Array): readonly JsonRow[] | null;
  /** The page with these rows instead of its own. */
  writeRows(body: string, rows: readonly JsonRow[]): string;
  timeOf(row: JsonRow): bigint | null;
  withTime(row: JsonRow, at: bigint): JsonRow;
  /** The same row of another contract; null where contracts were not asked for. */
  ofAnotherSymbol(row: JsonRow, asked: Asked): JsonRow | null;
  /** The page with the cursor that led to it as the next one; null where none did. */
  withSameCursor(body: string, asked: Asked): string | null;

  isAskedFor(row: JsonRow, asked: Asked): boolean;
  /** The last millisecond of the window; null where none was asked. */
  lastOf(asked: Asked): bigint | null;
  limitOf(asked: Asked): number | null;
  /** True where pages are told by their number: one that comes twice is noticed. */
  isNumbered(asked: Asked): boolean;
  /** True where rows of one instant may come in any order. */
  isOrderFree(asked: Asked): boolean;
  /** True where a page that is too long could lose its other end. */
  isCuttable(asked: Asked): boolean;
  readonly canIgnoreTimes: boolean;

  tooManyRequests(): Refused;
  /** Until an instant, in milliseconds. */
  banned(untilMs: number): Refused;
  /** Status 200 all the same. */
  inEnvelope(): readonly Refused[];
  clock(request: SimulatedRequest): Refused;
};

/** Aster and Binance. */
export const FAMILY_DIALECT: FaultDialect = {
  historyPaths: /\/(?:income|userTrades|forceOrders|positionMargin\/history)$/,
  isSigned: ({ rawQuery }) => /(?:^|&)signature=/.test(rawQuery),
  readRows,
  writeRows: (_, rows) => writeRows(rows),
  timeOf: (row) => bigintOrNull(timeOf(row)),
  withTime: (row, at) => ({ ...row, time: at }),
  ofAnotherSymbol: (row, { symbol }) => (symbol === undefined ? null : { ...row, symbol: `OTHER${symbol}` }),
  withSameCursor: () => null,
  isAskedFor(row, { startTime, endTime, fromId, symbol, incomeType, type }) {
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
  // Pages that are told by number or id have a beginning that must stay where it is.
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
