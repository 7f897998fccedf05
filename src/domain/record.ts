/**
 * The records of the four streams, in the program's words: what a venue's `decode` gives and what `history` holds.
 * Amounts are signed + in / − out of the wallet; fees are positive when paid; ids are text; an absent symbol is "".
 */
import type { Decimal } from "./decimal.ts";
import type { Instant } from "./instant.ts";

export const STREAM_NAMES = ["income", "fills", "forced_orders", "margin_changes"] as const;
export type StreamName = (typeof STREAM_NAMES)[number];

export type Side = "BUY" | "SELL";
/** BOTH in one-way mode; LONG and SHORT are separate positions in hedge mode. */
export type PositionSide = "BOTH" | "LONG" | "SHORT";

/** One row of the venue's cash statement. `incomeType` is the field's conventional word (REALIZED_PNL, COMMISSION, …). */
export type Income = {
  readonly stream: "income";
  readonly incomeType: string;
  readonly amount: Decimal;
  readonly asset: string;
  readonly symbol: string;
  readonly tranId: string;
  readonly tradeId: string;
  readonly info: string;
  readonly occurredAt: Instant;
};

/** One execution. `realizedPnl` is the venue's own figure, gross of fees and funding. */
export type Fill = {
  readonly stream: "fills";
  readonly symbol: string;
  readonly fillId: string;
  readonly orderId: string;
  readonly side: Side;
  readonly positionSide: PositionSide;
  readonly price: Decimal;
  readonly quantity: Decimal;
  readonly fee: Decimal;
  readonly feeAsset: string;
  readonly realizedPnl: Decimal;
  /** The asset of `realizedPnl`; null where the venue does not say (then it is the contract's margin asset). */
  readonly marginAsset: string | null;
  readonly isMaker: boolean;
  readonly occurredAt: Instant;
};

/** A liquidation, an auto-deleveraging, or a settlement: why an order that the user did not place was filled. */
export type ForcedOrder = {
  readonly stream: "forced_orders";
  readonly symbol: string;
  readonly orderId: string;
  readonly kind: "liquidation" | "adl" | "settlement" | "unknown";
  readonly status: string;
  readonly side: Side;
  readonly positionSide: PositionSide;
  readonly averagePrice: Decimal;
  readonly executedQuantity: Decimal;
  readonly clientOrderId: string;
  readonly occurredAt: Instant;
};

/** Margin that moved between the wallet and an isolated position. Never cash in or out. `amount` is positive into the position. */
export type MarginChange = {
  readonly stream: "margin_changes";
  readonly symbol: string;
  readonly positionSide: PositionSide;
  readonly amount: Decimal;
  readonly asset: string;
  readonly direction: "into_position" | "out_of_position";
  readonly reason: string;
  readonly occurredAt: Instant;
};

export type HistoryRecord = Income | Fill | ForcedOrder | MarginChange;

/** A wallet as the venue shows it: `wallet` is without unrealized PnL, the only balance comparable with the cash statement. */
export type Balance = { readonly asset: string; readonly wallet: Decimal };

/** A position as the venue shows it; `quantity` is signed: negative for a short. */
export type Position = {
  readonly symbol: string;
  readonly positionSide: PositionSide;
  readonly quantity: Decimal;
  readonly entryPrice: Decimal;
};

/** A contract the venue lists or has listed. */
export type Instrument = {
  readonly symbol: string;
  readonly status: string;
  readonly marginAsset: string;
  readonly listedAt: Instant | null;
};
