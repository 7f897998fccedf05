/**
 * The records of the streams, in the program's words: what a venue's `decode` gives and what `history` holds.
 * Amounts are signed + in / − out of the wallet; fees are positive when paid; ids are text; an absent symbol
 * is "".
 */
import type { CashKind } from "./cash-kind.ts";
import type { Decimal } from "./decimal.ts";
import type { Instant } from "./instant.ts";

/** The streams that every venue has, or gives a reason for not having. */
export const COMMON_STREAM_NAMES = ["income", "fills", "forced_orders", "margin_changes"] as const;
export type CommonStreamName = (typeof COMMON_STREAM_NAMES)[number];
/**
 * Streams of venues that keep a collateral statement, in which opening a position moves its whole notional.
 */
const COLLATERAL_STREAM_NAMES = [
  "position_transactions",
  "position_cycles",
  "hourly_equity",
  "daily_equity",
] as const;
export const STREAM_NAMES = [...COMMON_STREAM_NAMES, ...COLLATERAL_STREAM_NAMES] as const;
export type StreamName = (typeof STREAM_NAMES)[number];

export function isCommonStream(stream: StreamName): stream is CommonStreamName {
  return (COMMON_STREAM_NAMES as readonly string[]).includes(stream);
}

/**
 * Stands for all symbols of a stream, also those not seen yet, where a person's decision holds for all of
 * them.
 */
export const EVERY_SYMBOL = "*";

export type Side = "BUY" | "SELL";
/** BOTH in one-way mode; LONG and SHORT are separate positions in hedge mode. */
export type PositionSide = "BOTH" | "LONG" | "SHORT";

/**
 * One cash event of the wallet. A statement whose row holds several of them (a closing trade of edgeX: result
 * and fee) gives one of these for each, told apart by `part`; "" where a row is one event.
 */
export type Income = {
  readonly stream: "income";
  readonly part: string;
  readonly kind: CashKind;
  /** The venue's own word for the row, for people: nothing is decided by it. */
  readonly incomeType: string;
  readonly amount: Decimal;
  readonly asset: string;
  readonly symbol: string;
  readonly tranId: string;
  readonly tradeId: string;
  readonly info: string;
  readonly occurredAt: Instant;
  /**
   * From when on the venue's wallet holds it: later than `occurredAt` where a settlement is booked some time
   * after its instant.
   */
  readonly valueAt: Instant;
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
  /**
   * What was exchanged for the quantity, always positive: price × quantity, or the venue's own figure where
   * its price is rounded.
   */
  readonly value: Decimal;
  readonly fee: Decimal;
  readonly feeAsset: string;
  readonly realizedPnl: Decimal;
  /**
   * The asset of `realizedPnl`; null where the venue does not say (then it is the contract's margin asset).
   */
  readonly marginAsset: string | null;
  /** Null where the venue does not say. */
  readonly isMaker: boolean | null;
  readonly occurredAt: Instant;
  /** From when on the venue's position counts it. */
  readonly valueAt: Instant;
};

/**
 * A liquidation, an auto-deleveraging, or a settlement: why an order that the user did not place was filled.
 */
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

/**
 * Margin that moved between the wallet and an isolated position. Never cash in or out. `amount` is positive
 * into the position.
 */
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

/**
 * One row of a collateral statement: cash as StarkEx-like venues count it, where a purchase takes its whole
 * notional and a sale brings it. `legacyAmount` is the conventional wallet (collateral + the cost of open
 * positions); what it moved by is in `history.income`, row for row.
 */
export type CollateralTransaction = {
  readonly stream: "collateral_transactions";
  readonly transactionId: string;
  /** The venue's word: DEPOSIT, POSITION_BUY, POSITION_FUNDING, … */
  readonly transactionType: string;
  readonly asset: string;
  readonly symbol: string;
  readonly amount: Decimal;
  readonly amountBefore: Decimal;
  readonly legacyAmount: Decimal;
  readonly legacyAmountBefore: Decimal;
  /** Signed: a purchase is positive, a sale negative. */
  readonly openValue: Decimal;
  readonly closeValue: Decimal;
  /** Signed as the statement has them: negative when paid. */
  readonly openFee: Decimal;
  readonly closeFee: Decimal;
  readonly liquidationFee: Decimal;
  /**
   * Where the row's own arithmetic shows the liquidation fee to be: inside the traded value, cash beside it,
   * or nowhere (an alarm).
   */
  readonly liquidationFeeBasis: "none" | "inside_value" | "beside_value" | "unexplained";
  /** USER_TRANSFER, CROSS_DEPOSIT, …; "" for what is no transfer. */
  readonly transferReason: string;
  /** The deposit, withdrawal or transfer it belongs to; "" for none. */
  readonly transferId: string;
  readonly fillId: string;
  readonly positionTransactionId: string;
  readonly isLiquidation: boolean;
  readonly isDeleveraging: boolean;
  readonly status: string;
  /**
   * The venue's own number of the event, ascending; both sides of a transfer between two accounts share it.
   */
  readonly eventNumber: string;
  readonly occurredAt: Instant;
  /** From when on the venue's wallet holds it: later where a row is confirmed some time after it was made. */
  readonly valueAt: Instant;
};

/**
 * One change of a position: a fill, or a funding settlement. All values are signed: + long or bought, − short
 * or sold; fees − when paid.
 */
export type PositionTransaction = {
  readonly stream: "position_transactions";
  readonly transactionId: string;
  readonly transactionType: string;
  readonly asset: string;
  readonly symbol: string;
  readonly openSize: Decimal;
  readonly openValue: Decimal;
  readonly openFee: Decimal;
  readonly fundingFee: Decimal;
  readonly openSizeBefore: Decimal;
  readonly openValueBefore: Decimal;
  readonly openFeeBefore: Decimal;
  readonly fundingFeeBefore: Decimal;
  readonly fillOpenSize: Decimal;
  readonly fillOpenValue: Decimal;
  readonly fillOpenFee: Decimal;
  readonly fillCloseSize: Decimal;
  readonly fillCloseValue: Decimal;
  readonly fillCloseFee: Decimal;
  readonly liquidationFee: Decimal;
  /** The venue's display figure: price result and fees of the fill. */
  readonly realizedPnl: Decimal;
  readonly isLiquidation: boolean;
  readonly isDeleveraging: boolean;
  /** The instant that was settled; null for a fill. */
  readonly fundingAt: Instant | null;
  readonly fundingRate: Decimal | null;
  readonly fundingPrice: Decimal | null;
  readonly fundingSize: Decimal | null;
  readonly fillId: string;
  readonly collateralTransactionId: string;
  readonly status: string;
  readonly eventNumber: string;
  readonly occurredAt: Instant;
  /** From when on the venue's position counts it. */
  readonly valueAt: Instant;
};

/**
 * A position from flat to flat as the venue sums it; it goes on changing while it is open. Signs as in
 * `PositionTransaction`.
 */
export type PositionCycle = {
  readonly stream: "position_cycles";
  readonly asset: string;
  readonly symbol: string;
  readonly side: "LONG" | "SHORT";
  readonly cycleNumber: string;
  readonly openSize: Decimal;
  readonly openValue: Decimal;
  readonly openFee: Decimal;
  readonly closeSize: Decimal;
  readonly closeValue: Decimal;
  readonly closeFee: Decimal;
  readonly fundingFee: Decimal;
  readonly liquidationFee: Decimal;
  readonly occurredAt: Instant;
  readonly updatedAt: Instant;
};

/**
 * The venue's own valuation of the account at a full hour or day. `unrealizedPnl` is without fees and
 * funding.
 */
export type EquitySnapshot = {
  readonly stream: "equity_snapshots";
  readonly interval: "hour" | "day";
  readonly asset: string;
  readonly symbol: "";
  readonly totalEquity: Decimal;
  readonly unrealizedPnl: Decimal;
  readonly occurredAt: Instant;
};

export type HistoryRecord =
  | Income
  | Fill
  | ForcedOrder
  | MarginChange
  | CollateralTransaction
  | PositionTransaction
  | PositionCycle
  | EquitySnapshot;

/**
 * A wallet as the venue shows it: `wallet` is without unrealized PnL, the only balance comparable with the
 * cash statement.
 */
export type Balance = { readonly asset: string; readonly wallet: Decimal };

/** A position as the venue shows it; `quantity` is signed: negative for a short. */
export type ShownPosition = PositionValuation & {
  readonly symbol: string;
  readonly positionSide: PositionSide;
  readonly quantity: Decimal;
  readonly entryPrice: Decimal;
};

/**
 * What a venue shows of a position beyond what the books are proven against. Each is null where the venue
 * leaves it out or sends nothing that can be read: the books do not need it, and null is never read as zero.
 */
export type PositionValuation = {
  readonly markPrice: Decimal | null;
  /** At the mark, in the contract's margin asset. */
  readonly unrealizedPnl: Decimal | null;
  /** Null also where the venue names none. */
  readonly liquidationPrice: Decimal | null;
  readonly leverage: Decimal | null;
  readonly marginType: MarginType | null;
  /** In the contract's margin asset. */
  readonly maintenanceMargin: Decimal | null;
};

export type MarginType = "cross" | "isolated";

/** What a venue shows of the account as a whole, all of one state of it. Nulls as in `PositionValuation`. */
export type ShownAccount = {
  readonly positionMode: "one-way" | "hedge" | null;
  /** Whether all assets together secure every position. */
  readonly isMultiAssets: boolean | null;
  readonly equities: readonly ShownEquity[];
  readonly positions: readonly Omit<ShownPosition, "entryPrice" | "markPrice" | "liquidationPrice">[];
};

/** `equity` is the wallet with the unrealized PnL of the positions in the asset. */
export type ShownEquity = {
  readonly asset: string;
  readonly wallet: Decimal;
  readonly unrealizedPnl: Decimal | null;
  readonly equity: Decimal | null;
};

/**
 * A contract the venue lists or has listed; contract and asset as its records name them, by symbol or by
 * number.
 */
export type Instrument = {
  readonly symbol: string;
  readonly status: string;
  readonly marginAsset: string;
  readonly listedAt: Instant | null;
};

/**
 * What a venue with a collateral statement counts of an asset over the account's life: signed as the
 * statement is.
 */
export type CollateralState = {
  readonly asset: string;
  readonly amount: Decimal;
  readonly legacyAmount: Decimal;
  readonly deposits: Decimal;
  readonly withdrawals: Decimal;
  readonly transfersIn: Decimal;
  readonly transfersOut: Decimal;
  readonly bought: Decimal;
  readonly sold: Decimal;
  readonly fillFees: Decimal;
  readonly fundingFees: Decimal;
  readonly feeIncome: Decimal;
  readonly totalEquity: Decimal;
};

/** What it counts of one side of one contract, over the account's life. */
export type SideStatistics = {
  readonly side: "LONG" | "SHORT";
  readonly openSize: Decimal;
  readonly openValue: Decimal;
  readonly openFee: Decimal;
  readonly closeSize: Decimal;
  readonly closeValue: Decimal;
  readonly closeFee: Decimal;
  readonly fundingFee: Decimal;
  readonly liquidationFee: Decimal;
};

export type PositionState = {
  readonly asset: string;
  readonly symbol: string;
  /** Signed: + long, − short. */
  readonly openSize: Decimal;
  readonly openValue: Decimal;
  readonly openFee: Decimal;
  readonly fundingFee: Decimal;
  /** At the venue's own price; null while flat. */
  readonly positionValue: Decimal | null;
  readonly unrealizedPnl: Decimal | null;
  readonly sides: readonly SideStatistics[];
};

/**
 * Contracts and assets that the venue numbers, by the names that the books use. A name is fixed at its first
 * use.
 */
export type Names = {
  contract(contractId: string): string;
  asset(coinId: string): string;
};

/** For venues whose records name everything by symbol, and where names do not matter. */
export const NAMES_AS_SENT: Names = { contract: (contractId) => contractId, asset: (coinId) => coinId };
