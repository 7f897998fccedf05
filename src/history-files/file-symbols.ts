import { runSqlFile } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";
import type { FileStream } from "../venues/venue.ts";

export type FileSymbol = {
  readonly symbol: string;
  /** Whether any record or position names it as the account's; else it is only listed. */
  readonly is_known: boolean;
  /** When the contract began to trade; null where nobody says. */
  readonly listed_at: string | null;
};

/**
 * The contracts that a file of the whole account covers: where it has no row of a contract, there was none.
 */
export function fileSymbols(db: Database, account_id: string, stream: FileStream): Promise<FileSymbol[]> {
  return runSqlFile<FileSymbol>(db, "history-files/file-symbols", { account_id, stream });
}
