/** Which prices of closed periods are others now than at the close, in sentences. */

import { formatLocal } from "../domain/calendar.ts";
import { counted } from "../domain/counted.ts";
import { formatInstant, parseUtcInstant } from "../domain/instant.ts";
import type { Period } from "../domain/period.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";

type Row = {
  asset: string;
  period_name: string;
  prices: number;
  first_at: string;
  closed_price: string;
  closed_currency: string;
  price: string | null;
  currency: string | null;
};

/** What to do about them. */
export const REVALUED_NEXT =
  'declare the price, peg or reporting currency of the close again and run, or perpbooks reopen PERIOD --because "…"';

/** Those of the period's time, and, of a close, those that it keeps of other times; one sentence an asset. */
export async function readRevalued(
  db: Database,
  period: Period,
  account: string,
  closing_number: number | null,
): Promise<string[]> {
  const rows = await runSqlFile<Row>(db, "report/revalued", {
    account,
    closing_number,
    from: formatInstant(period.from),
    until: formatInstant(period.until),
  });
  return rows.map((row) => sentenceOf(row, period.timeZone));
}

function sentenceOf(row: Row, timeZone: string): string {
  const now = row.price === null ? "none" : `${row.price} ${row.currency}`;
  const firstAt = formatLocal(parseUtcInstant(row.first_at), timeZone);
  return `${counted(row.prices, "price")} of ${row.asset} changed after the close of ${row.period_name}: of ${firstAt} ${now} now, ${row.closed_price} ${row.closed_currency} at the close`;
}
