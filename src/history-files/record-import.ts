import { formatInstant, type Instant } from "../domain/instant.ts";
import type { Window } from "../domain/window.ts";
import type { Database } from "../store/store.ts";

export type ImportBegun = {
  readonly accountId: string;
  readonly runId: string;
  readonly command: "import" | "download";
  readonly files: readonly string[];
  /** The period the person gave for the files; null where their rows decide it. */
  readonly period: Window | null;
  readonly loadedAt: Instant;
};

/**
 * Puts an import on record before its first row is loaded, so that one that was killed can be taken back too.
 * Returns its number.
 */
export async function recordImport(db: Database, begun: ImportBegun): Promise<number> {
  const { accountId: account_id, runId: run_id, command, files, period, loadedAt } = begun;
  const last = await db
    .selectFrom("raw.import")
    .select((expression) => expression.fn.max("import_number").as("number"))
    .where("account_id", "=", account_id)
    .executeTakeFirst();
  const import_number = (last?.number ?? 0) + 1;
  await db
    .insertInto("raw.import")
    .values({
      account_id,
      import_number,
      run_id,
      command,
      files: files.join("\n"),
      from_time: period === null ? null : formatInstant(period.from),
      until_time: period === null ? null : formatInstant(period.until),
      loaded_at: formatInstant(loadedAt),
      undone_at: null,
    })
    .execute();
  return import_number;
}
