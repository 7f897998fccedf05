import { counted } from "../domain/counted.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";
import { EXIT } from "./exit-code.ts";

/** The kinds in the order of their telling, with their plurals. */
const KINDS: readonly (readonly [one: string, many: string])[] = [
  ["gap", "gaps"],
  ["record set aside", "records set aside"],
  ["difference", "differences"],
  ["entry in suspense", "entries in suspense"],
  ["essential stream that the key may not read", "essential streams that the key may not read"],
];

type Attention = { kind: string; class: string; is_accepted: boolean; count: number };

export type Attentions = {
  /** What needs a person. */
  readonly open: readonly string[];
  /** What did, and a person has put to rest with a reason. */
  readonly accepted: readonly string[];
};

/** What of an account needs a person, in words: `2 gaps`, `3 differences (1 missing row, 2 unexplained)`; empty when nothing does. */
export async function attentionOf(db: Database, account_id: string): Promise<Attentions> {
  const rows = await runSqlFile<Attention>(db, "cli/attention", { account_id });
  return {
    open: inWords(rows.filter((row) => !row.is_accepted)),
    accepted: inWords(rows.filter((row) => row.is_accepted)),
  };
}

function inWords(rows: readonly Attention[]): string[] {
  return KINDS.flatMap(([one, many]) => {
    const own = rows.filter((row) => row.kind === one && row.count > 0);
    const count = own.reduce((total, row) => total + row.count, 0);
    const classes = own
      .filter((row) => row.class !== "")
      .map((row) => `${row.count} ${row.class.replaceAll("_", " ")}`)
      .toSorted();
    const words = counted(count, one, many);
    return count === 0 ? [] : [classes.length === 0 ? words : `${words} (${classes.join(", ")})`];
  });
}

export function exitCodeFor(attention: readonly string[]): number {
  return attention.length === 0 ? EXIT.done : EXIT.needsPerson;
}
