import { earliest, formatInstant, type Instant } from "../domain/instant.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Transaction } from "../store/store.ts";

/** The times of an entry that matter to what is kept of days that are over. */
export type EntryTimes = {
  readonly occurredAt: Instant;
  readonly postedAt: Instant;
  readonly valueAt: Instant;
};

/**
 * To be called before entries are written or taken away: what is known of days that are over (their sums, and
 * that they were proven) counts up to the earliest of them, before or after. `times` are those they will
 * have.
 */
export async function unsettle(
  transaction: Transaction,
  account_id: string,
  entryIds: readonly string[],
  times: readonly EntryTimes[],
): Promise<void> {
  await runSqlFile(transaction, "book/unsettle", {
    account_id,
    entry_ids: JSON.stringify(entryIds),
    first_at: firstOf(times.flatMap(({ occurredAt, postedAt, valueAt }) => [occurredAt, postedAt, valueAt])),
  });
}

function firstOf(instants: readonly Instant[]): string | null {
  const [first] = instants;
  return first === undefined ? null : formatInstant(instants.reduce(earliest, first));
}
