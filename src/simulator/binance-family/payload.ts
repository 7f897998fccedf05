/**
 * The family's payloads, written by hand: JSON.stringify knows no number beyond 2^53, and the venues send
 * such numbers unquoted. Shapes as in the venues' documentation and in samples of live answers (`quoteQty` is
 * rounded there, so it is here).
 */
import type { Instant } from "../../domain/instant.ts";
import {
  add,
  type Fraction,
  fractionOf,
  magnitudeOf,
  multiply,
  parseFraction,
  subtract,
  sumOf,
  truncatedText,
  unitsText,
} from "../shared/fraction.ts";
import type { ShownPosition } from "./account-view.ts";
import { MONEY_DECIMALS } from "./world/position.ts";
import type {
  WorldFill,
  WorldForcedOrder,
  WorldFundingRate,
  WorldIncome,
  WorldInstrument,
  WorldMarginChange,
} from "./world/world.ts";

/** A member of an object: text is quoted, `bare` text is a number, a boolean is one. */
type Member = string | boolean | { readonly bare: string | number };

export const bare = (value: string | number): Member => ({ bare: value });

/** How one venue of the family writes the rows of its histories. */
export type RowDialect = {
  readonly tranIds: "quoted" | "bare";
  /** Whether a margin change says why it was made (`deltaType`). */
  readonly showsReasons: boolean;
};

export function object(members: Readonly<Record<string, Member>>): string {
  const written = Object.entries(members).map(([name, value]) => {
    const valueText = typeof value === "object" ? String(value.bare) : JSON.stringify(value);
    return `"${name}":${valueText}`;
  });
  return `{${written.join(",")}}`;
}

export function array(rows: readonly string[]): string {
  return `[${rows.join(",")}]`;
}

export function timePayload(now: Instant): string {
  return object({ serverTime: bare(now) });
}

export function incomePayload(row: WorldIncome, { tranIds }: RowDialect): string {
  return object({
    symbol: row.symbol,
    incomeType: row.incomeType,
    income: row.amount,
    asset: row.asset,
    info: row.info,
    time: bare(row.occurredAt),
    tranId: tranIds === "quoted" ? row.tranId : bare(row.tranId),
    tradeId: row.tradeId,
  });
}

export function fillPayload(row: WorldFill): string {
  return object({
    symbol: row.symbol,
    id: bare(row.fillId),
    orderId: bare(row.orderId),
    side: row.side,
    price: row.price,
    qty: row.quantity,
    quoteQty: roundedQuote(multiply(parseFraction(row.price), parseFraction(row.quantity))),
    commission: row.commission,
    commissionAsset: row.commissionAsset,
    time: bare(row.occurredAt),
    maker: row.isMaker,
    buyer: row.side === "BUY",
    realizedPnl: row.realizedPnl,
    marginAsset: row.marginAsset,
    positionSide: row.positionSide,
  });
}

/** Two decimals that count, eight that show: `6.99000000` for 6.99012. */
function roundedQuote(notional: Fraction): string {
  return `${truncatedText(notional, 2)}000000`;
}

export function forcedOrderPayload(row: WorldForcedOrder): string {
  return object({
    orderId: bare(row.orderId),
    symbol: row.symbol,
    status: "FILLED",
    clientOrderId: row.clientOrderId,
    price: row.price,
    avgPrice: row.averagePrice,
    origQty: row.quantity,
    executedQty: row.quantity,
    cumQuote: row.quoteQuantity,
    timeInForce: row.kind === "adl" ? "GTC" : "IOC",
    type: "LIMIT",
    reduceOnly: false,
    closePosition: false,
    side: row.side,
    positionSide: row.positionSide,
    stopPrice: "0",
    workingType: "CONTRACT_PRICE",
    origType: "LIMIT",
    time: bare(row.occurredAt),
    updateTime: bare(row.updatedAt),
  });
}

export function marginChangePayload(row: WorldMarginChange, { showsReasons }: RowDialect): string {
  return object({
    amount: row.amount,
    ...(showsReasons ? { deltaType: row.reason ?? "USER_ADJUST" } : {}),
    asset: row.asset,
    symbol: row.symbol,
    time: bare(row.occurredAt),
    type: bare(marginChangeType(row)),
    positionSide: row.positionSide,
  });
}

/** 1 into the position, 2 out of it. */
export function marginChangeType(row: WorldMarginChange): 1 | 2 {
  return row.amount.startsWith("-") ? 2 : 1;
}

export type ShownWallet = { readonly asset: string; readonly wallet: Fraction };

export function balancePayload({ asset, wallet }: ShownWallet): string {
  const amount = truncatedText(wallet, MONEY_DECIMALS);
  return object({
    accountAlias: "SgsR",
    asset,
    balance: amount,
    crossWalletBalance: amount,
    crossUnPnl: "0.00000000",
    availableBalance: amount,
    maxWithdrawAmount: amount,
    marginAvailable: true,
    updateTime: bare(0),
  });
}

export function positionPayload(instrument: WorldInstrument, position: ShownPosition): string {
  return object({
    symbol: position.symbol,
    positionAmt: position.quantity,
    entryPrice: position.averageEntry,
    markPrice: position.markPrice,
    unRealizedProfit: unrealizedPnl(position),
    liquidationPrice: "0",
    leverage: "10",
    maxNotionalValue: "20000000",
    marginType: "cross",
    isolatedMargin: "0.00000000",
    isAutoAddMargin: "false",
    positionSide: position.positionSide,
    notional: truncatedText(
      multiply(parseFraction(position.quantity), parseFraction(position.markPrice)),
      instrument.priceDecimals,
    ),
    updateTime: bare(position.updatedAt ?? 0),
  });
}

export function unrealizedPnl({ quantity, averageEntry, markPrice }: ShownPosition): string {
  const gain = subtract(parseFraction(markPrice), parseFraction(averageEntry));
  return truncatedText(multiply(gain, parseFraction(quantity)), MONEY_DECIMALS);
}

/** The share of a position's notional that must be left of its margin. */
const MAINTENANCE_RATE: Fraction = fractionOf(5n, 3);

export function maintenanceMargin({ quantity, markPrice }: ShownPosition): string {
  const notional = magnitudeOf(multiply(parseFraction(quantity), parseFraction(markPrice)));
  return truncatedText(multiply(notional, MAINTENANCE_RATE), MONEY_DECIMALS);
}

/**
 * The account with all its assets and positions, of one instant: of every asset its equity (`marginBalance`)
 * is the wallet with the unrealized PnL of the positions in it. `settings` are what only one venue shows.
 */
export function accountPayload(
  wallets: readonly ShownWallet[],
  positions: readonly ShownPosition[],
  instruments: readonly WorldInstrument[],
  settings: Readonly<Record<string, Member>>,
): string {
  const assetOf = new Map(instruments.map(({ symbol, marginAsset }) => [symbol, marginAsset]));
  const assets = wallets.map(({ asset, wallet }) => {
    const amount = truncatedText(wallet, MONEY_DECIMALS);
    const unrealized = sumOf(
      positions
        .filter(({ symbol }) => assetOf.get(symbol) === asset)
        .map((position) => parseFraction(unrealizedPnl(position))),
    );
    return object({
      asset,
      walletBalance: amount,
      unrealizedProfit: truncatedText(unrealized, MONEY_DECIMALS),
      marginBalance: truncatedText(add(wallet, unrealized), MONEY_DECIMALS),
      crossWalletBalance: amount,
      availableBalance: amount,
      maxWithdrawAmount: amount,
      marginAvailable: true,
      updateTime: bare(0),
    });
  });
  const rows = positions.map((position) =>
    object({
      symbol: position.symbol,
      positionAmt: position.quantity,
      entryPrice: position.averageEntry,
      unrealizedProfit: unrealizedPnl(position),
      maintMargin: maintenanceMargin(position),
      leverage: "10",
      isolated: false,
      positionSide: position.positionSide,
      updateTime: bare(position.updatedAt ?? 0),
    }),
  );
  return object({
    feeTier: bare(0),
    canTrade: true,
    canDeposit: true,
    canWithdraw: true,
    updateTime: bare(0),
    ...settings,
    assets: bare(array(assets)),
    positions: bare(array(rows)),
  });
}

export function exchangeInfoPayload(
  instruments: readonly WorldInstrument[],
  now: Instant,
  weightLimit: number,
): string {
  const limit = object({
    rateLimitType: "REQUEST_WEIGHT",
    interval: "MINUTE",
    intervalNum: bare(1),
    limit: bare(weightLimit),
  });
  const assets = [...new Set(instruments.map((instrument) => instrument.marginAsset))];
  return object({
    timezone: "UTC",
    serverTime: bare(now),
    futuresType: "U_MARGINED",
    rateLimits: bare(array([limit])),
    exchangeFilters: bare("[]"),
    assets: bare(
      array(assets.map((asset) => object({ asset, marginAvailable: true, autoAssetExchange: "0" }))),
    ),
    symbols: bare(array(instruments.map(instrumentPayload))),
  });
}

function instrumentPayload(instrument: WorldInstrument): string {
  const tick = unitsText(1n, instrument.priceDecimals);
  const step = unitsText(1n, instrument.quantityDecimals);
  const filters = [
    object({ filterType: "PRICE_FILTER", minPrice: tick, maxPrice: "1000000", tickSize: tick }),
    object({ filterType: "LOT_SIZE", minQty: step, maxQty: "2000000", stepSize: step }),
    object({ filterType: "MIN_NOTIONAL", notional: "5" }),
  ];
  return object({
    symbol: instrument.symbol,
    pair: instrument.symbol,
    // Seen empty for contracts that are not open yet.
    contractType: instrument.status === "PENDING_TRADING" ? "" : "PERPETUAL",
    deliveryDate: bare(4_133_404_800_000),
    onboardDate: bare(instrument.listedAt),
    status: instrument.status,
    baseAsset: instrument.baseAsset,
    quoteAsset: instrument.marginAsset,
    marginAsset: instrument.marginAsset,
    pricePrecision: bare(instrument.priceDecimals),
    quantityPrecision: bare(instrument.quantityDecimals),
    baseAssetPrecision: bare(8),
    quotePrecision: bare(8),
    underlyingType: "COIN",
    liquidationFee: truncatedText(parseFraction(instrument.liquidationFeeRate), 6),
    filters: bare(array(filters)),
  });
}

export function commissionRatePayload(instrument: WorldInstrument): string {
  return object({
    symbol: instrument.symbol,
    makerCommissionRate: instrument.makerFeeRate,
    takerCommissionRate: instrument.takerFeeRate,
  });
}

export function fundingRatePayload({ symbol, rate, dueAt }: WorldFundingRate, markPrice: string): string {
  return object({ symbol, fundingRate: rate, fundingTime: bare(dueAt), markPrice });
}

export function flagPayload(name: string, isSet: boolean): string {
  return object({ [name]: isSet });
}

export const NO_MONEY: Fraction = fractionOf(0n, MONEY_DECIMALS);
