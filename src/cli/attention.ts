import { runSqlFile } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";
import { EXIT } from "./exit-code.ts";

const PLURALS: Readonly<Record<string, string>> = {
  "record set aside": "records set aside",
  "entry in suspense": "entries in suspense",
  "essential stream that the key may not read": "essential streams that the key may not read",
};

type Attention = { kind: string; class: string; count: number };

/** What of an account needs a person, in words: `2 gaps`, `3 differences (1 missing row, 2 unexplained)`; empty when nothing does. */
export async function attentionOf(db: Database, account_id: string): Promise<string[]> {
  const rows = await runSqlFile<Attention>(db, "cli/attention", { account_id });
  const kinds = [...new Set(rows.map(({ kind }) => kind))];
  return kinds.flatMap((kind) => {
    const own = rows.filter((row) => row.kind === kind && row.count > 0);
    const count = own.reduce((total, row) => total + row.count, 0);
    const classes = own
      .filter((row) => row.class !== "")
      .map((row) => `${row.count} ${row.class.replaceAll("_", " ")}`)
      .toSorted();
    const words = `${count} ${count === 1 ? kind : (PLURALS[kind] ?? `${kind}s`)}`;
    return count === 0 ? [] : [classes.length === 0 ? words : `${words} (${classes.join(", ")})`];
  });
}

export function exitCodeFor(attention: readonly string[]): number {
  return attention.length === 0 ? EXIT.done : EXIT.needsPerson;
}
