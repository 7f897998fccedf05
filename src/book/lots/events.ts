/**
 * The events of one symbol's positions, in the order in which they are booked, and the results of booking
 * them.
 */

import type { Instant } from "../../domain/instant.ts";
import type { PositionSide } from "../../domain/record.ts";
import type { LotMethod } from "../../domain/treatment.ts";
import type { Amounts } from "./amounts.ts";
import type { Fixed } from "./fixed.ts";
import type { Lot } from "./lot.ts";

export type FillEvent = {
  readonly kind: "fill";
  readonly key: string;
  readonly postedAt: Instant;
  readonly occurredAt: Instant;
  readonly positionSide: PositionSide;
  /** Positive for a purchase. */
  readonly signedQuantity: Fixed;
  /** What was exchanged for it, always positive. */
  readonly value: Fixed;
  /** Positive when paid. */
  readonly fee: Fixed;
  readonly feeAsset: string;
  /** The asset of the value and of the PnL. */
  readonly asset: string;
  readonly venueRealizedPnl: Fixed;
  /**
   * True where it is no fill of the venue: its value is then what a settlement's cash implies. Default:
   * false.
   */
  readonly isInferred?: boolean;
};

export type FundingPayment = {
  readonly key: string;
  /** Which event of the record, where one record holds several. */
  readonly part: string;
  readonly asset: string;
  /** + received, − paid. */
  readonly amount: Fixed;
};

/** A cash row by which the venue ended the contract: the result of what was open. */
export type ContractSettlement = {
  readonly key: string;
  readonly asset: string;
  /** + profit, − loss. */
  readonly amount: Fixed;
};

/**
 * What the venue settled of the symbol at one instant: all funding, and the contract itself where it ended.
 * `occurredAt` is that instant; rows of funding may be stamped some seconds later.
 */
export type SettlementEvent = {
  readonly kind: "settlement";
  readonly postedAt: Instant;
  readonly occurredAt: Instant;
  readonly payments: readonly FundingPayment[];
  readonly contract: readonly ContractSettlement[];
};

export type BookEvent = FillEvent | SettlementEvent;

/** What was open before the history begins. No record says when it was opened, so it has no instant. */
export type Opening = {
  readonly positionSide: PositionSide;
  /** Signed: negative for a short; the cost has its sign. */
  readonly quantity: Fixed;
  readonly cost: Fixed;
  readonly isInferred: boolean;
};
export const OPENING_KEY = "opening";

/**
 * One piece of a position that a fill closed, by one method. realized PnL = proceeds − cost, whichever of the
 * two came first.
 */
export type Disposal = {
  readonly method: LotMethod;
  readonly positionSide: PositionSide;
  readonly isShort: boolean;
  /** The record of the closing fill, or of the cash row that settled the contract. */
  readonly closingKey: string;
  /** The number of the closing event among the events of its symbol. */
  readonly closingNumber: number;
  /** From 1: a close by lots may take several. */
  readonly piece: number;
  readonly openingKey: string;
  /** The fill with which the position left flat. */
  readonly roundTripKey: string;
  /** Null where that was before the history begins. */
  readonly openedAt: Instant | null;
  readonly closedAt: Instant;
  /** Always positive, like the next two. */
  readonly quantity: Fixed;
  /** What the sale brought: the close of a long, the opening of a short. */
  readonly proceeds: Fixed;
  /** What the purchase cost: the opening of a long, the close of a short. */
  readonly cost: Fixed;
  readonly asset: string;
  /** The piece's share of the fees that opened it, and of those that closed it. */
  readonly openingFees: Amounts;
  readonly closingFees: Amounts;
  /** The funding that the piece received while it was open. */
  readonly funding: Amounts;
  readonly isInferred: boolean;
  /**
   * The venue's figure for the whole closing fill; on the average method alone, which has one piece for each.
   */
  readonly venueRealizedPnl: Fixed | null;
};

/** A position from flat to flat. All methods agree on it, so it has none. */
export type RoundTrip = {
  readonly positionSide: PositionSide;
  readonly isShort: boolean;
  readonly roundTripKey: string;
  readonly closingKey: string;
  readonly closingNumber: number;
  /** Null where that was before the history begins. */
  readonly openedAt: Instant | null;
  readonly closedAt: Instant;
  readonly openingFills: number;
  readonly closingFills: number;
  /** All that was opened, and the most that was open at once. */
  readonly quantity: Fixed;
  readonly largestQuantity: Fixed;
  readonly proceeds: Fixed;
  readonly cost: Fixed;
  readonly asset: string;
  readonly openingFees: Amounts;
  readonly closingFees: Amounts;
  readonly funding: Amounts;
  readonly isInferred: boolean;
  readonly venueRealizedPnl: Fixed;
};

/** Funding that belongs to no position for certain. It stays an item of its own. */
export type UnassignedFunding = FundingPayment & {
  readonly number: number;
  readonly postedAt: Instant;
  readonly settledAt: Instant;
  readonly reason: string;
};

/** A lot as it is now, with the funding it holds. */
export type HeldLot = {
  readonly method: LotMethod;
  readonly positionSide: PositionSide;
  readonly isShort: boolean;
  readonly roundTripKey: string;
  readonly lot: Lot;
  readonly funding: Amounts;
  readonly asset: string;
  /**
   * When the contract ended without a known price for this lot: another contract was listed under the same
   * symbol, or it was settled; null for an open lot.
   */
  readonly strandedAt: Instant | null;
};
