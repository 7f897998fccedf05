import { runSqlFile } from "../store/sql-file.ts";
import type { Transaction } from "../store/store.ts";

/** The instants that sums of the time before `until` are counted between, as a digest. */
export async function snapshotsTaken(
  transaction: Transaction,
  account_id: string,
  until: string,
): Promise<string> {
  type Taken = { digest: string };
  const [taken] = await runSqlFile<Taken>(transaction, "reconcile/snapshots-taken", { account_id, until });
  return taken?.digest ?? "";
}
