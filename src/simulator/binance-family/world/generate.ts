/** Makes a world from a seed: the same plan gives the same world, row for row. */
import { DAY_MS, type DurationMs, type Instant, instant } from "../../../domain/instant.ts";
import { fractionOf, negate } from "../../shared/fraction.ts";
import { type Random, seededRandom } from "../../shared/random.ts";
import { isSelfTrade, numberFills, type Shown, VenueAccount } from "./account.ts";
import { binanceCash } from "./binance-cash.ts";
import { type Market, type MarketVenue, makeMarket, quantityOf, tradedSymbols } from "./market.ts";
import { type PlannedDelisting, playTrader } from "./trader.ts";
import type { World, WorldDelisting } from "./world.ts";

type AccountPlan = {
  readonly name: string;
  /** Default: one-way. */
  readonly mode?: "one-way" | "hedge";
};

export type WorldPlan = {
  readonly seed: number | string;
  readonly from: Instant;
  readonly until: Instant;
  /** Fills of all accounts together, roughly. */
  readonly fills: number;
  readonly accounts: readonly AccountPlan[];
  /** Whose contracts, fee asset and kinds of income. Default: aster. */
  readonly venue?: MarketVenue;
  /** Which of the market's contracts are traded; default: all (`tradedSymbols`). */
  readonly symbols?: readonly string[];
  /**
   * How many fills one order has in one millisecond, in every account, and as many to close it. Default 0.
   */
  readonly burstFills?: number;
  /**
   * The REALIZED_PNL rows move the wallet but are never shown, as is said of Aster. Default: they are shown.
   */
  readonly omitRealizedPnlRows?: boolean;
  /** Some positions are older than the history that is served. Default: history begins flat. */
  readonly openingPositions?: boolean;
  /** Each one-way account once trades with itself: two fills with one id. Default: never. */
  readonly selfTrades?: boolean;
  /** How much later than it happened every 37th income row appears. Default 0. */
  readonly lateIncomeBy?: DurationMs;
  /** One row of each account is of this income type, which nobody documents. Binance only. Default: none. */
  readonly unknownIncomeType?: string;
  /**
   * One contract ends after three fifths of the history, with positions open that are settled by a fill or
   * without one; then the venue shows it as closed, or shows it no more. Default: none ends.
   */
  readonly delisting?: {
    readonly symbol: string;
    readonly leaves: WorldDelisting["leaves"];
    readonly settlement: PlannedDelisting["settlement"];
  };
};

const LATE_EVERY = 37;

export function generateWorld(plan: WorldPlan): World {
  const { from, until } = plan;
  if (until - from < DAY_MS) throw new RangeError("a world lasts a day or longer");
  const random = seededRandom(String(plan.seed));
  const venue = plan.venue ?? "aster";
  const symbols = plan.symbols ?? tradedSymbols(venue);
  const delistings = delistingsOf(plan);
  const market = makeMarket({ random: random.fork("market"), from, until, symbols, venue, delistings });
  const lateBy = plan.lateIncomeBy ?? 0;
  const shown: Shown = {
    lateBy: (_, ordinal) => (ordinal % LATE_EVERY === LATE_EVERY - 1 ? lateBy : 0),
    omitsRealizedPnl: plan.omitRealizedPnlRows ?? false,
  };

  const accounts = plan.accounts.map(({ name, mode }, ordinal) => {
    const account = new VenueAccount({ name, mode: mode ?? "one-way", ordinal, shown });
    const accountRandom = random.fork(`account/${name}`);
    if (plan.openingPositions ?? false) openBeforeHistory(account, market, accountRandom, from);
    playTrader({
      account,
      market,
      random: accountRandom,
      from,
      until,
      fills: Math.ceil(plan.fills / plan.accounts.length),
      burstFills: plan.burstFills ?? 0,
      tradesWithItself: plan.selfTrades ?? false,
      extraCash: venue === "binance" ? binanceCash(plan, market, random.fork(`account/${name}/cash`)) : [],
      delistings,
    });
    return account;
  });

  const gaps = random.fork("fill ids");
  numberFills(accounts, () => gaps.integer(1, 3), plan.selfTrades ? isSelfTrade : undefined);
  return {
    instruments: market.instruments,
    fundingRates: market.fundingRates,
    prices: market.prices,
    accounts: accounts.map((account) => account.finished()),
  };
}

function delistingsOf({ delisting, from, until }: WorldPlan): ReadonlyMap<string, PlannedDelisting> {
  if (delisting === undefined) return new Map();
  const at = instant(from + Math.floor((until - from) * 0.6));
  return new Map([[delisting.symbol, { at, leaves: delisting.leaves, settlement: delisting.settlement }]]);
}

/** A long in the first contract and a short in the second, at averages between two ticks. */
function openBeforeHistory(account: VenueAccount, market: Market, random: Random, from: Instant): void {
  for (const [nth, instrument] of market.traded.slice(0, 2).entries()) {
    const ticks = market.markTicks(instrument.symbol, from);
    const average = fractionOf(ticks * 100n + BigInt(random.integer(1, 99)), instrument.priceDecimals + 2);
    const size = quantityOf(instrument, BigInt(random.integer(10, 200)));
    const isShort = nth === 1;
    const positionSide = account.mode === "one-way" ? "BOTH" : isShort ? "SHORT" : "LONG";
    account.openBeforeHistory(instrument, positionSide, { quantity: isShort ? negate(size) : size, average });
  }
}
