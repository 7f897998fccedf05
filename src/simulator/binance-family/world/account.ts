/**
 * One account as the venue keeps it while its history happens: positions, wallets, and the rows that every
 * event leaves. The wallet moves by exactly the income rows. Ids that depend on what other accounts did (fill
 * ids are one sequence a symbol) are given at the end, by `numberFills`.
 */
import type { DurationMs, Instant } from "../../../domain/instant.ts";
import {
  divide,
  type Fraction,
  magnitudeOf,
  multiply,
  negate,
  parseFraction,
  signOf,
  sumOf,
  truncatedText,
  truncatedUnits,
  unitsText,
} from "../../shared/fraction.ts";
import { applyFill, FLAT, MONEY_DECIMALS, type VenuePosition } from "./position.ts";
import type {
  WorldAccount,
  WorldFill,
  WorldForcedOrder,
  WorldIncome,
  WorldInstrument,
  WorldMarginChange,
  WorldOpening,
  WorldPositionSide,
  WorldSettlement,
  WorldSide,
} from "./world.ts";

/** A row whose fill id is not known yet. */
type FillDraft = { -readonly [Field in keyof WorldFill]: WorldFill[Field] };
type IncomeDraft = Omit<WorldIncome, "tradeId"> & { readonly fill: FillDraft | null };

export type FillPart = { readonly price: Fraction; readonly quantity: Fraction; readonly at: Instant };

export type Fee =
  /** By the contract's rate; `assetPrice` is the price of one unit of `asset` in the margin asset. */
  | { readonly kind: "rate"; readonly asset: string; readonly assetPrice: Fraction }
  | { readonly kind: "amount"; readonly asset: string; readonly amount: Fraction };

export type Order = {
  readonly instrument: WorldInstrument;
  readonly side: WorldSide;
  readonly positionSide: WorldPositionSide;
  readonly isMaker: boolean;
  readonly fee: Fee;
  /** How the cash statement calls the result. Default: REALIZED_PNL. */
  readonly resultType?: string;
};

/** One row of the cash statement that no trade caused. */
export type Cash = { readonly incomeType: string; readonly asset: string; readonly units: bigint };

/** Which rows the venue shows late or not at all. */
export type Shown = {
  /** For the n-th income row of the account. */
  readonly lateBy: (incomeType: string, ordinal: number) => DurationMs;
  readonly omitsRealizedPnl: boolean;
};

export const SHOWS_ALL: Shown = { lateBy: () => 0, omitsRealizedPnl: false };

export class VenueAccount {
  readonly name: string;
  readonly mode: "one-way" | "hedge";
  readonly #shown: Shown;
  readonly #openings: WorldOpening[] = [];
  readonly #positions = new Map<string, VenuePosition>();
  readonly #walletUnits = new Map<string, bigint>();
  readonly #fills: FillDraft[] = [];
  readonly #incomes: IncomeDraft[] = [];
  readonly #forcedOrders: WorldForcedOrder[] = [];
  readonly #marginChanges: WorldMarginChange[] = [];
  readonly #settlements: WorldSettlement[] = [];
  // Consecutive ids around 2^53: read as floats, neighbours become equal.
  #nextTradeTranId: bigint;
  #nextFundingTranId: bigint;
  #nextCashTranId: bigint;
  #nextOrderId: bigint;

  constructor(options: {
    readonly name: string;
    readonly mode: "one-way" | "hedge";
    /** The account's place among the venue's, so that no two share an id. */
    readonly ordinal: number;
    readonly shown: Shown;
    /** The first id of a trade's cash rows. */
    readonly firstTradeTranId?: bigint;
  }) {
    const { ordinal } = options;
    this.name = options.name;
    this.mode = options.mode;
    this.#shown = options.shown;
    this.#nextTradeTranId = (options.firstTradeTranId ?? 2n ** 53n - 50n) + BigInt(ordinal) * 10n ** 12n;
    this.#nextFundingTranId = 4_480_321_991_774_044_580n + BigInt(ordinal) * 10n ** 14n;
    this.#nextCashTranId = 131_001_573_082n + BigInt(ordinal) * 10n ** 8n;
    this.#nextOrderId = 8_389_765_612_825_190_229n + BigInt(ordinal) * 10n ** 14n;
  }

  position(symbol: string, positionSide: WorldPositionSide): VenuePosition {
    return this.#positions.get(`${symbol}/${positionSide}`) ?? FLAT;
  }

  walletUnits(asset: string): bigint {
    return this.#walletUnits.get(asset) ?? 0n;
  }

  get fillCount(): number {
    return this.#fills.length;
  }

  nextOrderId(): string {
    this.#nextOrderId += 3n;
    return this.#nextOrderId.toString();
  }

  /** A position that is older than the venue's memory: no fill of it is left. */
  openBeforeHistory(
    instrument: WorldInstrument,
    positionSide: WorldPositionSide,
    position: VenuePosition,
  ): void {
    const { symbol } = instrument;
    this.#positions.set(`${symbol}/${positionSide}`, position);
    this.#openings.push({
      symbol,
      positionSide,
      quantity: truncatedText(position.quantity, instrument.quantityDecimals),
      averageEntry: truncatedText(position.average, averageDecimals(instrument)),
    });
  }

  /** The id of the cash rows of the last fill. */
  get lastTradeTranId(): bigint {
    return this.#nextTradeTranId;
  }

  /**
   * Cash that no trade caused: TRANSFER, WELCOME_BONUS, MARKET_MERCHANT_RETURN_REWARD. An id is only unique
   * within a type.
   */
  receive(incomeType: string, asset: string, units: bigint, at: Instant, ownTranId?: bigint): void {
    if (ownTranId === undefined) this.#nextCashTranId += 1n;
    const tranId = ownTranId ?? this.#nextCashTranId;
    this.#addIncome({ symbol: "", incomeType, units, asset, tranId, fill: null, at });
  }

  /** Rows of one cause: they share an id, though it is said to be unique within a type. */
  receiveTogether(rows: readonly Cash[], at: Instant): void {
    this.#nextCashTranId += 1n;
    for (const row of rows) {
      this.#addIncome({ ...row, symbol: "", tranId: this.#nextCashTranId, fill: null, at });
    }
  }

  /**
   * Fills one part of an order; leaves a fill, and the COMMISSION and REALIZED_PNL rows that are not zero.
   */
  fill(order: Order, orderId: string, part: FillPart, venuePnl: Fraction | null = null): void {
    const { instrument, side, positionSide } = order;
    const key = `${instrument.symbol}/${positionSide}`;
    const signedQuantity = side === "BUY" ? part.quantity : negate(part.quantity);
    const applied = applyFill(this.#positions.get(key) ?? FLAT, signedQuantity, part.price);
    this.#positions.set(key, applied.position);
    const pnlUnits = venuePnl === null ? applied.realizedPnlUnits : truncatedUnits(venuePnl, MONEY_DECIMALS);
    const feeUnits = commissionUnits(order, part);
    const fill: FillDraft = {
      symbol: instrument.symbol,
      fillId: "",
      orderId,
      side,
      positionSide,
      price: truncatedText(part.price, instrument.priceDecimals),
      quantity: truncatedText(part.quantity, instrument.quantityDecimals),
      commission: unitsText(feeUnits, MONEY_DECIMALS),
      commissionAsset: order.fee.asset,
      realizedPnl: pnlUnits === 0n ? "0" : unitsText(pnlUnits, MONEY_DECIMALS),
      marginAsset: instrument.marginAsset,
      isMaker: order.isMaker,
      occurredAt: part.at,
      lateBy: 0,
      quantityAfter: truncatedText(applied.position.quantity, instrument.quantityDecimals),
      averageEntryAfter: truncatedText(applied.position.average, averageDecimals(instrument)),
    };
    this.#fills.push(fill);
    this.#nextTradeTranId += 1n;
    const row = { symbol: instrument.symbol, tranId: this.#nextTradeTranId, fill, at: part.at };
    this.#addIncome({ ...row, incomeType: "COMMISSION", asset: order.fee.asset, units: -feeUnits });
    this.#addIncome({
      ...row,
      incomeType: order.resultType ?? "REALIZED_PNL",
      asset: instrument.marginAsset,
      units: pnlUnits,
    });
  }

  /**
   * Pays or receives funding, truncated. A row does not say which side of a hedge it is for. `at` is when it
   * is stamped.
   */
  fund(instrument: WorldInstrument, amount: Fraction, at: Instant): void {
    this.#nextFundingTranId += 7n;
    this.#addIncome({
      symbol: instrument.symbol,
      incomeType: "FUNDING_FEE",
      units: truncatedUnits(amount, MONEY_DECIMALS),
      asset: instrument.marginAsset,
      tranId: this.#nextFundingTranId,
      fill: null,
      at,
    });
  }

  /**
   * The venue closes (part of) a position by an order of its own: at no commission, but a liquidation feeds
   * the insurance fund.
   */
  forceClose(options: {
    readonly instrument: WorldInstrument;
    readonly positionSide: WorldPositionSide;
    readonly side: WorldSide;
    readonly kind: "liquidation" | "adl";
    readonly limit: Fraction;
    readonly parts: readonly FillPart[];
    readonly placedAt: Instant;
    readonly endedAt: Instant;
  }): void {
    const { instrument, side, positionSide, kind } = options;
    const orderId = this.nextOrderId();
    const fee: Fee = { kind: "amount", asset: instrument.marginAsset, amount: parseFraction("0") };
    for (const part of options.parts)
      this.fill({ instrument, side, positionSide, isMaker: false, fee }, orderId, part);

    const quantity = sumOf(options.parts.map((part) => part.quantity));
    const quoteQuantity = sumOf(options.parts.map((part) => multiply(part.price, part.quantity)));
    this.#forcedOrders.push({
      symbol: instrument.symbol,
      orderId,
      kind,
      clientOrderId: kind === "adl" ? "adl_autoclose" : `autoclose-${options.placedAt}${orderId.slice(-6)}`,
      side,
      positionSide,
      price: truncatedText(options.limit, instrument.priceDecimals),
      averagePrice: truncatedText(divide(quoteQuantity, quantity), averageDecimals(instrument)),
      quantity: truncatedText(quantity, instrument.quantityDecimals),
      quoteQuantity: truncatedText(quoteQuantity, MONEY_DECIMALS),
      occurredAt: options.placedAt,
      updatedAt: options.endedAt,
    });
    if (kind === "adl") return;
    this.#nextCashTranId += 1n;
    this.#addIncome({
      symbol: instrument.symbol,
      incomeType: "INSURANCE_CLEAR",
      units: -truncatedUnits(
        multiply(quoteQuantity, parseFraction(instrument.liquidationFeeRate)),
        MONEY_DECIMALS,
      ),
      asset: instrument.marginAsset,
      tranId: this.#nextCashTranId,
      fill: null,
      at: options.endedAt,
    });
  }

  /**
   * The venue ends a contract: what is open is settled at a price, by a fill like any other or without one.
   */
  settle(options: {
    readonly instrument: WorldInstrument;
    readonly positionSide: WorldPositionSide;
    readonly price: Fraction;
    readonly at: Instant;
    readonly leaves: "fill" | "no fill";
  }): void {
    const { instrument, positionSide, price, at } = options;
    const { quantity } = this.position(instrument.symbol, positionSide);
    if (signOf(quantity) === 0) return;
    const resultType = "DELIVERED_SETTELMENT";
    if (options.leaves === "fill") {
      const fee: Fee = { kind: "amount", asset: instrument.marginAsset, amount: parseFraction("0") };
      const side = signOf(quantity) > 0 ? "SELL" : "BUY";
      const order: Order = { instrument, side, positionSide, isMaker: false, fee, resultType };
      this.fill(order, this.nextOrderId(), { price, quantity: magnitudeOf(quantity), at });
      return;
    }
    const key = `${instrument.symbol}/${positionSide}`;
    const { position, realizedPnlUnits } = applyFill(
      this.#positions.get(key) ?? FLAT,
      negate(quantity),
      price,
    );
    this.#positions.set(key, position);
    this.#settlements.push({
      symbol: instrument.symbol,
      positionSide,
      quantity: truncatedText(quantity, instrument.quantityDecimals),
      price: truncatedText(price, instrument.priceDecimals),
      realizedPnl: unitsText(realizedPnlUnits, MONEY_DECIMALS),
      occurredAt: at,
    });
    this.#nextCashTranId += 1n;
    this.#addIncome({
      symbol: instrument.symbol,
      incomeType: resultType,
      units: realizedPnlUnits,
      asset: instrument.marginAsset,
      tranId: this.#nextCashTranId,
      fill: null,
      at,
    });
  }

  moveMargin(
    instrument: WorldInstrument,
    positionSide: WorldPositionSide,
    units: bigint,
    at: Instant,
    reason?: string,
  ): void {
    this.#marginChanges.push({
      ...(reason === undefined ? {} : { reason }),
      symbol: instrument.symbol,
      positionSide,
      amount: unitsText(units, MONEY_DECIMALS),
      asset: instrument.marginAsset,
      occurredAt: at,
    });
  }

  hasTraded(symbol: string): boolean {
    return this.#fills.some((fill) => fill.symbol === symbol);
  }

  /** The finished account; fill ids must have been given. */
  finished(): WorldAccount {
    return {
      name: this.name,
      mode: this.mode,
      openings: this.#openings,
      fills: inOrderOfTime(this.#fills),
      incomes: inOrderOfTime(this.#incomes).map(({ fill, ...row }) => ({
        ...row,
        tradeId: fill?.fillId ?? "",
      })),
      forcedOrders: inOrderOfTime(this.#forcedOrders),
      marginChanges: inOrderOfTime(this.#marginChanges),
      settlements: inOrderOfTime(this.#settlements),
    };
  }

  /** For `numberFills` alone. */
  get fillDrafts(): readonly FillDraft[] {
    return this.#fills;
  }

  #addIncome(row: {
    readonly symbol: string;
    readonly incomeType: string;
    readonly units: bigint;
    readonly asset: string;
    readonly tranId: bigint;
    readonly fill: FillDraft | null;
    readonly at: Instant;
  }): void {
    if (row.units === 0n) return;
    this.#walletUnits.set(row.asset, this.walletUnits(row.asset) + row.units);
    this.#incomes.push({
      symbol: row.symbol,
      incomeType: row.incomeType,
      amount: unitsText(row.units, MONEY_DECIMALS),
      asset: row.asset,
      info: row.incomeType,
      tranId: row.tranId.toString(),
      fill: row.fill,
      occurredAt: row.at,
      lateBy: this.#shown.lateBy(row.incomeType, this.#incomes.length),
      isOmitted: this.#shown.omitsRealizedPnl && row.incomeType === "REALIZED_PNL",
    });
  }
}

/** A venue shows averages with finitely many decimals, truncated. */
function averageDecimals(instrument: WorldInstrument): number {
  return Math.max(MONEY_DECIMALS, instrument.priceDecimals + 3);
}

function commissionUnits({ instrument, isMaker, fee }: Order, part: FillPart): bigint {
  if (fee.kind === "amount") return truncatedUnits(fee.amount, MONEY_DECIMALS);
  const rate = parseFraction(isMaker ? instrument.makerFeeRate : instrument.takerFeeRate);
  const inMarginAsset = multiply(multiply(part.price, part.quantity), rate);
  return truncatedUnits(
    fee.asset === instrument.marginAsset ? inMarginAsset : divide(inMarginAsset, fee.assetPrice),
    MONEY_DECIMALS,
  );
}

/** Array.toSorted keeps the order of what happened in the same millisecond. */
function inOrderOfTime<Row extends { readonly occurredAt: Instant }>(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => a.occurredAt - b.occurredAt);
}

type Numbering = {
  readonly firstId?: bigint;
  /** Symbols that were given to another contract then: its fills are counted from the beginning. */
  readonly restarts?: ReadonlyMap<string, Instant>;
};

/** Two neighbours that are both sides of one trade. */
export function isSelfTrade(first: WorldFill, second: WorldFill): boolean {
  return (
    first.occurredAt === second.occurredAt &&
    first.side === "BUY" &&
    second.side === "SELL" &&
    first.price === second.price &&
    first.quantity === second.quantity &&
    first.positionSide === "BOTH" &&
    first.orderId !== second.orderId
  );
}

/**
 * Gives fill ids: one ascending sequence a symbol, shared by all accounts, with gaps for the trades of
 * others. All symbols begin at the same number, so that an id alone never tells a fill. The two sides of a
 * self-trade (neighbours of one account that `areOneTrade` names) get one id.
 */
export function numberFills(
  accounts: readonly VenueAccount[],
  gap: () => number,
  areOneTrade: (first: WorldFill, second: WorldFill) => boolean = () => false,
  numbering: Numbering = {},
): void {
  const { firstId = 2_583_151n, restarts = new Map() } = numbering;
  const bySymbol = new Map<string, FillDraft[]>();
  for (const account of accounts) {
    for (const fill of account.fillDrafts) {
      const fills = bySymbol.get(fill.symbol);
      if (fills === undefined) bySymbol.set(fill.symbol, [fill]);
      else fills.push(fill);
    }
  }
  for (const [symbol, fills] of bySymbol) {
    let id = firstId;
    let previous: FillDraft | null = null;
    const restart: Instant = restarts.get(symbol) ?? Number.POSITIVE_INFINITY;
    for (const fill of inOrderOfTime(fills)) {
      const isFirstAgain = previous !== null && previous.occurredAt < restart && fill.occurredAt >= restart;
      if (isFirstAgain) id = firstId;
      if (previous === null || !areOneTrade(previous, fill)) id += BigInt(gap());
      fill.fillId = id.toString();
      previous = fill;
    }
  }
}
