import { runSqlFile } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";
import { EXIT } from "./exit-code.ts";

const PLURALS: Readonly<Record<string, string>> = {
  "record set aside": "records set aside",
  "entry in suspense": "entries in suspense",
  "essential stream that the key may not read": "essential streams that the key may not read",
};

/** What of an account needs a person, in words: `2 gaps`, `1 difference`; empty when nothing does. */
export async function attentionOf(db: Database, account_id: string): Promise<string[]> {
  const rows = await runSqlFile<{ kind: string; count: number }>(db, "cli/attention", { account_id });
  return rows
    .filter((row) => row.count > 0)
    .map(({ count, kind }) => `${count} ${count === 1 ? kind : (PLURALS[kind] ?? `${kind}s`)}`);
}

export function exitCodeFor(attention: readonly string[]): number {
  return attention.length === 0 ? EXIT.done : EXIT.needsPerson;
}
