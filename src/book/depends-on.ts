/** What sums and proofs of the time before an instant depend on beside records and entries, as digests. */
import { runSqlFile } from "../store/sql-file.ts";
import type { Transaction } from "../store/store.ts";

/**
 * What is known beside their rows of the contracts that had rows before `until`: the asset that they are
 * settled in, and since when they are listed.
 */
export async function contractsKnown(
  transaction: Transaction,
  account_id: string,
  until: string,
): Promise<string> {
  const [known] = await runSqlFile<{ digest: string }>(transaction, "book/contracts-known", {
    account_id,
    until,
  });
  return known?.digest ?? "";
}

/** The instants that sums are counted between. */
export async function snapshotsTaken(
  transaction: Transaction,
  account_id: string,
  until: string,
): Promise<string> {
  const [taken] = await runSqlFile<{ digest: string }>(transaction, "book/snapshots-taken", {
    account_id,
    until,
  });
  return taken?.digest ?? "";
}
