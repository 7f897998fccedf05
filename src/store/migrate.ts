/**
 * Brings the schema up to date: `sql/migrations/*.sql` forward only, each in its own transaction and frozen
 * once merged (their hashes are kept and compared); then `sql/views/*.sql`, re-created whenever one of them
 * changed.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { SchemaMismatchError } from "../errors.ts";
import { distributeNewTables } from "./distribute.ts";
import { MIGRATION_LOCK } from "./migration-lock.ts";
import { SQL_FOLDER } from "./sql-file.ts";
import type { Store } from "./store.ts";

type Script = { readonly name: string; readonly text: string; readonly sha256: string };

/**
 * Safe to call at any time and by many at once: a lock lets one migrate while the others wait, and then find
 * nothing to do.
 */
export async function migrate(store: Store): Promise<void> {
  const migrations = readScripts("migrations");
  const views = readScripts("views");
  if (!(await hasBeenMigrated(store))) await makeOwnTable(store);
  const applied = await readApplied(store);
  refuseMismatch(store, applied, migrations);
  const missing = migrations.filter(({ name }) => !applied.has(name));
  const viewsHash = viewsHashOf(views);
  const isOther = missing.length > 0 || applied.get("views") !== viewsHash;
  if (isOther && applied.has("0080_day_sums.sql")) await forgetSums(store);
  for (const script of missing) await apply(store, script.name, script.sha256, script.text, "");
  if (missing.length > 0) await distributeNewTables(store);
  if (applied.get("views") !== viewsHash) {
    await apply(
      store,
      "views",
      viewsHash,
      views.map((script) => script.text).join("\n"),
      applied.get("views") ?? "",
    );
  }
}

/**
 * What is kept of a day's rows may be something else by other scripts (a new column is in the digests): the
 * next booking sums anew, and until then all is read row by row.
 */
async function forgetSums(store: Store): Promise<void> {
  await store.db.deleteFrom("ledger.summed_until").execute();
}

/**
 * Throws a `SchemaMismatchError` where the schema is not this version's: of a store that another process has
 * open, and that cannot be changed here.
 */
export async function requireSchema(store: Store): Promise<void> {
  const applied = await readApplied(store);
  const migrations = readScripts("migrations");
  refuseMismatch(store, applied, migrations);
  const isWhole = migrations.every(({ name }) => applied.has(name));
  if (isWhole && applied.get("views") === viewsHashOf(readScripts("views"))) return;
  throw new SchemaMismatchError({
    where: `store ${store.shownAs}`,
    what: "the process that has the store open is of another version of perpbooks",
    evidence: ["nothing was read"],
    next: "wait until it has ended and try again, or use its version",
  });
}

/** Most commands find everything there; then nothing of the catalog is touched. */
async function hasBeenMigrated(store: Store): Promise<boolean> {
  const { rows } = await sql<{ table: string | null }>`
    select to_regclass('perpbooks.migration')::text as table
  `.execute(store.db);
  return rows[0]?.table != null;
}

async function makeOwnTable(store: Store): Promise<void> {
  await store.executeScript(`
    select pg_advisory_xact_lock(${MIGRATION_LOCK});
    create schema if not exists perpbooks;
    create table if not exists perpbooks.migration (name text primary key, sha256 text not null);
    comment on schema perpbooks is 'The program''s own bookkeeping.';
    comment on table perpbooks.migration is 'The migrations applied; the hash of each, so that an edited one is noticed.';
    comment on column perpbooks.migration.name is 'The file; views stands for all of sql/views.';
    comment on column perpbooks.migration.sha256 is 'The hash of its text.';
  `);
}
/**
 * Applies a script unless somebody else has in the meantime. A script is sent as a whole and is therefore one
 * transaction on both kinds of store: the lock is taken first, and a rival that comes second finds the hash
 * there and does nothing.
 */
async function apply(
  store: Store,
  name: string,
  sha256: string,
  text: string,
  replaces: string,
): Promise<void> {
  const literal = (value: string) => `'${value.replaceAll("'", "''")}'`;
  const marker = `do $guard$ begin
    perform pg_advisory_xact_lock(${MIGRATION_LOCK});
    if exists (select from perpbooks.migration where name = ${literal(name)} and sha256 <> ${literal(replaces)}) then
      raise exception 'already applied' using errcode = 'PB001';
    end if;
  end $guard$;`;
  const record = `insert into perpbooks.migration (name, sha256) values (${literal(name)}, ${literal(sha256)})
    on conflict (name) do update set sha256 = excluded.sha256;`;
  try {
    await store.executeScript(`${marker}\n${record}\n${text}`);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "PB001")) throw error;
  }
}

function refuseMismatch(
  store: Store,
  applied: ReadonlyMap<string, string>,
  migrations: readonly Script[],
): void {
  const known = new Map(migrations.map((script) => [script.name, script.sha256]));
  const unknown = [...applied.keys()].filter((name) => name !== "views" && !known.has(name));
  if (unknown.length > 0) {
    throw new SchemaMismatchError({
      where: `store ${store.shownAs}`,
      what: "the store was written by a later version of perpbooks",
      evidence: [`it has ${unknown.join(", ")}, which this version does not know`, "nothing was changed"],
      next: "install the later version",
    });
  }
  const edited = migrations.filter(
    (script) => applied.has(script.name) && applied.get(script.name) !== script.sha256,
  );
  if (edited.length > 0) {
    throw new SchemaMismatchError({
      where: `store ${store.shownAs}`,
      what: "a migration differs from the one that made the store",
      evidence: [`changed since: ${edited.map((script) => script.name).join(", ")}`, "nothing was changed"],
      next: "restore the file, or sync into a new store",
    });
  }
}

async function readApplied(store: Store): Promise<Map<string, string>> {
  const { rows } = await sql<{
    name: string;
    sha256: string;
  }>`select name, sha256 from perpbooks.migration`.execute(store.db);
  return new Map(rows.map((row) => [row.name, row.sha256]));
}

/** Every command reads them: a promise for each of the seventy files would cost eight times as much. */
function readScripts(folder: string): Script[] {
  const names = readdirSync(join(SQL_FOLDER, folder)).filter((name) => name.endsWith(".sql"));
  return names.toSorted().map((name) => {
    const text = readFileSync(join(SQL_FOLDER, folder, name), "utf8");
    return { name, text, sha256: hash(text) };
  });
}

function viewsHashOf(views: readonly Script[]): string {
  return hash(views.map((script) => script.sha256).join("\n"));
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
