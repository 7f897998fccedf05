/** An account's last run: a person learns of one that was killed, once, from `status` or the next run. */
import { formatLocal } from "../domain/calendar.ts";
import { parseUtcInstant } from "../domain/instant.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";

export type LastRun = {
  readonly started_at: string;
  /** Null while it is going on. */
  readonly outcome: "done" | "stopped" | "killed" | null;
  /** The first line of the error that stopped it. */
  readonly stopped_by: string | null;
  readonly requests: number | null;
  readonly new_records: number | null;
};

/** Null where the account was never run. */
export async function readLastRun(db: Database, account_id: string): Promise<LastRun | null> {
  const [row] = await runSqlFile<LastRun>(db, "cli/last-run", { account_id });
  return row ?? null;
}

/**
 * A sentence about the last run if it was killed; else null. To be called before the current run is recorded.
 */
export async function killedBefore(
  db: Database,
  account_id: string,
  timeZone: string,
): Promise<string | null> {
  const run = await readLastRun(db, account_id);
  if (run?.outcome !== "killed") return null;
  const startedAt = formatLocal(parseUtcInstant(run.started_at), timeZone);
  return `the run of ${startedAt} was killed, and this one went on where it stopped`;
}

export const KILLED_NEXT = "nothing here; see why it was killed: a restart, or too little memory";
