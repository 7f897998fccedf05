import { formatInstant, type Instant } from "../domain/instant.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Transaction } from "../store/store.ts";
import type { PriceQuote } from "./price-quote.ts";

/** Quotes that were new, and quotes that took the place of another price for the same time. */
export type WrittenQuotes = { readonly added: number; readonly replaced: number };

/** Everybody's: files and pegs. */
export const SHARED = "";

const BATCH_QUOTES = 5_000;

/** Writes quotes of an account, or of everybody (`SHARED`). To write the same ones again changes nothing. */
export async function writeQuotes(
  transaction: Transaction,
  account_id: string,
  quotes: readonly PriceQuote[],
  at: Instant,
): Promise<WrittenQuotes> {
  let [added, replaced] = [0, 0];
  for (let first = 0; first < quotes.length; first += BATCH_QUOTES) {
    const rows = quotes.slice(first, first + BATCH_QUOTES).map((quote) => ({
      base_asset: quote.base,
      quote_asset: quote.quote,
      quality: quote.quality,
      quoted_at: formatInstant(quote.quotedAt),
      stands_until: formatInstant(quote.validUntil),
      price: quote.price,
      source: quote.source,
    }));
    const [counts] = await runSqlFile<WrittenQuotes>(transaction, "price/write-quotes", {
      account_id,
      quotes: JSON.stringify(rows),
      fetched_at: formatInstant(at),
    });
    added += counts?.added ?? 0;
    replaced += counts?.replaced ?? 0;
  }
  return { added, replaced };
}
