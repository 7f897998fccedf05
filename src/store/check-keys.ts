/**
 * Whether the indexes of an embedded store still fit its tables. A run that was killed leaves a whole
 * database: Postgres recovers it. A machine that lost power, a folder that was copied while it was open, or
 * two processes in it at once may not; then a key can stand twice, and sums over it say anything. So after an
 * end that was not clean every index is compared with its table, and each key with its neighbours, before
 * anything is read.
 */
import { setImmediate as eventLoop } from "node:timers/promises";
import type { PGlite } from "@electric-sql/pglite";
import { StoreDamagedError } from "../errors.ts";

/**
 * The extension is made and undone in one transaction; what comes of an index is its complaint, or nothing.
 */
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

/**
 * Throws a `StoreDamagedError` that names what is broken. `pglite` was opened with the extension `amcheck`.
 * Each index is a step of its own, between which an interruption is heard: large books have minutes of them.
 */
export async function checkKeys(pglite: PGlite, folder: string, signal: AbortSignal): Promise<void> {
  await pglite.exec(CHECK);
  try {
    const indexes = await pglite.query<{ index: string }>(`
      select pg_index.indexrelid::text as index
      from pg_index
      join pg_class as index on index.oid = pg_index.indexrelid
      join pg_am as method on method.oid = index.relam
      where method.amname = 'btree'
    `);
    const complaints: string[] = [];
    for (const { index } of indexes.rows) {
      await eventLoop();
      signal.throwIfAborted();
      const { rows } = await pglite.query<{ complaint: string | null }>(
        "select perpbooks_check.complaint($1::oid) as complaint",
        [index],
      );
      const complaint = rows[0]?.complaint ?? null;
      if (complaint !== null) complaints.push(complaint);
    }
    if (complaints.length === 0) return;
    throw new StoreDamagedError({
      where: `store ${folder}`,
      what: "the embedded database is damaged: keys and tables do not fit each other",
      evidence: [
        ...complaints.toSorted().slice(0, COMPLAINTS_MAX),
        ...(complaints.length > COMPLAINTS_MAX ? [`and ${complaints.length - COMPLAINTS_MAX} more`] : []),
        "it was found because the last run in it was killed; nothing was changed, and nothing in it can be trusted",
      ],
      next: "put the last backup in its place, or sync into a new store; keep this one for what the venue no longer serves",
    });
  } finally {
    await pglite.exec("rollback");
  }
}

const COMPLAINTS_MAX = 5;
