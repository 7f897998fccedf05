/**
 * How edgeX writes: rows with the state they are in by now, terms, valuations, the account's assets,
 * contracts and coins.
 */
import type { Instant } from "../../domain/instant.ts";
import {
  divide,
  type Fraction,
  fractionOf,
  magnitudeOf,
  multiply,
  plainText,
  subtract,
  truncatedText,
  unitsText,
} from "../shared/fraction.ts";
import {
  type EdgexAccountView,
  type EdgexSnapshot,
  isApplied,
  isApproved,
  updatedAt,
} from "./account-view.ts";
import {
  type EdgexCounters,
  type PositionCount,
  realizedUnits,
  type SideCount,
  type TermCount,
} from "./counters.ts";
import { EDGEX_MONEY_DECIMALS, moneyOf } from "./world/position.ts";
import {
  contractName,
  type EdgexContract,
  type EdgexEvent,
  type EdgexFillRow,
  type EdgexGeneration,
  type EdgexPositionRow,
  type EdgexWorld,
} from "./world/world.ts";

/** Whose rows they are, and when they are looked at. */
export type EdgexScene = { readonly view: EdgexAccountView; readonly now: Instant };

export function collateralPayload(event: EdgexEvent, { view, now }: EdgexScene): object {
  const { id, type, ...row } = event.collateral;
  return {
    id,
    ...owner(view),
    type,
    ...row,
    ...NOT_FORCED,
    ...extra(row.extraDataJson),
    ...state(event, now),
  };
}

export function positionPayload(row: EdgexPositionRow, event: EdgexEvent, { view, now }: EdgexScene): object {
  const { id, ...rest } = row;
  return { id, ...owner(view), ...rest, forceTradeId: "0", ...extra(""), ...state(event, now) };
}

export function fillPayload(row: EdgexFillRow, event: EdgexEvent, { view, now }: EdgexScene): object {
  const { id, ...rest } = row;
  return {
    id,
    ...owner(view),
    ...rest,
    isPositionTpsl: false,
    isWithoutMatch: row.isDeleverage,
    matchIndex: 0,
    matchAccountId: "0",
    matchOrderId: "0",
    matchFillId: "",
    ...extra(""),
    ...state(event, now),
  };
}

export function termPayload(term: TermCount, { view }: EdgexScene): object {
  return {
    ...owner(view),
    contractId: term.contractId,
    termCount: term.count,
    ...stat(term.stat, view.sizeDecimalsOf(term.contractId)),
    createdTime: String(term.createdAt),
    updatedTime: String(term.updatedAt),
    currentLeverage: "50",
  };
}

export function snapshotPayload(snapshot: EdgexSnapshot, timeTag: 0 | 1, { view }: EdgexScene): object {
  return {
    ...owner(view),
    timeTag,
    snapshotTime: String(snapshot.at),
    totalEquity: plainText(snapshot.totalEquity),
    termRealizePnl: plainText(snapshot.termRealizedPnl),
    unrealizePnl: plainText(snapshot.unrealizedPnl),
    totalRealizePnl: plainText(snapshot.totalRealizedPnl),
  };
}

const MAX_LEVERAGE = 50n;
const RISK_RATE: Fraction = { numerator: 5n, denominator: 1000n };

export function assetPayload(world: EdgexWorld, { view, now }: EdgexScene): object {
  const counters = view.counters(now);
  const open = counters.positions.filter(({ steps }) => steps !== 0n);
  const { totalEquity, totalValueAbs } = view.valuation(counters, now);
  const margin = multiply(totalValueAbs, { numerator: 1n, denominator: MAX_LEVERAGE });
  return {
    account: accountPayload({ view, now }),
    collateralList: counters.version === 0 ? [] : [collateralCountPayload(counters, { view, now })],
    positionList: counters.positions.map((position) => positionCountPayload(position, { view, now })),
    version: String(1000 + counters.version),
    positionAssetList: open.map((position) => positionAssetPayload(position, world, { view, now })),
    collateralAssetModelList: [
      {
        ...owner(view),
        totalEquity: plainText(totalEquity),
        totalPositionValueAbs: plainText(totalValueAbs),
        initialMarginRequirement: plainText(margin),
        ...risk(view.account.generation, totalValueAbs),
        pendingWithdrawAmount: "0",
        pendingTransferOutAmount: "0",
        orderFrozenAmount: "0",
        availableAmount: truncatedText(subtract(totalEquity, margin), EDGEX_MONEY_DECIMALS),
      },
    ],
    oraclePriceList: [],
  };
}

function accountPayload({ view, now }: EdgexScene): object {
  const { accountId, userId, openedAt, name } = view.account;
  return {
    id: accountId,
    userId,
    ethAddress: "0x0000000000000000000000000000000000000000",
    clientAccountId: name,
    isSystemAccount: false,
    maxLeverageLimit: "0",
    createOrderPerMinuteLimit: 0,
    createOrderDelayMillis: 0,
    ...extra(""),
    status: "NORMAL",
    isLiquidating: false,
    createdTime: String(openedAt),
    updatedTime: String(view.counters(now).updatedAt ?? openedAt),
  };
}

function collateralCountPayload({ collateral, updatedAt: at }: EdgexCounters, { view }: EdgexScene): object {
  const { counters } = collateral;
  return {
    ...owner(view),
    amount: money(collateral.amountUnits),
    legacyAmount: money(collateral.legacyUnits),
    cumDepositAmount: moneyOrZero(counters.deposit),
    cumWithdrawAmount: moneyOrZero(counters.withdraw),
    cumTransferInAmount: moneyOrZero(counters.transferIn),
    cumTransferOutAmount: moneyOrZero(counters.transferOut),
    cumPositionBuyAmount: plainText(moneyOf(counters.positionBuy)),
    cumPositionSellAmount: plainText(moneyOf(counters.positionSell)),
    cumFillFeeAmount: moneyOrZero(counters.fillFee),
    cumFundingFeeAmount: moneyOrZero(counters.fundingFee),
    cumFillFeeIncomeAmount: moneyOrZero(counters.fillFeeIncome),
    createdTime: String(view.account.openedAt),
    updatedTime: String(at ?? view.account.openedAt),
  };
}

function positionCountPayload(position: PositionCount, { view }: EdgexScene): object {
  const decimals = view.sizeDecimalsOf(position.contractId);
  const [long, short] = [openTerm(position, "long"), openTerm(position, "short")];
  return {
    ...owner(view),
    contractId: position.contractId,
    openSize: position.steps === 0n ? "0" : unitsText(position.steps, decimals),
    openValue: moneyOrZero(position.valueUnits),
    openFee: moneyOrZero(position.feeUnits),
    fundingFee: moneyOrZero(position.fundingUnits),
    longTermCount: position.term.long?.count ?? 0,
    longTermStat: stat(long?.stat ?? null, decimals),
    longTermCreatedTime: String(long?.createdAt ?? 0),
    longTermUpdatedTime: String(long?.updatedAt ?? 0),
    shortTermCount: position.term.short?.count ?? 0,
    shortTermStat: stat(short?.stat ?? null, decimals),
    shortTermCreatedTime: String(short?.createdAt ?? 0),
    shortTermUpdatedTime: String(short?.updatedAt ?? 0),
    longTotalStat: stat(position.total.long, decimals),
    shortTotalStat: stat(position.total.short, decimals),
    createdTime: String(position.createdAt),
    updatedTime: String(position.updatedAt),
  };
}

/** The statistics of a term are shown while it lasts. */
function openTerm(position: PositionCount, side: "long" | "short"): TermCount | null {
  const isOpen = side === "long" ? position.steps > 0n : position.steps < 0n;
  return isOpen ? position.term[side] : null;
}

function positionAssetPayload(position: PositionCount, world: EdgexWorld, { view, now }: EdgexScene): object {
  const { contractId, steps, valueUnits } = position;
  const side = steps < 0n ? "short" : "long";
  const value = view.positionValue(contractId, steps, now);
  const term = position.term[side];
  const priceDecimals = world.contracts.find((one) => one.contractId === contractId)?.priceDecimals ?? 0;
  const average = divide(moneyOf(valueUnits), fractionOf(steps, view.sizeDecimalsOf(contractId)));
  const shareOfAverage = (percent: bigint): string =>
    truncatedText(
      multiply(average, fractionOf(side === "long" ? percent : 200n - percent, 2)),
      priceDecimals,
    );
  return {
    ...owner(view),
    contractId,
    positionValue: plainText(value),
    maxLeverage: MAX_LEVERAGE.toString(),
    initialMarginRequirement: plainText(
      multiply(magnitudeOf(value), { numerator: 1n, denominator: MAX_LEVERAGE }),
    ),
    ...risk(view.account.generation, magnitudeOf(value)),
    avgEntryPrice: truncatedText(average, priceDecimals),
    // The simulated venue has no margin: these values are placeholders of the answer's form.
    liquidatePrice: shareOfAverage(85n),
    bankruptPrice: shareOfAverage(84n),
    worstClosePrice: shareOfAverage(84n),
    unrealizePnl: plainText(subtract(value, moneyOf(valueUnits))),
    termRealizePnl: term === null ? "0" : money(realizedUnits(position, term.stat)),
    totalRealizePnl: money(realizedUnits(position, position.total[side])),
  };
}

function risk(generation: EdgexGeneration, valueAbs: Fraction): object {
  const [rate, value] = [plainText(RISK_RATE), plainText(multiply(valueAbs, RISK_RATE))];
  return generation === "v1"
    ? { starkExRiskRate: rate, starkExRiskValue: value }
    : { riskRate: rate, riskValue: value };
}

export function metaPayload(world: EdgexWorld, generation: EdgexGeneration, now: Instant): object {
  const own = <Kind extends { readonly generation: EdgexGeneration }>(all: readonly Kind[]) =>
    all.filter((one) => one.generation === generation);
  const listed = own(world.coins).filter(({ listedFrom }) => listedFrom === undefined || listedFrom <= now);
  const coins = listed.map(({ coinId, coinName, isCollateral }) => ({
    coinId,
    coinName,
    stepSize: "0.000001",
    showStepSize: "0.0001",
    iconUrl: "",
    starkExAssetId: isCollateral ? "0x2ce625e94458d39dd0bf3b45a843544dd4a14b8169045a3a3d15aa564b936c5" : null,
    starkExResolution: isCollateral ? "0xf4240" : null,
  }));
  return {
    global: {
      appName: "edgeX",
      appEnv: "simulated",
      feeAccountId: "256105",
      poolAccountId: "508203",
      fastWithdrawAccountId: "508203",
      starkExCollateralCoin: coins[0] ?? null,
      maintenanceReason: "",
    },
    coinList: coins,
    contractList: own(world.contracts)
      .filter(({ names }) => names.some(({ from }) => from <= now))
      .map((contract) => contractPayload(contract, now)),
    multiChain: { coinId: "1000", maxWithdraw: "100000", minWithdraw: "0", minDeposit: "10", chainList: [] },
  };
}

function contractPayload(contract: EdgexContract, now: Instant): object {
  return {
    contractId: contract.contractId,
    contractName: contractName(contract, now),
    baseCoinId: contract.baseCoinId,
    quoteCoinId: contract.quoteCoinId,
    tickSize: unitsText(1n, contract.priceDecimals),
    stepSize: unitsText(1n, contract.sizeDecimals),
    minOrderSize: unitsText(1n, contract.sizeDecimals),
    maxOrderSize: "100000",
    maxPositionSize: "1000000",
    riskTierList: [],
    defaultTakerFeeRate: contract.takerFeeRate,
    defaultMakerFeeRate: contract.makerFeeRate,
    liquidateFeeRate: contract.liquidateFeeRate,
    fundingRateIntervalMin: "240",
    enableTrade: true,
    enableDisplay: true,
    enableOpenPosition: true,
    starkExResolution: "0x2540be400",
  };
}

const NOT_FORCED = { forceWithdrawId: "0", forceTradeId: "0" } as const;

function extra(extraDataJson: string): object {
  return { extraType: "", extraDataJson };
}

function owner({ account: { userId, accountId, coinId } }: EdgexAccountView): object {
  return { userId, accountId, coinId };
}

/**
 * What changes of a row after it was first served: it is applied, mostly at once, and proven on chain some
 * thirteen minutes later.
 */
function state(event: EdgexEvent, now: Instant): object {
  const isProven = isApproved(event, now);
  const isCounted = isApplied(event, now);
  return {
    censorStatus: isProven ? "L2_APPROVED" : isCounted ? "CENSOR_SUCCESS" : "INIT",
    censorTxId: isCounted ? event.censorTxId : "0",
    censorTime: isCounted ? String(event.appliedAt) : "0",
    censorFailCode: "",
    censorFailReason: "",
    l2TxId: isCounted ? (BigInt(event.censorTxId) + 191_551n).toString() : "0",
    l2RejectTime: "0",
    l2RejectCode: "",
    l2RejectReason: "",
    l2ApprovedTime: isProven ? String(event.approvedAt) : "0",
    createdTime: String(event.createdAt),
    updatedTime: String(updatedAt(event, now)),
  };
}

/** Mixed scales, as the venue has them: a nothing is "0". */
function stat(side: SideCount | null, sizeDecimals: number): object {
  const size = (steps: bigint): string => (steps === 0n ? "0" : unitsText(steps, sizeDecimals));
  return {
    cumOpenSize: size(side?.openSteps ?? 0n),
    cumOpenValue: moneyOrZero(side?.openValueUnits ?? 0n),
    cumOpenFee: moneyOrZero(side?.openFeeUnits ?? 0n),
    cumCloseSize: size(side?.closeSteps ?? 0n),
    cumCloseValue: moneyOrZero(side?.closeValueUnits ?? 0n),
    cumCloseFee: moneyOrZero(side?.closeFeeUnits ?? 0n),
    cumFundingFee: moneyOrZero(side?.fundingUnits ?? 0n),
    cumLiquidateFee: moneyOrZero(side?.liquidateFeeUnits ?? 0n),
  };
}

function money(units: bigint): string {
  return unitsText(units, EDGEX_MONEY_DECIMALS);
}

function moneyOrZero(units: bigint): string {
  return units === 0n ? "0" : money(units);
}
