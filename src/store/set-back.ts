import { sql } from "kysely";
import type { Transaction } from "./store.ts";

/**
 * To be called in the transaction in which rows are written or taken away that `sql/views/day.sql` has summed
 * by day: the sums count up to the day of the earliest of `times`, which are all times of the rows, before
 * and after; in the store's one form, `-infinity` for a row of no time, and nothing where there is no row.
 */
export async function setBackSums(
  transaction: Transaction,
  accountId: string,
  times: Iterable<string | null | undefined>,
): Promise<void> {
  let first: string | null = null;
  for (const time of times) if (time != null && (first === null || time < first)) first = time;
  if (first === null) return;
  await sql`
    update ledger.summed_until
    set until_time = least(until_time, date_trunc('day', ${first}::timestamptz, time_zone))
    where account_id = ${accountId}
  `.execute(transaction);
}
