import { parseDecimal } from "../domain/decimal.ts";
import { parseUtcInstant } from "../domain/instant.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";
import type { QuoteRow } from "../store/tables.ts";
import type { PriceQuality, Quote } from "./valuation/quote.ts";

/**
 * The prices that may hold in any of these minutes (ISO 8601 in UTC): everybody's, and those of the account's
 * own venue.
 */
export async function readQuotes(
  db: Database,
  account_id: string,
  minutes: readonly string[],
): Promise<readonly Quote[]> {
  const instants = minutes.toSorted();
  const [first_minute, last_minute] = [instants[0], instants.at(-1)];
  if (first_minute === undefined || last_minute === undefined) return [];
  type Row = Omit<QuoteRow, "account_id" | "fetched_at" | "quality"> & { quality: PriceQuality };
  const rows = await runSqlFile<Row>(db, "price/quotes", { account_id, first_minute, last_minute });
  return rows.map((row) => ({
    base: row.base_asset,
    quote: row.quote_asset,
    quality: row.quality,
    quotedAt: parseUtcInstant(row.quoted_at),
    validUntil: parseUtcInstant(row.stands_until),
    price: parseDecimal(row.price),
    source: row.source,
  }));
}
