/**
 * What Aster and Binance answer alike: rows of a history, wallets, contracts. How they differ is
 * `VenueRules`, and each one's own table.
 */
import { DAY_MS, type DurationMs, type Instant, plus } from "../../domain/instant.ts";
import type { Truncation } from "../shared/exchange.ts";
import type { AccountView, RowsRequested, ShownPosition } from "./account-view.ts";
import type { Marks } from "./marks.ts";
import { type Parameters, refuseLongerThan, spanRequested } from "./parameters.ts";
import {
  accountPayload,
  array,
  exchangeInfoPayload,
  fillPayload,
  forcedOrderPayload,
  fundingRatePayload,
  incomePayload,
  marginChangePayload,
  marginChangeType,
  NO_MONEY,
  type RowDialect,
  type ShownWallet,
} from "./payload.ts";
import { refusals } from "./refusal.ts";
import type { World, WorldFill, WorldInstrument, WorldPositionSide } from "./world/world.ts";

export const HISTORY_NAMES = ["income", "fills", "forcedOrders", "marginChanges"] as const;
export type HistoryName = (typeof HISTORY_NAMES)[number];
/** One of something for each history. */
export type OfHistories<Of> = Readonly<Record<HistoryName, Of>>;

export function ofHistories<Of>(of: (name: HistoryName) => Of): OfHistories<Of> {
  return Object.fromEntries(HISTORY_NAMES.map((name) => [name, of(name)])) as OfHistories<Of>;
}

type PageRows = { readonly byDefault: number; readonly most: number };

/**
 * The most rows that each endpoint gives: a client that requests more is refused, as at the venue's own
 * limits.
 */
export type PageLimits = OfHistories<number>;

export type VenueRules = {
  readonly pageRows: OfHistories<PageRows>;
  /** How far back rows are served; null for no limit. */
  readonly retention: OfHistories<DurationMs | null>;
  /**
   * A start before the retention is refused with -4166; in the other histories such rows are silently left
   * out.
   */
  readonly refusesOld: readonly HistoryName[];
  /** The days that a request may span; null for any. */
  readonly spanDaysMax: OfHistories<number | null>;
  readonly dialect: RowDialect;
  /** Assets that are listed besides those an account holds; their wallets are empty. */
  readonly marginAssets: readonly string[];
};

/** The venue as an endpoint sees it. */
export type Scene = {
  readonly world: World;
  readonly marks: Marks;
  readonly rules: VenueRules;
  readonly now: Instant;
  /** What the venue's clock shows. */
  readonly shownTime: Instant;
  readonly weightPerMinute: number;
  readonly truncate: Truncation;
};

/** A request about a contract, which anybody may send, its parameters checked for being known. */
export type MarketRequest = Scene & { readonly parameters: Parameters };

/** A request of one account, its parameters checked for being known. */
export type AccountRequest = Scene & { readonly view: AccountView; readonly parameters: Parameters };

export type Endpoint = { readonly weight: (rawQuery: string) => number } & (
  | { readonly kind: "public"; readonly answer: (scene: Scene) => string }
  /** A request about a contract, which anybody may send. */
  | {
      readonly kind: "market";
      readonly known: readonly string[];
      readonly answer: (request: MarketRequest) => string;
    }
  | {
      readonly kind: "signed";
      readonly known: readonly string[];
      readonly answer: (request: AccountRequest) => string;
    }
);

export const TIMES = ["startTime", "endTime", "limit"] as const;
const WEIGHT_SHOWN_WHERE_UNLIMITED = 2400;

export const weighs = (weight: number) => ({ weight: () => weight });
/** Forced orders cost less when a symbol narrows them. */
export const weighsBySymbol = {
  weight: (rawQuery: string) => (/(^|&)symbol=/.test(rawQuery) ? 20 : 50),
};

export function answerExchangeInfo({ world, now, shownTime, weightPerMinute }: Scene): string {
  const limit = Number.isFinite(weightPerMinute) ? weightPerMinute : WEIGHT_SHOWN_WHERE_UNLIMITED;
  const listed = world.instruments
    .filter((instrument) => !isGone(instrument, now))
    .map((instrument) => (isClosed(instrument, now) ? { ...instrument, status: "CLOSE" } : instrument));
  return exchangeInfoPayload(listed, shownTime, limit);
}

export function answerIncome(request: AccountRequest): string {
  const { parameters, view, rules } = request;
  const requested = rowsRequested(request, "income");
  const incomeType = parameters.text("incomeType");
  // One type at a time: Binance was seen to refuse a list.
  if (incomeType !== null && !/^[A-Z_]+$/.test(incomeType)) throw refusals.invalid("incomeType");
  // A symbol that is no longer listed still has its income.
  const rows = view.incomes(requested, { symbol: parameters.text("symbol"), incomeType });
  return array(rows.map((row) => incomePayload(row, rules.dialect)));
}

export function answerFills(request: AccountRequest): string {
  const { parameters, view } = request;
  const { symbol } = instrumentOf(request, parameters.mandatory("symbol"));
  const fromId = parameters.text("fromId");
  if (fromId === null) {
    const requested = rowsRequested(request, "fills");
    const orderId = parameters.text("orderId");
    const isWanted = (fill: WorldFill): boolean => orderId === null || fill.orderId === orderId;
    return array(view.fills(symbol, requested, isWanted).map(fillPayload));
  }
  if (!/^\d+$/.test(fromId)) throw refusals.illegalCharacters("fromId");
  if (parameters.text("startTime") !== null || parameters.text("endTime") !== null)
    throw refusals.combination();
  return array(view.fillsFromId(symbol, BigInt(fromId), rowsRequested(request, "fills")).map(fillPayload));
}

export function answerForcedOrders(request: AccountRequest): string {
  const { parameters, view } = request;
  const requested = rowsRequested(request, "forcedOrders");
  const symbol = parameters.text("symbol");
  if (symbol !== null) instrumentOf(request, symbol);
  const autoCloseType = parameters.text("autoCloseType");
  if (autoCloseType !== null && !["LIQUIDATION", "ADL"].includes(autoCloseType)) {
    throw refusals.invalid("autoCloseType");
  }
  const kind = autoCloseType === null ? null : autoCloseType === "ADL" ? "adl" : "liquidation";
  return array(view.forcedOrders(requested, { symbol, kind }).map(forcedOrderPayload));
}

export function answerMarginChanges(request: AccountRequest): string {
  const { parameters, view, rules } = request;
  const { symbol } = instrumentOf(request, parameters.mandatory("symbol"));
  const type = parameters.text("type");
  if (type !== null && type !== "1" && type !== "2") throw refusals.invalid("type");
  const requested = rowsRequested(request, "marginChanges");
  const rows = view.marginChanges(
    symbol,
    requested,
    (row) => type === null || String(marginChangeType(row)) === type,
  );
  return array(rows.map((row) => marginChangePayload(row, rules.dialect)));
}

/** Throws a `Refusal` for a symbol that nobody knows, or that is closed. */
export function instrumentOf({ world, now }: Scene, symbol: string): WorldInstrument {
  const listed = world.instruments.find((instrument) => instrument.symbol === symbol);
  if (listed === undefined || isGone(listed, now)) throw refusals.symbol();
  if (isClosed(listed, now)) throw refusals.closed();
  return listed;
}

function isGone({ delisting }: WorldInstrument, now: Instant): boolean {
  return delisting !== undefined && delisting.leaves === "nothing" && delisting.at <= now;
}

function isClosed({ status, delisting }: WorldInstrument, now: Instant): boolean {
  return status === "CLOSE" || (delisting !== undefined && delisting.at <= now);
}

function rowsRequested(request: AccountRequest, history: HistoryName): RowsRequested {
  const { parameters, now, truncate, rules } = request;
  const span = spanRequested(parameters, now);
  const retention = rules.retention[history];
  const daysMax = rules.spanDaysMax[history];
  if (daysMax !== null) refuseLongerThan(daysMax, span);
  const isById = parameters.text("fromId") !== null;
  if (!isById && retention !== null && rules.refusesOld.includes(history)) {
    if (span.from < plus(now, -retention)) throw refusals.tooOld(Math.floor(retention / DAY_MS));
  }
  const { byDefault, most } = rules.pageRows[history];
  return {
    ...span,
    limit: parameters.limit(Math.min(byDefault, most), most),
    page: parameters.page(),
    truncate,
    now,
    retention,
  };
}

export function wallets({ view, now, rules }: AccountRequest): ShownWallet[] {
  const held = view.wallets(now);
  return [...new Set([...rules.marginAssets, ...held.keys()])].map((asset) => ({
    asset,
    wallet: held.get(asset) ?? NO_MONEY,
  }));
}

const FUNDING_RATE_ROWS = { byDefault: 100, most: 1_000 } as const;

export const FUNDING_RATES = {
  known: ["symbol", ...TIMES],
  answer: answerFundingRates,
} as const;

/** Of the settlements that have happened, oldest first; with a start alone or neither from there on. */
function answerFundingRates(request: MarketRequest): string {
  const { parameters, world, marks, now } = request;
  const { symbol } = instrumentOf(request, parameters.mandatory("symbol"));
  const from = parameters.integer("startTime") ?? 0;
  const until = Math.min(parameters.integer("endTime") ?? now, now);
  const limit = parameters.limit(FUNDING_RATE_ROWS.byDefault, FUNDING_RATE_ROWS.most);
  const rates = world.fundingRates.filter(
    (rate) => rate.symbol === symbol && rate.dueAt >= from && rate.dueAt <= until,
  );
  return array(
    rates
      .slice(0, limit)
      .map((rate) => fundingRatePayload(rate, marks.at(symbol, rate.dueAt) ?? rate.markPrice)),
  );
}

/** The account as a whole: all assets, and the positions of every contract there is. */
export function answerAccount(
  request: AccountRequest,
  settings: Readonly<Record<string, boolean>> = {},
): string {
  const { instruments } = request.world;
  return accountPayload(wallets(request), everyPosition(request, instruments), instruments, settings);
}

/**
 * Every symbol is listed, whether a position was ever held or not: one row in one-way mode, two in hedge
 * mode, and a third where an account that changed its mode still has one.
 */
export function everyPosition(
  { view, now }: AccountRequest,
  instruments: readonly WorldInstrument[],
): ShownPosition[] {
  const isHedge = view.account.mode === "hedge";
  return instruments.flatMap(({ symbol }) => {
    const shown: ShownPosition[] = [];
    for (const positionSide of ["BOTH", "LONG", "SHORT"] as const) {
      const position = view.position(symbol, positionSide, now);
      if (position !== null) shown.push(position);
      else if ((positionSide !== "BOTH") === isHedge) shown.push(neverHeld(symbol, positionSide));
    }
    return shown;
  });
}

function neverHeld(symbol: string, positionSide: WorldPositionSide): ShownPosition {
  return { symbol, positionSide, quantity: "0", averageEntry: "0.0", markPrice: "0", updatedAt: null };
}
