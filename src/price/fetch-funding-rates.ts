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
import { insertRows } from "../store/insert-rows.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { FundingRate, FundingRates } from "../venues/venue.ts";
import { type Fetched, type FetchTerms, fetchLacking, type Wanted } from "./fetch-lacking.ts";

/** A full answer of a contract that settles every eight hours; shorter intervals take more than one. */
const SPAN_MAX = 333 * DAY_MS;

/** Fetches what is lacking. To be called after the account's records are in its history. */
export async function fetchLackingFundingRates(terms: FetchTerms): Promise<Fetched> {
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
  const wanted = [...bySymbol].map(([symbol, instants]) => ({
    symbol,
    instants,
    step: MINUTE_MS,
    spanMax: SPAN_MAX,
  }));
  // Without a rate a payment is proven by less, and the night goes on.
  return fetchLacking(terms, { kind: "funding_rate", isNeeded: false }, wanted, (one, window) =>
    fetchWindow(terms, fundingRates, one, window),
  );
}

/** Returns the hours whose rate came. */
async function fetchWindow(
  terms: FetchTerms,
  fundingRates: FundingRates,
  wanted: Wanted,
  window: Window,
): Promise<ReadonlySet<Instant>> {
  const found = new Set<Instant>();
  const hours = new Set(wanted.instants);
  for (let from: Instant | null = window.from; from !== null && from < window.until; ) {
    const rates = await fetchPage(terms, fundingRates, wanted.symbol, { from, until: window.until });
    for (const hour of await keep(terms, wanted.symbol, hours, rates)) found.add(hour);
    const last = rates.at(-1);
    // Two kinds of rate of one instant may stand on both sides of the page's end: it is read again.
    const next: Instant | null =
      rates.length < fundingRates.rowsMax || last === undefined ? null : last.settledAt;
    from = next === from ? null : next;
  }
  return found;
}

function fetchPage(
  { client, accountId, signal, progress }: FetchTerms,
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
  { store, client, accountId: account_id }: FetchTerms,
  symbol: string,
  hours: ReadonlySet<Instant>,
  rates: readonly FundingRate[],
): Promise<readonly Instant[]> {
  const found = rates.filter(({ settledAt }) => {
    const hour = hourOf(settledAt);
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
  return found.map(({ settledAt }) => hourOf(settledAt));
}

function hourOf(at: Instant): Instant {
  return instant(Math.floor(at / HOUR_MS) * HOUR_MS);
}
