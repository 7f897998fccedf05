/** Prices, and which one of a pair holds at an instant. */
import type { Decimal } from "../../domain/decimal.ts";
import type { Instant } from "../../domain/instant.ts";

/**
 * From the finest to the coarsest. A `peg` is a person's declaration that one asset is worth so much of
 * another.
 */
export type PriceQuality = "minute" | "day" | "peg";

/** One `base` is worth `price` of `quote` from `quotedAt` until `validUntil`. */
export type Quote = {
  readonly base: string;
  readonly quote: string;
  readonly quality: PriceQuality;
  /** The first instant of the minute or day it is of. */
  readonly quotedAt: Instant;
  /** The first instant it no longer holds for. */
  readonly validUntil: Instant;
  readonly price: Decimal;
  readonly source: string;
};

/**
 * A pair's declared peg is preferred to its market prices: whoever wants those declares none. Then a minute
 * before a day.
 */
const PREFERRED: readonly PriceQuality[] = ["peg", "minute", "day"];

/** Quotes of one pair and quality, by `quotedAt`. */
type Series = { readonly quotes: Quote[]; longestStand: number };

/** Quotes by pair, for many look-ups. */
export class QuoteIndex {
  readonly #series = new Map<string, Series>();
  readonly #quotesOf = new Map<string, Set<string>>();
  readonly #basesOf = new Map<string, Set<string>>();

  constructor(quotes: readonly Quote[]) {
    for (const quote of quotes.toSorted((a, b) => a.quotedAt - b.quotedAt)) {
      const key = seriesKey(quote.base, quote.quote, quote.quality);
      const series = this.#series.get(key) ?? { quotes: [], longestStand: 0 };
      series.quotes.push(quote);
      series.longestStand = Math.max(series.longestStand, quote.validUntil - quote.quotedAt);
      this.#series.set(key, series);
      addTo(this.#quotesOf, quote.base, quote.quote);
      addTo(this.#basesOf, quote.quote, quote.base);
    }
  }

  /** What the asset ever had a price in. */
  quoteAssetsOf(base: string): ReadonlySet<string> {
    return this.#quotesOf.get(base) ?? new Set();
  }

  /** What ever had a price in the asset. */
  baseAssetsOf(quote: string): ReadonlySet<string> {
    return this.#basesOf.get(quote) ?? new Set();
  }

  /**
   * The quote of `base` in `quote` that holds at this instant: the best quality, and of that the latest. Null
   * where none does.
   */
  quoteAt(base: string, quote: string, at: Instant): Quote | null {
    for (const quality of PREFERRED) {
      const series = this.#series.get(seriesKey(base, quote, quality));
      const found = series === undefined ? null : latestStanding(series, at);
      if (found !== null) return found;
    }
    return null;
  }

  /** The newest price of a day of `base` in `quote`; null where there is none. */
  newestDay(base: string, quote: string): Quote | null {
    return this.#series.get(seriesKey(base, quote, "day"))?.quotes.at(-1) ?? null;
  }
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key) ?? new Set();
  set.add(value);
  sets.set(key, set);
}

function seriesKey(base: string, quote: string, quality: PriceQuality): string {
  // No asset has a line break in its name; JSON would be safe as well, and is slow here.
  return `${base}\n${quote}\n${quality}`;
}

/**
 * Quotes of a series may overlap (an ECB rate holds over a weekend), so the last one that began may have
 * ended while one before it still holds.
 */
function latestStanding({ quotes, longestStand }: Series, at: Instant): Quote | null {
  let [low, high] = [0, quotes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((quotes[middle]?.quotedAt ?? at) <= at) low = middle + 1;
    else high = middle;
  }
  for (let index = low - 1; index >= 0; index -= 1) {
    const quote = quotes[index];
    if (quote === undefined || at - quote.quotedAt >= longestStand) return null;
    if (at < quote.validUntil) return quote;
  }
  return null;
}
