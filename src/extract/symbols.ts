/** The contracts to request: those that are the account's, and those that are only listed. */
import { type Instant, parseUtcInstant } from "../domain/instant.ts";
import { EVERY_SYMBOL, type StreamName } from "../domain/record.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Extraction, SyncOptions } from "./extraction.ts";

export type ListedSymbol = {
  readonly symbol: string;
  readonly isKnown: boolean;
  readonly listedAt: Instant;
};

/** Those known to be the account's come first. */
export async function readSymbols(extraction: Extraction, options: SyncOptions): Promise<ListedSymbol[]> {
  type Row = { symbol: string; is_known: boolean; listed_at: string | null };
  const rows = await runSqlFile<Row>(extraction.store.db, "extract/symbols", {
    account_id: extraction.accountId,
    configured: JSON.stringify(options.symbols),
  });
  const { historyBegins } = extraction.client.venue;
  return rows.map((row) => ({
    symbol: row.symbol,
    isKnown: row.is_known,
    listedAt: row.listed_at === null ? historyBegins : parseUtcInstant(row.listed_at),
  }));
}

/**
 * A symbol that nothing names as the account's any more, such as one of a row that the venue took back, has
 * no history to have gaps in.
 */
export async function forgetGaps(
  { store, accountId }: Extraction,
  streams: readonly StreamName[],
  symbols: readonly ListedSymbol[],
): Promise<void> {
  if (streams.length === 0) return;
  const known = symbols.flatMap(({ symbol, isKnown }) => (isKnown ? [symbol] : []));
  await store.db
    .deleteFrom("raw.gap")
    .where("account_id", "=", accountId)
    .where("stream", "in", streams)
    .where((where) => where.not(where("symbol", "in", ["", EVERY_SYMBOL, ...known])))
    .execute();
}
