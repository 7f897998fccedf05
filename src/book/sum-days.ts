/**
 * What an account's days come to, for reports that add up years and for the keys of their folders: postings,
 * closings and fills as sums, and all rows as a digest. Summed are the days before that of the last posting;
 * what is written or taken away before the end of them sets the end back (`store/set-back.ts`; from there on
 * `sql/views/day.sql` reads row by row), so the sums are never of other rows than there are, and the same as
 * if they were made from empty.
 */
import { insertRows } from "../store/insert-rows.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Store } from "../store/store.ts";

/** The tables of sums, and the statements that fill them. */
const SUMS = [
  ["ledger.day_sum", "book/sum-postings"],
  ["ledger.day_disposal", "book/sum-disposals"],
  ["ledger.day_fill", "book/sum-fills"],
  ["ledger.day_digest", "book/sum-digests"],
] as const;

/** All that is kept of days, for as long as there is a row of `ledger.summed_until`. */
export const TABLES_OF_SUMS = ["ledger.summed_until", ...SUMS.map(([table]) => table)] as const;

/** Sums the days that are not summed yet; all of them where they were summed as days of another zone. */
export async function sumDays(store: Store, account_id: string, time_zone: string): Promise<void> {
  await store.db.transaction().execute(async (transaction) => {
    const [last] = await runSqlFile<{ day_from: string | null }>(transaction, "book/last-day", {
      account_id,
      time_zone,
    });
    const until = last?.day_from ?? null;
    const summed = await transaction
      .selectFrom("ledger.summed_until")
      .select(["time_zone", "until_time"])
      .where("account_id", "=", account_id)
      .executeTakeFirst();
    const from = summed?.time_zone === time_zone ? summed.until_time : "-infinity";
    for (const [table] of SUMS) {
      // Where the last posting has gone back, so has the first day that is not summed.
      await transaction
        .deleteFrom(table)
        .where("account_id", "=", account_id)
        .where(({ eb, or }) => or([eb("day_from", ">=", from), eb("day_from", ">=", until ?? "-infinity")]))
        .execute();
    }
    if (until === null) {
      await transaction.deleteFrom("ledger.summed_until").where("account_id", "=", account_id).execute();
      return;
    }
    if (until === from) return;
    for (const [, statement] of SUMS)
      await runSqlFile(transaction, statement, { account_id, time_zone, from, until });
    const row = { account_id, time_zone, until_time: until };
    await insertRows(transaction, "ledger.summed_until", ["account_id"], [row]);
  });
}
