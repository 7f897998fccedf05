/**
 * What one unit of an asset was worth in the reporting currency at an instant: over a price of the two, or
 * over prices that lead from one to the other (BNB → USDT → USD → EUR).
 *
 * A way goes from what is priced to what it is priced in. Backwards, from a quote asset to its base, it goes
 * only into the reporting currency and into the euro, in which the ECB prices all others: USDT → SOL → EUR
 * would take a coin's swings between two times of a day for the rate of a dollar.
 *
 * The way with the fewest prices is taken; of equally short ones the one whose coarsest price is the finest,
 * then the first by name, so that the same prices always give the same worth. Factors are multiplied and
 * divisors are multiplied, and divided once at the end, at a named scale.
 */
import { type Decimal, divide, parseDecimal } from "../../domain/decimal.ts";
import type { Instant } from "../../domain/instant.ts";
import { append } from "../../domain/lists.ts";
import { nextDueAt } from "./daily-rates.ts";
import type { PriceQuality, Quote, QuoteIndex } from "./quote.ts";

/** Decimals of a worth that needed a division. An amount of ten million is then off by less than 1e-11. */
const VALUE_SCALE = 18;

/** BNB → USDT → USD → EUR → GBP: no honest way is longer, and a longer one would only add errors. */
const LEGS_MAX = 4;

/** The base of all the ECB's rates, where any two other currencies meet. */
const HUB = "EUR";

const ONE = parseDecimal("1");

/** One step: the quote is used as it is, or (`isInverse`) from its quote asset to its base. */
export type Leg = { readonly quote: Quote; readonly isInverse: boolean };

export type Valuation =
  | {
      readonly kind: "priced";
      /** Units of the currency for one of the asset. */
      readonly price: Decimal;
      /**
       * The coarsest of the minutes and days it rests on; `peg` where there are none. `none_needed`: the
       * asset is the currency.
       */
      readonly quality: PriceQuality | "none_needed";
      readonly legs: readonly Leg[];
    }
  /**
   * `why` names no instant: holes of one kind are counted together. `dueAt`: until when a daily price is
   * waited for that the series has not come to; else null.
   */
  | { readonly kind: "missing"; readonly why: string; readonly dueAt: Instant | null };

/** Values any asset in one currency. */
export class Converter {
  readonly #quotes: QuoteIndex;
  readonly #currency: string;
  /** The ways from an asset to the currency, shortest first. */
  readonly #ways = new Map<string, readonly (readonly string[])[]>();

  constructor(quotes: QuoteIndex, currency: string) {
    this.#quotes = quotes;
    this.#currency = currency;
  }

  value(asset: string, at: Instant): Valuation {
    if (asset === this.#currency) return { kind: "priced", price: ONE, quality: "none_needed", legs: [] };
    const ways = this.#waysFrom(asset);
    const [shortest] = ways;
    if (shortest === undefined)
      return { kind: "missing", why: `no price leads from ${asset} to ${this.#currency}`, dueAt: null };
    let best: { readonly legs: readonly Leg[]; readonly coarseness: number } | null = null;
    for (const way of ways) {
      if (best !== null && way.length - 1 > best.legs.length) break;
      const legs = this.#legsOf(way, at);
      if (legs === null) continue;
      const coarseness = COARSENESS[qualityOf(legs)];
      if (best === null || coarseness < best.coarseness) best = { legs, coarseness };
    }
    if (best === null) return this.#holeIn(shortest, at);
    return { kind: "priced", price: priceOf(best.legs), quality: qualityOf(best.legs), legs: best.legs };
  }

  #waysFrom(asset: string): readonly (readonly string[])[] {
    const known = this.#ways.get(asset);
    if (known !== undefined) return known;
    const found: string[][] = [];
    let reached: string[][] = [[asset]];
    for (let legs = 1; legs <= LEGS_MAX; legs += 1) {
      const longer = reached.flatMap((way) =>
        this.#nextOf(way.at(-1) ?? asset)
          .filter((next) => !way.includes(next))
          .map((next) => [...way, next]),
      );
      append(
        found,
        longer.filter((way) => way.at(-1) === this.#currency),
      );
      reached = longer.filter((way) => way.at(-1) !== this.#currency);
    }
    this.#ways.set(asset, found);
    return found;
  }

  /** Where a way can go from an asset, in the order of the names. */
  #nextOf(asset: string): readonly string[] {
    const backwards = [this.#currency, HUB].filter((to) => this.#quotes.baseAssetsOf(asset).has(to));
    return [...new Set([...this.#quotes.quoteAssetsOf(asset), ...backwards])].toSorted();
  }

  #legsOf(way: readonly string[], at: Instant): readonly Leg[] | null {
    const legs: Leg[] = [];
    for (const [from, to] of steps(way)) {
      const leg = this.#leg(from, to, at);
      if (leg === null) return null;
      legs.push(leg);
    }
    return legs;
  }

  /** A quote in the step's own direction needs no division, so of one quality it comes first. */
  #leg(from: string, to: string, at: Instant): Leg | null {
    const direct = this.#quotes.quoteAt(from, to, at);
    const inverse = to === this.#currency || to === HUB ? this.#quotes.quoteAt(to, from, at) : null;
    if (inverse !== null && (direct === null || isPreferred(inverse, direct)))
      return { quote: inverse, isInverse: true };
    return direct === null ? null : { quote: direct, isInverse: false };
  }

  #holeIn(way: readonly string[], at: Instant): Valuation {
    const hole = steps(way).find(([from, to]) => this.#leg(from, to, at) === null);
    const [from = "", to = ""] = hole ?? [way[0], this.#currency];
    const isBackwards = to === this.#currency || to === HUB;
    const newest =
      this.#quotes.newestDay(from, to) ?? (isBackwards ? this.#quotes.newestDay(to, from) : null);
    return {
      kind: "missing",
      why: `no price of ${from} in ${to} for that time`,
      dueAt: newest === null || newest.quotedAt > at ? null : nextDueAt(newest.quotedAt),
    };
  }
}

const COARSENESS: Readonly<Record<PriceQuality, number>> = { peg: 0, minute: 1, day: 2 };

function isPreferred(one: Quote, other: Quote): boolean {
  return COARSENESS[one.quality] < COARSENESS[other.quality];
}

function qualityOf(legs: readonly Leg[]): PriceQuality {
  const qualities = legs.map(({ quote }) => quote.quality);
  return qualities.includes("day") ? "day" : qualities.includes("minute") ? "minute" : "peg";
}

function priceOf(legs: readonly Leg[]): Decimal {
  const product = (isInverse: boolean) =>
    legs
      .filter((leg) => leg.isInverse === isInverse)
      .reduce((total, { quote }) => total.times(quote.price), ONE);
  const divisor = product(true);
  return divisor.eq(ONE) ? product(false) : divide(product(false), divisor, VALUE_SCALE);
}

function steps(way: readonly string[]): readonly (readonly [from: string, to: string])[] {
  return way.slice(1).map((to, index) => [way[index] ?? to, to] as const);
}
