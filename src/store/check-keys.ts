/**
 * Whether the indexes of an embedded store still fit its tables. A run that was killed leaves a whole database: Postgres recovers it. A machine that lost power, a folder
 * that was copied while it was open, or two processes in it at once may not; then a key can stand twice, and sums over it say anything. So after an end that was not
 * clean every index is compared with its table, and each key with its neighbours, before anything is read.
 */
import type { PGlite } from "@electric-sql/pglite";
import { StoreDamagedError } from "../errors.ts";

/** The extension is made and undone in one transaction; what comes of an index is its complaint, or nothing. */
const CHECK = `
  begin;
  create schema perpbooks_check;
  create extension amcheck with schema perpbooks_check;
  create function perpbooks_check.complaint(index regclass) returns text language plpgsql as $$
  begin
    perform perpbooks_check.bt_index_check(index, heapallindexed => true, checkunique => true);
    return null;
  exception when others then
    return sqlerrm;
  end $$;
`;

/** Throws a `StoreDamagedError` that names what is broken. `pglite` was opened with the extension `amcheck`. */
export async function checkKeys(pglite: PGlite, folder: string): Promise<void> {
  await pglite.exec(CHECK);
  try {
    const { rows } = await pglite.query<{ complaint: string }>(`
      select complaint
      from pg_index
      join pg_class as index on index.oid = pg_index.indexrelid
      join pg_am as method on method.oid = index.relam
      cross join lateral perpbooks_check.complaint(index.oid) as complaint
      where method.amname = 'btree' and complaint is not null
      order by complaint
    `);
    if (rows.length === 0) return;
    throw new StoreDamagedError({
      where: `store ${folder}`,
      what: "the embedded database is damaged: keys and tables do not fit each other",
      evidence: [
        ...rows.slice(0, COMPLAINTS_MAX).map(({ complaint }) => complaint),
        ...(rows.length > COMPLAINTS_MAX ? [`and ${rows.length - COMPLAINTS_MAX} more`] : []),
        "it was found because the last run in it was killed; nothing was changed, and nothing in it can be trusted",
      ],
      next: "put the last backup in its place, or sync into a new store; keep this one for what the venue no longer serves",
    });
  } finally {
    await pglite.exec("rollback");
  }
}

const COMPLAINTS_MAX = 5;
