/**
 * The world that a simulated venue shows: what its accounts hold and what happened to them, as plain data
 * that any venue's wire format can be rendered from. Amounts and ids are text, because that is what the wire
 * carries. Rows are in the order in which they happened; `isOmitted` and `lateBy` say what the venue shows of
 * them and when, never whether they happened.
 */
import type { DurationMs, Instant } from "../../../domain/instant.ts";

export type WorldSide = "BUY" | "SELL";
export type WorldPositionSide = "BOTH" | "LONG" | "SHORT";

export type World = {
  readonly instruments: readonly WorldInstrument[];
  readonly fundingRates: readonly WorldFundingRate[];
  readonly accounts: readonly WorldAccount[];
  /**
   * What contracts were traded at, each price until the next; a contract without any was never traded by
   * anybody.
   */
  readonly prices?: readonly WorldPrice[];
};

/** From `from` on the contract is traded at this price. */
export type WorldPrice = { readonly symbol: string; readonly from: Instant; readonly price: string };

export type WorldAccount = {
  readonly name: string;
  readonly mode: "one-way" | "hedge";
  /** Positions that were open before the first fill that the venue still has. */
  readonly openings: readonly WorldOpening[];
  readonly fills: readonly WorldFill[];
  readonly incomes: readonly WorldIncome[];
  readonly forcedOrders: readonly WorldForcedOrder[];
  readonly marginChanges: readonly WorldMarginChange[];
  /** Positions that the venue closed at a delisting without a fill. */
  readonly settlements: readonly WorldSettlement[];
};

export type WorldInstrument = {
  readonly symbol: string;
  readonly status: string;
  readonly baseAsset: string;
  readonly marginAsset: string;
  readonly priceDecimals: number;
  readonly quantityDecimals: number;
  /** Negative for a rebate. */
  readonly makerFeeRate: string;
  readonly takerFeeRate: string;
  /** The share of the liquidated notional that goes to the insurance fund. */
  readonly liquidationFeeRate: string;
  readonly listedAt: Instant;
  /** Absent where it stays listed. */
  readonly delisting?: WorldDelisting;
};

/**
 * From `at` on the symbol is shown closed and its history is refused, or it is listed no more and nobody
 * knows it.
 */
export type WorldDelisting = { readonly at: Instant; readonly leaves: "closed" | "nothing" };

export type WorldFundingRate = {
  readonly symbol: string;
  readonly dueAt: Instant;
  readonly rate: string;
  readonly markPrice: string;
};

export type WorldOpening = {
  readonly symbol: string;
  readonly positionSide: WorldPositionSide;
  /** Signed: negative for a short. */
  readonly quantity: string;
  readonly averageEntry: string;
};

export type WorldFill = {
  readonly symbol: string;
  /**
   * Ascending within a symbol, shared by all accounts of the venue; the two sides of a self-trade have one.
   */
  readonly fillId: string;
  readonly orderId: string;
  readonly side: WorldSide;
  readonly positionSide: WorldPositionSide;
  readonly price: string;
  readonly quantity: string;
  /** Positive when paid, negative for a rebate. */
  readonly commission: string;
  readonly commissionAsset: string;
  /**
   * The venue's own figure, gross of fees, truncated toward zero at 8 decimals. "0" where nothing was closed.
   */
  readonly realizedPnl: string;
  readonly marginAsset: string;
  readonly isMaker: boolean;
  readonly occurredAt: Instant;
  readonly lateBy: DurationMs;
  /** The position that this fill left, signed, and the venue's average of it. */
  readonly quantityAfter: string;
  readonly averageEntryAfter: string;
};

export type WorldIncome = {
  readonly symbol: string;
  readonly incomeType: string;
  /** Signed: what it added to the wallet. */
  readonly amount: string;
  readonly asset: string;
  readonly info: string;
  /** Unique within an income type: the COMMISSION and the REALIZED_PNL of one fill share one. */
  readonly tranId: string;
  readonly tradeId: string;
  readonly occurredAt: Instant;
  readonly lateBy: DurationMs;
  /** It moved the wallet, but the venue never shows the row. */
  readonly isOmitted: boolean;
};

export type WorldForcedOrder = {
  readonly symbol: string;
  readonly orderId: string;
  readonly kind: "liquidation" | "adl";
  readonly clientOrderId: string;
  readonly side: WorldSide;
  readonly positionSide: WorldPositionSide;
  /** The limit of the order; it is filled at `averagePrice`. */
  readonly price: string;
  readonly averagePrice: string;
  readonly quantity: string;
  readonly quoteQuantity: string;
  readonly occurredAt: Instant;
  readonly updatedAt: Instant;
};

/** Margin moved between the wallet and an isolated position: never cash. Has no id. */
export type WorldMarginChange = {
  readonly symbol: string;
  readonly positionSide: WorldPositionSide;
  /** Positive into the position, negative out of it. */
  readonly amount: string;
  readonly asset: string;
  readonly occurredAt: Instant;
  /** Why, in the venue's word; where it is absent the user moved it. */
  readonly reason?: string;
};

/** What was open is gone without a fill; the result is in the income (DELIVERED_SETTELMENT). */
export type WorldSettlement = {
  readonly symbol: string;
  readonly positionSide: WorldPositionSide;
  /** What was open, signed. */
  readonly quantity: string;
  readonly price: string;
  readonly realizedPnl: string;
  readonly occurredAt: Instant;
};
