/** What is on record of the account itself: its venue, what history is wanted, whether it was searched. */
import { formatInstant, type Instant, parseUtcInstant } from "../domain/instant.ts";
import { UsageError } from "../errors.ts";
import { takeBackBeginning } from "../load/beginning.ts";
import type { Extraction, SyncOptions } from "./extraction.ts";

export type AccountState = {
  readonly historyFrom: Instant;
  /** Whether every listed contract was searched before. */
  readonly isSwept: boolean;
  /** Whether the last run had no `since`. */
  readonly hadNoSince: boolean;
};

/** Throws a `UsageError` where the store knows the account on another venue. */
export async function openAccount(extraction: Extraction, options: SyncOptions): Promise<AccountState> {
  const { db } = extraction.store;
  const { venue } = extraction.client;
  const { since } = options;
  const readKnown = () =>
    db
      .selectFrom("raw.account")
      .selectAll()
      .where("account_id", "=", extraction.accountId)
      .executeTakeFirst();
  const before = await readKnown();
  if (before !== undefined && before.venue !== venue.id) {
    throw new UsageError({
      where: extraction.accountId,
      what: `the store knows this account on ${before.venue}, the configuration puts it on ${venue.id}`,
      next: "give the account another name, or use another store",
    });
  }
  const historyFrom = since ?? venue.historyBegins;
  const income = venue.streams.income;
  const reachesBeginning =
    historyFrom <= venue.historyBegins && income.kind === "supported" && income.retention === null;
  const row = {
    account_id: extraction.accountId,
    name: extraction.accountId,
    venue: venue.id,
    history_from: since === null ? null : formatInstant(since),
    is_from_beginning: reachesBeginning,
  };
  await db.transaction().execute(async (transaction) => {
    // Whoever names an earlier beginning wants it requested.
    if (since !== null) await takeBackBeginning(transaction, extraction.accountId, since);
    const wantedFrom = before?.history_from ?? null;
    const wantsEarlier = wantedFrom !== null && historyFrom < parseUtcInstant(wantedFrom);
    // Contracts that no record names were searched from there on only.
    const known = wantsEarlier ? { ...row, sweep_until: null } : row;
    await transaction
      .insertInto("raw.account")
      .values({ ...row, last_sequence: "0", sweep_until: null })
      .onConflict((conflict) => conflict.column("account_id").doUpdateSet(known))
      .execute();
  });
  const sweptUntil = (await readKnown())?.sweep_until ?? null;
  return {
    historyFrom,
    isSwept: !options.sweepAgain && sweptUntil !== null,
    hadNoSince: before?.history_from === null,
  };
}

/** Remembers that every listed contract was searched. */
export async function recordSweep({ store, accountId }: Extraction, until: Instant): Promise<void> {
  await store.db
    .updateTable("raw.account")
    .set({ sweep_until: formatInstant(until) })
    .where("account_id", "=", accountId)
    .execute();
}
