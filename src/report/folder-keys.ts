/**
 * What a folder of a past month or year comes from, as one digest: a folder whose key is the one that it was
 * written with needs not be computed again. Its reports read nothing but what `sql/report/inputs.sql` gives
 * digests of up to the end of its period; tests hold them to it. What else its files say is in the facts of
 * the period, and in how they were to be written.
 */
import { createHash } from "node:crypto";
import { sql } from "kysely";
import type { CsvDialect } from "../domain/csv-dialect.ts";
import type { Instant } from "../domain/instant.ts";
import type { ReportFormat } from "../domain/report-format.ts";
import type { Treatment } from "../domain/treatment.ts";
import { instantsText, runSqlFile } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";
import { readColumnWords } from "./data-dictionary.ts";
import { isOurs, type ReportDefinition } from "./definition.ts";
import type { Folder } from "./folders.ts";
import { readVersions } from "./manifest.ts";
import type { PeriodFacts } from "./period-facts.ts";
import { programDigest } from "./program.ts";

/** How files are written, whatever is in them. */
export type Writing = {
  readonly definitions: readonly ReportDefinition[];
  /** Null for every account in the store. */
  readonly accountIds: readonly string[] | null;
  readonly formats: readonly ReportFormat[];
  readonly csvDialect: CsvDialect;
  readonly treatment: Treatment;
};

/**
 * The keys of months and years by their paths. A folder has none that says how things are now, nor one with
 * a report of somebody's own: nobody knows what that one reads. `folders` are the inner ones first, as
 * `foldersOf` has them, and `facts` those of their periods.
 */
export async function readFolderKeys(
  db: Database,
  writing: Writing,
  folders: readonly Folder[],
  facts: readonly PeriodFacts[],
): Promise<ReadonlyMap<string, string>> {
  const dated = folders.filter(
    ({ kind }) => (kind === "month" || kind === "year") && writing.definitions.every(isOurs),
  );
  if (dated.length === 0) return new Map();
  const bounds = [...new Set(dated.flatMap(({ period }) => [period.from, period.until]))].toSorted(
    (a, b) => a - b,
  );
  const inputs: ((until: Instant) => string)[] = [];
  for (const { accountId } of facts[0]?.accounts ?? []) inputs.push(await readInputs(db, accountId, bounds));
  const same = await sameForAll(db, writing);
  const keys = new Map<string, string>();
  for (const folder of dated) {
    const inner = [...keys].filter(([path]) => path.startsWith(`${folder.path}/`));
    const of = inputs.map((until) => until(folder.period.until));
    keys.set(
      folder.path,
      digestOf({ same, folder, facts: facts[folders.indexOf(folder)], inputs: of, inner }),
    );
  }
  return keys;
}

/** What an account's reports can read up to the end of a period, as a digest. */
async function readInputs(
  db: Database,
  account: string,
  bounds: readonly Instant[],
): Promise<(until: Instant) => string> {
  type Row = { place: number; inputs: number; digest: string };
  const rows = await runSqlFile<Row>(db, "report/inputs", { account, bounds: instantsText(bounds) });
  return (until) => digestOf(rows.filter(({ place }) => place <= bounds.indexOf(until)));
}

/** The program, the schema with its views, and how the files are to be written. */
async function sameForAll(
  db: Database,
  { definitions, accountIds, formats, csvDialect, treatment }: Writing,
): Promise<string> {
  const { rows: scripts } = await sql`
    select
        name,
        sha256
    from perpbooks.migration
    order by name collate "C"
  `.execute(db);
  return digestOf({
    program: programDigest(),
    versions: await readVersions(db),
    scripts,
    words: [...(await readColumnWords())],
    writing: { definitions, accountIds, formats, csvDialect, treatment },
  });
}

function digestOf(what: unknown): string {
  return createHash("sha256").update(JSON.stringify(what)).digest("hex");
}
