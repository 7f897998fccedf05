import { runSqlFile } from "../store/sql-file.ts";
import type { Transaction } from "../store/store.ts";

/**
 * What is known beside their rows of the contracts that had rows before `until`, as a digest: the asset that
 * they are settled in, and since when they are listed.
 */
export async function contractsKnown(
  transaction: Transaction,
  account_id: string,
  until: string,
): Promise<string> {
  type Known = { digest: string };
  const [known] = await runSqlFile<Known>(transaction, "reconcile/contracts-known", { account_id, until });
  return known?.digest ?? "";
}
