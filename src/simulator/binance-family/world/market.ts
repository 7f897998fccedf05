/**
 * A small invented market: contracts, a random walk of their prices in whole ticks, and funding rates every
 * eight hours.
 */
import { HOUR_MS, type Instant, instant } from "../../../domain/instant.ts";
import { type Fraction, fractionOf, unitsText } from "../../shared/fraction.ts";
import { priceWalk } from "../../shared/price-walk.ts";
import type { Random } from "../../shared/random.ts";
import type { WorldDelisting, WorldFundingRate, WorldInstrument, WorldPrice } from "./world.ts";

export const FUNDING_INTERVAL_MS = 8 * HOUR_MS;
const FUNDING_RATE_DECIMALS = 8;
const LISTED_AT = instant(1_700_000_000_000);

type Contract = WorldInstrument & { readonly startTicks: bigint };

function contract(
  symbol: string,
  shape: { readonly price: number; readonly quantity: number; readonly startTicks: bigint },
  terms: Partial<WorldInstrument> = {},
): Contract {
  return {
    symbol,
    status: "TRADING",
    baseAsset: symbol.slice(0, -"USDT".length),
    marginAsset: "USDT",
    priceDecimals: shape.price,
    quantityDecimals: shape.quantity,
    makerFeeRate: "0.0001",
    takerFeeRate: "0.00035",
    liquidationFeeRate: "0.005",
    listedAt: LISTED_AT,
    startTicks: shape.startTicks,
    ...terms,
  };
}

export type MarketVenue = "aster" | "binance";

/** What a person can trade here. Prices are in ticks of the last price decimal. */
const BITCOIN = contract("BTCUSDT", { price: 1, quantity: 3, startTicks: 653_210n });
const ETHER = contract("ETHUSDT", { price: 2, quantity: 3, startTicks: 233_004n });
const OTHERS: readonly Contract[] = [
  contract("SOLUSDT", { price: 2, quantity: 2, startTicks: 14_522n }),
  // Its makers are paid.
  contract("XRPUSDT", { price: 4, quantity: 1, startTicks: 21_873n }, { makerFeeRate: "-0.00005" }),
  // Free of charge: its opening fills leave no trace in the cash statement.
  contract(
    "HYPEUSDT",
    { price: 3, quantity: 2, startTicks: 31_207n },
    { makerFeeRate: "0", takerFeeRate: "0" },
  ),
  contract("DOGEUSDT", { price: 5, quantity: 0, startTicks: 18_342n }),
  contract("币安人生USDT", { price: 5, quantity: 0, startTicks: 14_210n }),
];

/** Listed, but not to be traded: on its way out, or not yet open. */
const LISTED_ONLY: readonly Contract[] = [
  contract("LITUSDT", { price: 4, quantity: 1, startTicks: 6_120n }, { status: "SETTLING" }),
  contract("NEWUSDT", { price: 4, quantity: 1, startTicks: 1_000n }, { status: "PENDING_TRADING" }),
];

type Listing = {
  readonly traded: readonly Contract[];
  readonly listedOnly: readonly Contract[];
  /** Another asset that fees may be paid in, and the contract that tells its price. */
  readonly feeAsset: string;
  readonly feeSymbol: string;
  /** What the venue calls what it pays weekly. */
  readonly rewardType: string;
};

const LISTINGS: Readonly<Record<MarketVenue, Listing>> = {
  aster: {
    traded: [BITCOIN, ETHER, contract("ASTERUSDT", { price: 4, quantity: 2, startTicks: 7_431n }), ...OTHERS],
    listedOnly: LISTED_ONLY,
    feeAsset: "ASTER",
    feeSymbol: "ASTERUSDT",
    rewardType: "MARKET_MERCHANT_RETURN_REWARD",
  },
  binance: {
    traded: [
      BITCOIN,
      ETHER,
      contract("BNBUSDT", { price: 2, quantity: 2, startTicks: 61_344n }),
      ...OTHERS,
      // Its PnL, fees and funding are in another asset; its makers pay nothing.
      contract(
        "ETHUSDC",
        { price: 2, quantity: 3, startTicks: 233_010n },
        { marginAsset: "USDC", makerFeeRate: "0" },
      ),
    ],
    listedOnly: [
      ...LISTED_ONLY,
      contract("FTTUSDT", { price: 3, quantity: 1, startTicks: 1_210n }, { status: "CLOSE" }),
    ],
    feeAsset: "BNB",
    feeSymbol: "BNBUSDT",
    rewardType: "COMMISSION_REBATE",
  },
};

export function tradedSymbols(venue: MarketVenue): readonly string[] {
  return LISTINGS[venue].traded.map((instrument) => instrument.symbol);
}

export type Market = {
  /** What the venue lists, traded in this world or not. */
  readonly instruments: readonly WorldInstrument[];
  readonly traded: readonly WorldInstrument[];
  readonly fundingRates: readonly WorldFundingRate[];
  /** Of every contract that can be traded, hour by hour. */
  readonly prices: readonly WorldPrice[];
  readonly feeAsset: string;
  readonly feeSymbol: string;
  readonly rewardType: string;
  /** Throws a RangeError for a symbol that is not listed. */
  instrument(symbol: string): WorldInstrument;
  /** The mark price in whole ticks. */
  markTicks(symbol: string, at: Instant): bigint;
};

export function makeMarket(options: {
  readonly random: Random;
  readonly from: Instant;
  readonly until: Instant;
  readonly symbols: readonly string[];
  readonly venue: MarketVenue;
  /** Contracts that are closed or gone from some instant on. */
  readonly delistings?: ReadonlyMap<string, WorldDelisting>;
}): Market {
  const { from, until, symbols, delistings } = options;
  const listing = LISTINGS[options.venue];
  const known = tradedSymbols(options.venue);
  const unknown = [...symbols, ...(delistings?.keys() ?? [])].filter((symbol) => !known.includes(symbol));
  if (unknown.length > 0) {
    throw new RangeError(`the simulated market has no ${unknown.join(", ")}; it has ${known.join(", ")}`);
  }
  const toInstrument = ({ startTicks: _, ...instrument }: Contract): WorldInstrument => {
    const delisting = delistings?.get(instrument.symbol);
    return delisting === undefined ? instrument : { ...instrument, delisting };
  };
  const walks = new Map<string, readonly bigint[]>();
  for (const { symbol, startTicks } of listing.traded) {
    walks.set(
      symbol,
      priceWalk(options.random.fork(`price/${symbol}`), startTicks, 1 + Math.ceil((until - from) / HOUR_MS)),
    );
  }
  const markTicks = (symbol: string, at: Instant): bigint => {
    const ticks = walks.get(symbol)?.[Math.floor((at - from) / HOUR_MS)];
    if (ticks === undefined) throw new RangeError(`the market has no price of ${symbol} at ${at}`);
    return ticks;
  };
  const traded = listing.traded.filter(({ symbol }) => symbols.includes(symbol)).map(toInstrument);
  const instruments = [...listing.traded, ...listing.listedOnly].map(toInstrument);
  return {
    instruments,
    traded,
    feeAsset: listing.feeAsset,
    feeSymbol: listing.feeSymbol,
    rewardType: listing.rewardType,
    instrument: (symbol) => {
      const instrument = instruments.find((listed) => listed.symbol === symbol);
      if (instrument === undefined) throw new RangeError(`the simulated market has no ${symbol}`);
      return instrument;
    },
    prices: listing.traded.flatMap(({ symbol, priceDecimals }) =>
      (walks.get(symbol) ?? []).map((ticks, hour) => ({
        symbol,
        from: instant(from + hour * HOUR_MS),
        price: unitsText(ticks, priceDecimals),
      })),
    ),
    fundingRates: fundingRates({ random: options.random, from, until, traded, markTicks }),
    markTicks,
  };
}

function fundingRates(options: {
  readonly random: Random;
  readonly from: Instant;
  readonly until: Instant;
  readonly traded: readonly WorldInstrument[];
  readonly markTicks: Market["markTicks"];
}): WorldFundingRate[] {
  const rates: WorldFundingRate[] = [];
  const random = options.random.fork("funding");
  const first = Math.ceil(options.from / FUNDING_INTERVAL_MS) * FUNDING_INTERVAL_MS;
  for (let due = first; due < options.until; due += FUNDING_INTERVAL_MS) {
    for (const { symbol, priceDecimals } of options.traded) {
      rates.push({
        symbol,
        dueAt: instant(due),
        rate: unitsText(BigInt(random.integer(-15_000, 30_000)), FUNDING_RATE_DECIMALS),
        markPrice: unitsText(options.markTicks(symbol, instant(due)), priceDecimals),
      });
    }
  }
  return rates;
}

export function priceOf(instrument: WorldInstrument, ticks: bigint): Fraction {
  return fractionOf(ticks, instrument.priceDecimals);
}

export function quantityOf(instrument: WorldInstrument, steps: bigint): Fraction {
  return fractionOf(steps, instrument.quantityDecimals);
}
