/**
 * The law of the folders' keys: one that stays the same tells of a folder that would come out the same. Each
 * table loses rows or has others, and of each folder that keeps its key every report and sentence must be
 * what it was.
 */
import { type RawBuilder, sql } from "kysely";
import { expect } from "vitest";
import { formatInstant, type Instant } from "../../src/domain/instant.ts";
import { parsePeriod } from "../../src/domain/period.ts";
import { DEFAULT_TREATMENT } from "../../src/domain/treatment.ts";
import { readEvidence, requireAccountIds } from "../../src/report/account-evidence.ts";
import { completenessOf } from "../../src/report/completeness.ts";
import { listReports } from "../../src/report/definition.ts";
import { readFolderKeys, type Writing } from "../../src/report/folder-keys.ts";
import { type Folder, reportsIn } from "../../src/report/folders.ts";
import { readFactsOfAll } from "../../src/report/period-facts.ts";
import { readReport } from "../../src/report/run-report.ts";
import { readRows, readSummaryOf } from "../../src/report/summary.ts";
import type { Database, Store } from "../../src/store/store.ts";
import { TABLE_ORIGINS } from "../../src/store/table-origins.ts";
import { rolledBack } from "./rolled-back.ts";

const DEFINITIONS = await listReports(null);
const WRITING: Writing = {
  definitions: DEFINITIONS,
  accountIds: null,
  formats: ["csv"],
  csvDialect: "plain",
  treatment: DEFAULT_TREATMENT,
};

/** Two spans next to each other; the first one ends in the midst of what happens. */
export function foldersAt(from: string, cut: string, until: string): readonly Folder[] {
  return [`${from}..${cut}`, `${cut}..${until}`].map((name) => ({
    path: name,
    period: parsePeriod(name, "UTC"),
    kind: "month",
  }));
}

type Known = { readonly keys: ReadonlyMap<string, string>; readonly of: (nth: number) => Promise<string> };

/** The keys of the folders, and all that stands in one of them. */
export async function known(db: Database, folders: readonly Folder[]): Promise<Known> {
  const accountIds = await requireAccountIds(db, null);
  const evidence = await readEvidence(db, accountIds);
  const facts = await readFactsOfAll(
    db,
    folders.map(({ period }) => period),
    evidence,
  );
  const of = async (nth: number) => {
    const [folder, own] = [folders[nth], facts[nth]];
    if (folder === undefined || own === undefined) throw new RangeError(`there is no folder ${nth}`);
    const definitions = reportsIn(folder, DEFINITIONS);
    const reports: unknown[] = [];
    for (const definition of definitions) {
      const { rows } = await readReport(db, definition, folder.period, [null]);
      reports.push([definition.name, rows]);
    }
    const { unpriced } = await completenessOf(db, own, definitions);
    const { valued } = await readSummaryOf(db, own, DEFAULT_TREATMENT, (name) =>
      readRows(db, name, folder.period, accountIds),
    );
    return JSON.stringify([own, unpriced, valued, reports], null, 1);
  };
  return { keys: await readFolderKeys(db, WRITING, folders, facts), of };
}

type Harm = { readonly name: string; readonly of: (db: Database) => Promise<bigint> };

/** What is done to a table: what is later goes, or half of it where it has no times; or has other figures. */
async function harmsOf(db: Database, table: string, cut: Instant): Promise<Harm[]> {
  const { rows: columns } = await sql<{ name: string; type: string }>`
    select attname as name, format_type(atttypid, atttypmod) as type
    from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped
    order by attnum
  `.execute(db);
  const named = (type: string) => columns.filter((one) => one.type === type).map(({ name }) => name);
  const later = named("timestamp with time zone").map(
    (name) => sql<boolean>`${sql.ref(name)} >= ${formatInstant(cut)}`,
  );
  const where =
    later.length === 0 ? sql`hashtext(${sql.ref(table)}::text) % 2 = 0` : sql.join(later, sql` or `);
  const done = async (query: RawBuilder<unknown>, db: Database) =>
    (await query.execute(db)).numAffectedRows ?? 0n;
  const [figure] = named("numeric").map((name) => sql.ref(name));
  const of = sql.table(table);
  return [
    { name: "what is later is not there", of: (db) => done(sql`delete from ${of} where ${where}`, db) },
    ...(figure === undefined
      ? []
      : [
          {
            name: "what is later has other figures",
            of: (db: Database) => done(sql`update ${of} set ${figure} = ${figure} * 2 where ${where}`, db),
          },
        ]),
  ];
}

/** What a folder reads that its key does not tell of, in lines; and how often a key stayed the same. */
export async function untold(
  store: Store,
  folders: readonly Folder[],
): Promise<{ lines: string[]; same: number }> {
  const lines: string[] = [];
  let same = 0;
  const cut = folders[0]?.period.until ?? expect.unreachable();
  await rolledBack(store, async ({ db }) => {
    // What is kept of whole days is set back by whoever writes a row, and not by what is done to tables here.
    await sql`delete from ledger.summed_until`.execute(db);
    const before = await known(db, folders);
    const texts = [await before.of(0), await before.of(1)];
    for (const table of Object.keys(TABLE_ORIGINS)) {
      for (const harm of await harmsOf(db, table, cut)) {
        await sql`savepoint harm`.execute(db);
        // Where a constraint forbids it, no store can be so.
        const changed = await harm.of(db).catch(() => 0n);
        if (changed > 0n) {
          const after = await known(db, folders);
          for (const [nth, { path }] of folders.entries()) {
            if (after.keys.get(path) !== before.keys.get(path)) continue;
            same += 1;
            if ((await after.of(nth)) !== texts[nth]) lines.push(`${table}, ${harm.name}: ${path}`);
          }
        }
        await sql`rollback to savepoint harm`.execute(db);
      }
    }
  });
  return { lines, same };
}
