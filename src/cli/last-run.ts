/** An account's last run: a person learns of one that was killed, once, from `status` or the next run. */
import { formatInstant, parseUtcInstant } from "../domain/instant.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";

export type LastRun = {
  readonly started_at: string;
  /** `done`, `stopped: …`, `killed`; null while it is going on. */
  readonly outcome: string | null;
  readonly requests: number | null;
  readonly new_records: number | null;
};

type Row = LastRun & { readonly finished_at: string | null; readonly is_locked: boolean };

/** Null where the account was never run. */
export async function readLastRun(db: Database, account_id: string): Promise<LastRun | null> {
  const [row] = await runSqlFile<Row>(db, "cli/last-run", { account_id });
  if (row === undefined) return null;
  const { started_at, finished_at, outcome, requests, new_records, is_locked } = row;
  const unended = is_locked ? null : "killed";
  return { started_at, outcome: finished_at === null ? unended : outcome, requests, new_records };
}

/** The run before this one where it was killed, in a sentence; else null. To be asked before a run of one's own is on record. */
export async function killedBefore(
  db: Database,
  account_id: string,
  timeZone: string,
): Promise<string | null> {
  const [row] = await runSqlFile<Row>(db, "cli/last-run", { account_id });
  if (row === undefined || row.finished_at !== null || row.is_locked) return null;
  const startedAt = formatInstant(parseUtcInstant(row.started_at), timeZone);
  return `the run of ${startedAt} was killed, and this one went on where it stopped`;
}

export const KILLED_NEXT = "nothing here; see why it was killed: a restart, or too little memory";
