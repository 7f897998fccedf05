import type { Instant } from "../domain/instant.ts";

/**
 * A price as its source has it: a row of `price.quote` but for the account and the time of the import.
 * `price` keeps the source's digits.
 */
export type PriceQuote = {
  readonly base: string;
  readonly quote: string;
  readonly quality: "minute" | "day" | "peg";
  /** The first instant of the minute or day it is of. */
  readonly quotedAt: Instant;
  /** The first instant it no longer holds for. */
  readonly validUntil: Instant;
  readonly price: string;
  readonly source: string;
};
