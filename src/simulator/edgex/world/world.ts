/**
 * The world that a simulated edgeX shows. Unlike that of the Binance family it is the venue's own: rows carry
 * the fields of its wire format as text, because its records say how they follow from each other (before,
 * delta, the memo of a position) and that chain is what has to be shown. An account's history is a list of
 * events in the order in which the venue applied them; one event leaves up to three rows.
 */
import type { DurationMs, Instant } from "../../../domain/instant.ts";

export type EdgexGeneration = "v1" | "v2";

export type EdgexWorld = {
  readonly contracts: readonly EdgexContract[];
  readonly coins: readonly EdgexCoin[];
  readonly accounts: readonly EdgexAccountHistory[];
  readonly fundingRates: readonly EdgexFundingRate[];
  readonly prices: EdgexPrices;
};

export type EdgexCoin = {
  readonly generation: EdgexGeneration;
  readonly coinId: string;
  readonly coinName: string;
  /** Positions are settled in it. */
  readonly isCollateral: boolean;
  /** When the listing begins to name it; from the beginning where it is absent. */
  readonly listedFrom?: Instant;
};

export type EdgexContract = {
  readonly generation: EdgexGeneration;
  readonly contractId: string;
  /**
   * What it is called from which instant on, oldest first; a contract may be renamed. It is listed from the
   * first of them on.
   */
  readonly names: readonly { readonly from: Instant; readonly name: string }[];
  readonly baseCoinId: string;
  readonly quoteCoinId: string;
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
  readonly takerFeeRate: string;
  readonly makerFeeRate: string;
  readonly liquidateFeeRate: string;
  readonly startTicks: bigint;
};

export type EdgexFundingRate = {
  readonly contractId: string;
  readonly dueAt: Instant;
  readonly rate: string;
  readonly indexPrice: string;
  readonly oraclePrice: string;
};

export type EdgexPrices = {
  /** The price of the oracle, with all its decimals. */
  oracle(contractId: string, at: Instant): string;
  /** The price on the market in whole ticks. */
  ticks(contractId: string, at: Instant): bigint;
};

export type EdgexAccountHistory = {
  readonly name: string;
  readonly generation: EdgexGeneration;
  readonly accountId: string;
  readonly userId: string;
  readonly coinId: string;
  readonly openedAt: Instant;
  /** In the order in which the venue applied them. */
  readonly events: readonly EdgexEvent[];
};

export type EdgexEvent = {
  /** The venue's number of it, ascending; both legs of a transfer share one. */
  readonly censorTxId: string;
  readonly createdAt: Instant;
  /** From then on the venue counts it and its rows are confirmed; until then they are shown as INIT. */
  readonly appliedAt: Instant;
  readonly updatedAt: Instant;
  /** From then on its rows are L2_APPROVED, which changes them. */
  readonly approvedAt: Instant;
  /** How long after `createdAt` its rows appear; what they did is counted from `appliedAt`. */
  readonly lateBy: DurationMs;
  readonly collateral: EdgexCollateralRow;
  readonly position: EdgexPositionRow | null;
  readonly fill: EdgexFillRow | null;
};

/** Signed: + bought, − sold; fees − when paid. "" where a row is no trade. */
export type EdgexTrade = {
  readonly fillCloseSize: string;
  readonly fillCloseValue: string;
  readonly fillCloseFee: string;
  readonly fillOpenSize: string;
  readonly fillOpenValue: string;
  readonly fillOpenFee: string;
  readonly fillPrice: string;
  readonly liquidateFee: string;
  readonly realizePnl: string;
  readonly isLiquidate: boolean;
  readonly isDeleverage: boolean;
};

/** "0" and "" where a row is no settlement. */
export type EdgexFunding = {
  readonly fundingTime: string;
  readonly fundingRate: string;
  readonly fundingIndexPrice: string;
  readonly fundingOraclePrice: string;
  readonly fundingPositionSize: string;
};

export type EdgexCollateralRow = EdgexTrade &
  EdgexFunding & {
    readonly id: string;
    readonly type: string;
    readonly deltaAmount: string;
    readonly deltaLegacyAmount: string;
    readonly beforeAmount: string;
    readonly beforeLegacyAmount: string;
    readonly depositId: string;
    readonly withdrawId: string;
    readonly transferInId: string;
    readonly transferOutId: string;
    readonly transferReason: string;
    readonly orderId: string;
    readonly orderFillTransactionId: string;
    readonly orderAccountId: string;
    readonly positionContractId: string;
    readonly positionTransactionId: string;
    readonly extraDataJson: string;
  };

export type EdgexPositionRow = EdgexTrade &
  EdgexFunding & {
    readonly id: string;
    readonly contractId: string;
    readonly type: string;
    readonly deltaOpenSize: string;
    readonly deltaOpenValue: string;
    readonly deltaOpenFee: string;
    readonly deltaFundingFee: string;
    readonly beforeOpenSize: string;
    readonly beforeOpenValue: string;
    readonly beforeOpenFee: string;
    readonly beforeFundingFee: string;
    readonly orderId: string;
    readonly orderFillTransactionId: string;
    readonly collateralTransactionId: string;
  };

/** Here sizes, values and fees are positive. */
export type EdgexFillRow = {
  readonly id: string;
  readonly contractId: string;
  readonly orderId: string;
  readonly orderSide: "BUY" | "SELL";
  readonly fillSize: string;
  readonly fillValue: string;
  readonly fillFee: string;
  readonly fillPrice: string;
  readonly liquidateFee: string;
  readonly realizePnl: string;
  readonly direction: "MAKER" | "TAKER";
  readonly isLiquidate: boolean;
  readonly isDeleverage: boolean;
  readonly matchSequenceId: string;
  readonly matchTime: string;
  readonly positionTransactionId: string;
  readonly collateralTransactionId: string;
};

/** What it is called at an instant: before its first name it has that one already. */
export function contractName(contract: EdgexContract, at: Instant): string {
  const name = contract.names.findLast(({ from }) => from <= at) ?? contract.names[0];
  if (name === undefined) throw new RangeError(`contract ${contract.contractId} has no name`);
  return name.name;
}
