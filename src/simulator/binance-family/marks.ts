/**
 * Mark prices: a path of their own for every contract that has prices, minute by minute. On a price's first
 * instant the mark is that price, which funding is counted by; in between it goes straight from one to the
 * next, cut to the decimals that the venues show.
 */
import { type Instant, instant, MINUTE_MS } from "../../domain/instant.ts";
import { add, multiply, parseFraction, subtract, truncatedText } from "../shared/fraction.ts";
import type { WorldPrice } from "./world/world.ts";

const MARK_DECIMALS = 8;

export class Marks {
  readonly #bySymbol = new Map<string, WorldPrice[]>();

  /** `prices` of each contract in the order of time. */
  constructor(prices: readonly WorldPrice[]) {
    for (const price of prices) {
      const known = this.#bySymbol.get(price.symbol);
      if (known === undefined) this.#bySymbol.set(price.symbol, [price]);
      else known.push(price);
    }
  }

  /** When the contract's first mark is; null where it has none. */
  begins(symbol: string): Instant | null {
    return this.#bySymbol.get(symbol)?.[0]?.from ?? null;
  }

  /** The mark of the minute that `at` is in; null where there is none (yet). */
  at(symbol: string, at: Instant): string | null {
    const prices = this.#bySymbol.get(symbol) ?? [];
    const index = lastBegun(prices, at);
    const price = prices[index];
    if (price === undefined) return null;
    const next = prices[index + 1];
    const begun = parseFraction(price.price);
    if (next === undefined) return truncatedText(begun, MARK_DECIMALS);
    const minute = instant(Math.floor(at / MINUTE_MS) * MINUTE_MS);
    const passed = {
      numerator: BigInt(Math.max(0, minute - price.from)),
      denominator: BigInt(next.from - price.from),
    };
    const moved = multiply(subtract(parseFraction(next.price), begun), passed);
    return truncatedText(add(begun, moved), MARK_DECIMALS);
  }
}

/** The index of the last price that has begun at `at`; −1 where none has. */
function lastBegun(prices: readonly WorldPrice[], at: Instant): number {
  let low = 0;
  let high = prices.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const price = prices[middle];
    if (price !== undefined && price.from <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
