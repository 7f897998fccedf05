/**
 * What a fault plan must know of a venue to change its answers: how pages look, what was requested, how it
 * refuses.
 */
import type { SimulatedRequest } from "../shared/exchange.ts";
import type { JsonRow } from "./json-rows.ts";

export type QueryParameters = Readonly<Record<string, string>>;

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
  /** The same row of another contract; null where contracts were not requested. */
  ofAnotherSymbol(row: JsonRow, queryParameters: QueryParameters): JsonRow | null;
  /** The page with the cursor that led to it as the next one; null where none did. */
  withSameCursor(body: string, queryParameters: QueryParameters): string | null;

  isRequested(row: JsonRow, queryParameters: QueryParameters): boolean;
  /** The last millisecond of the window; null where none was requested. */
  lastOf(queryParameters: QueryParameters): bigint | null;
  limitOf(queryParameters: QueryParameters): number | null;
  /** True where pages are told by their number: one that comes twice is noticed. */
  isNumbered(queryParameters: QueryParameters): boolean;
  /** True where rows of one instant may come in any order. */
  isOrderFree(queryParameters: QueryParameters): boolean;
  /** True where a page that is too long could lose its other end. */
  isCuttable(queryParameters: QueryParameters): boolean;
  readonly canIgnoreTimes: boolean;

  tooManyRequests(): Refused;
  /** Until an instant, in milliseconds. */
  banned(untilMs: number): Refused;
  /** Refusals with status 200. */
  inEnvelope(): readonly Refused[];
  clock(request: SimulatedRequest): Refused;
};
