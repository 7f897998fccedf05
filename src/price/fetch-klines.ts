/**
 * The venue's public minutes, for exactly those that the books need and lack. A minute is requested only
 * where its price completes the way to the reporting currency: BNB in USDT where USDT has a worth then, and
 * nothing where it has none. So nothing is fetched that leads nowhere, and what was fetched once is never
 * requested again.
 */

import { parseDecimal } from "../domain/decimal.ts";
import { type Instant, MINUTE_MS, parseUtcInstant, plus } from "../domain/instant.ts";
import { type Window, windowText } from "../domain/window.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Store } from "../store/store.ts";
import type { Klines } from "../venues/venue.ts";
import { type Fetched, type FetchTerms, fetchLacking, type Wanted } from "./fetch-lacking.ts";
import type { PriceQuote } from "./price-quote.ts";
import { readQuotes } from "./read-quotes.ts";
import { QuoteIndex } from "./valuation/quote.ts";
import { Converter } from "./valuation/value.ts";
import { writeQuotes } from "./write-quotes.ts";

/** `currency`: the reporting currency. */
export type FetchPricesTerms = FetchTerms & { readonly currency: string };

type WantedMinutes = Wanted & { readonly base: string; readonly quote: string };

/**
 * Fetches what the account's valuation lacks. To be called after it was valued; what comes is in effect when
 * it is valued again.
 */
export async function fetchLackingPrices(terms: FetchPricesTerms): Promise<Fetched> {
  const { klines } = terms.client.venue;
  if (klines === undefined) return { added: 0, notServed: [] };
  // A contract that is no longer served has no price here; its minutes stay holes with a name.
  return fetchLacking(
    terms,
    { kind: "minute", isNeeded: true },
    await wantedMinutes(terms, klines),
    (wanted, window) => fetchWindow(terms, klines, wanted, window),
  );
}

async function wantedMinutes(terms: FetchPricesTerms, klines: Klines): Promise<readonly WantedMinutes[]> {
  const { store, client, accountId: account_id, currency } = terms;
  const lacking = await runSqlFile<{ asset: string; minute: string }>(store.db, "price/lacking", {
    account_id,
  });
  if (lacking.length === 0) return [];
  const quotes = await readQuotes(
    store.db,
    account_id,
    lacking.map(({ minute }) => minute),
  );
  const converter = new Converter(new QuoteIndex(quotes), currency);
  const symbols = await listedSymbols(store, account_id);
  const quoteAssets = await runSqlFile<{ margin_asset: string }>(store.db, "price/margin-assets", {
    account_id,
  });
  const found = new Map<string, WantedMinutes & { readonly instants: Instant[] }>();
  for (const { asset: base, minute } of lacking) {
    const at = parseUtcInstant(minute);
    // The close of a minute that has not ended is still moving.
    if (plus(at, MINUTE_MS) > client.now()) continue;
    const quote = quoteAssets
      .map(({ margin_asset }) => margin_asset)
      .find(
        (candidate) =>
          candidate !== base &&
          symbols.has(klines.symbolOf(base, candidate)) &&
          converter.value(candidate, at).kind === "priced",
      );
    if (quote === undefined) continue;
    const symbol = klines.symbolOf(base, quote);
    const wanted = found.get(symbol) ?? {
      base,
      quote,
      symbol,
      step: MINUTE_MS,
      spanMax: klines.spanMax,
      instants: [],
    };
    wanted.instants.push(at);
    found.set(symbol, wanted);
  }
  return [...found.values()];
}

async function listedSymbols(store: Store, accountId: string): Promise<ReadonlySet<string>> {
  const rows = await store.db
    .selectFrom("raw.instrument")
    .select("symbol")
    .where("account_id", "=", accountId)
    .execute();
  return new Set(rows.map((row) => row.symbol));
}

async function fetchWindow(
  { store, client, accountId, signal, progress }: FetchTerms,
  klines: Klines,
  { base, quote, symbol, instants }: WantedMinutes,
  window: Window,
): Promise<ReadonlySet<Instant>> {
  const where = `${accountId} prices ${symbol} ${windowText(window)}`;
  progress(where);
  const request = klines.request(symbol, window);
  const rows = await client.call(request, where, (body) => klines.read(symbol, window, body), signal);
  const wanted = new Set(instants);
  const quotes = rows
    .filter(({ openedAt, close }) => wanted.has(openedAt) && parseDecimal(close).greaterThan(0))
    .map(
      ({ openedAt, close }): PriceQuote => ({
        base,
        quote,
        quality: "minute",
        quotedAt: openedAt,
        validUntil: plus(openedAt, MINUTE_MS),
        price: close,
        source: `${client.venue.id} ${request.path} ${symbol}`,
      }),
    );
  await store.db
    .transaction()
    .execute((transaction) => writeQuotes(transaction, accountId, quotes, client.now()));
  return new Set(quotes.map(({ quotedAt }) => quotedAt));
}
