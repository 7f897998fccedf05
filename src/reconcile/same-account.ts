/**
 * No two accounts of the store are one account of the venue: its records would count twice wherever accounts
 * are added up.
 */
import { parseDecimal } from "../domain/decimal.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Transaction } from "../store/store.ts";
import type { Finding } from "./finding.ts";

export async function checkSameAccount(transaction: Transaction, account_id: string): Promise<Finding[]> {
  type Row = { other_account_id: string; last_at: string };
  const rows = await runSqlFile<Row>(transaction, "reconcile/same-account", { account_id });
  return rows.map((row) => ({
    check_name: "same_account",
    subject: row.other_account_id,
    asset: "",
    symbol: "",
    from_time: null,
    checked_at: row.last_at,
    // Two names of one account stay two, whatever else comes.
    is_standing: true,
    expected: parseDecimal("1"),
    found: parseDecimal("2"),
    status: "differs",
    class: "doubled_row",
    suspect: `one account of the venue under two names, since records of ${row.other_account_id} are this account's too; the portfolio adds up neither`,
    next: "keep one of the two in the configuration, and sync into a new store",
  }));
}
