/** The tables and views of the store, and the columns of one, as `perpbooks sql --tables` lists them. */
import { nearest } from "../config/nearest.ts";
import { UsageError } from "../errors.ts";
import { type OpenSelect, openSelect } from "../store/read-only.ts";
import { runSqlFile, sqlFileQuery } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";

type Relation = { readonly relation: string; readonly kind: string; readonly holds: string | null };

const WORDS = { where: "perpbooks sql --tables", next: "report it" };

/** One row for each table and view, those first that a reader should use first. */
export function openRelations(db: Database): Promise<OpenSelect> {
  return openSelect(db, sqlFileQuery("cli/relations", {}), WORDS);
}

/** The columns of `ledger.entry`, or of `entry` where no other schema has one. Throws a `UsageError`. */
export async function openColumns(db: Database, name: string): Promise<OpenSelect> {
  const known = (await runSqlFile<Relation>(db, "cli/relations", {})).map(({ relation }) => relation);
  const found = known.filter((relation) => relation === name || relation.split(".")[1] === name);
  const [relation] = found;
  if (relation === undefined || found.length > 1) {
    const meant =
      nearest(name, known) ??
      nearest(
        name,
        known.map((one) => one.split(".")[1] ?? ""),
      );
    throw new UsageError({
      where: "perpbooks sql --tables",
      what:
        relation === undefined
          ? `there is no table or view "${name}"${meant === null ? "" : ` (did you mean ${meant}?)`}`
          : `more than one is called "${name}": ${found.join(", ")}`,
      evidence: ["nothing was done"],
      next:
        relation === undefined
          ? "see `perpbooks sql --tables`"
          : `name one with its schema: perpbooks sql --tables ${relation}`,
    });
  }
  return openSelect(db, sqlFileQuery("cli/columns", { relation }), WORDS);
}
