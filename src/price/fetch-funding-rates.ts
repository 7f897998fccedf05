/**
 * The venue's public funding rates, for exactly the settlements that the account was paid at or paid for and
 * whose rate the books lack. What was fetched once is never requested again.
 */

import { formatDecimal } from "../domain/decimal.ts";
import {
  DAY_MS,
  formatInstant,
  HOUR_MS,
  type Instant,
  instant,
  MINUTE_MS,
  parseUtcInstant,
  plus,
} from "../domain/instant.ts";
import { type Window, windowText } from "../domain/window.ts";
import { NotServedError, RequestRefusedError } from "../errors.ts";
import type { VenueClient } from "../http/client.ts";
import { insertRows } from "../store/insert-rows.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Store } from "../store/store.ts";
import type { FundingRate, FundingRates } from "../venues/venue.ts";
import { windowsAround } from "./windows-around.ts";

export type FetchFundingRatesTerms = {
  readonly store: Store;
  readonly client: VenueClient;
  readonly accountId: string;
  readonly signal: AbortSignal;
  /** What is being done, for a person who watches. */
  readonly progress: (what: string) => void;
};

/** `notServed` as of marks: without a rate a payment is proven by less, and the night goes on. */
export type FetchedFundingRates = { readonly added: number; readonly notServed: readonly string[] };

/** A full answer of a contract that settles every eight hours; shorter intervals take more than one. */
const SPAN_MAX = 333 * DAY_MS;

/** Fetches what is lacking. To be called after the account's records are in its history. */
export async function fetchLackingFundingRates(terms: FetchFundingRatesTerms): Promise<FetchedFundingRates> {
  const { store, client, accountId: account_id } = terms;
  const { fundingRates } = client.venue;
  if (fundingRates === undefined) return { added: 0, notServed: [] };
  const lacking = await runSqlFile<{ symbol: string; hour: string }>(
    store.db,
    "price/lacking-funding-rates",
    {
      account_id,
    },
  );
  const bySymbol = new Map<string, Instant[]>();
  for (const { symbol, hour } of lacking) {
    const hours = bySymbol.get(symbol) ?? [];
    hours.push(parseUtcInstant(hour));
    bySymbol.set(symbol, hours);
  }
  let added = 0;
  const notServed: string[] = [];
  for (const [symbol, hours] of bySymbol) {
    try {
      for (const window of windowsAround(hours, MINUTE_MS, SPAN_MAX))
        added += await fetchWindow(terms, fundingRates, { symbol, hours: new Set(hours) }, window);
    } catch (error) {
      if (!(error instanceof NotServedError) && !(error instanceof RequestRefusedError)) throw error;
      notServed.push(`${symbol}: ${error.words.what}`);
    }
  }
  return { added, notServed };
}

type Wanted = { readonly symbol: string; readonly hours: ReadonlySet<Instant> };

async function fetchWindow(
  terms: FetchFundingRatesTerms,
  fundingRates: FundingRates,
  wanted: Wanted,
  window: Window,
): Promise<number> {
  let added = 0;
  for (let from: Instant | null = window.from; from !== null && from < window.until; ) {
    const rates = await fetchPage(terms, fundingRates, wanted.symbol, { from, until: window.until });
    added += await keep(terms, wanted, rates);
    const last = rates.at(-1);
    // Two kinds of rate of one instant may stand on both sides of the page's end: it is read again.
    const next: Instant | null =
      rates.length < fundingRates.rowsMax || last === undefined ? null : last.settledAt;
    from = next === from ? null : next;
  }
  return added;
}

function fetchPage(
  { client, accountId, signal, progress }: FetchFundingRatesTerms,
  fundingRates: FundingRates,
  symbol: string,
  window: Window,
): Promise<readonly FundingRate[]> {
  const where = `${accountId} funding rates ${symbol} ${windowText(window)}`;
  progress(where);
  const request = fundingRates.request(symbol, window);
  return client.call(request, where, (body) => fundingRates.read(symbol, window, body), signal);
}

async function keep(
  { store, client, accountId: account_id }: FetchFundingRatesTerms,
  { symbol, hours }: Wanted,
  rates: readonly FundingRate[],
): Promise<number> {
  const found = rates.filter(({ settledAt }) => {
    const hour = instant(Math.floor(settledAt / HOUR_MS) * HOUR_MS);
    return hours.has(hour) && settledAt < plus(hour, MINUTE_MS);
  });
  const fetched_at = formatInstant(client.now());
  await insertRows(
    store.db,
    "price.funding_rate",
    ["account_id", "symbol", "settled_at", "is_regular"],
    found.map((rate) => ({
      account_id,
      symbol,
      settled_at: formatInstant(rate.settledAt),
      is_regular: rate.isRegular,
      rate: formatDecimal(rate.rate),
      mark_price: rate.markPrice === null ? null : formatDecimal(rate.markPrice),
      source: `${client.venue.id} funding rates ${symbol}`,
      fetched_at,
    })),
  );
  return found.length;
}
