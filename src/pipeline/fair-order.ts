/**
 * In which order a run takes its accounts: that which was not read for longest comes first. Where a night's
 * deadline, or a host's limit, leaves no time for all, the next night begins with those that had none.
 */
import { parseUtcInstant } from "../domain/instant.ts";
import type { Workspace } from "./workspace.ts";

/** With its accounts in that order; those that were never read as the configuration has them, first. */
export async function longestUnreadFirst(workspace: Workspace): Promise<Workspace> {
  const rows = await workspace.store.db
    .selectFrom("raw.run")
    .select(({ fn }) => ["account_id", fn.max("started_at").as("read_at")])
    .groupBy("account_id")
    .execute();
  const readAt = new Map(rows.map(({ account_id, read_at }) => [account_id, parseUtcInstant(read_at)]));
  const placeOf = (name: string) => readAt.get(name) ?? Number.NEGATIVE_INFINITY;
  const accounts = workspace.accounts.toSorted((a, b) => placeOf(a.name) - placeOf(b.name) || 0);
  return { ...workspace, accounts };
}
