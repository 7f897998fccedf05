import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { Kysely } from "kysely";
import { StoreUnavailableError } from "../errors.ts";
import { takeFolderLock } from "./folder-lock.ts";
import { PGliteDialect } from "./pglite-dialect.ts";
import type { Store } from "./store.ts";
import type { Tables } from "./tables.ts";
import { TYPE_PARSERS } from "./type-parsers.ts";

/**
 * Opens the embedded store, making it on first use. The folder holds `pg/`, the database, and `lock`.
 * Throws a `LockHeldError` or a `StoreUnavailableError`.
 */
export async function openPGlite(folder: string): Promise<Store> {
  await mkdir(folder, { recursive: true }).catch((cause) => {
    throw cannotOpen(folder, cause);
  });
  const lock = await takeFolderLock(join(folder, "lock"), process.pid);
  try {
    const pglite = await openDatabase(folder);
    const db = new Kysely<Tables>({ dialect: new PGliteDialect(pglite) });
    return {
      db,
      shownAs: folder,
      executeScript: async (script) => {
        await pglite.exec(script);
      },
      // The folder's lock already keeps every other process out.
      withAccountLock: (_accountId, work) => work(),
      close: async () => {
        await db.destroy();
        await lock.release();
      },
    };
  } catch (cause) {
    await lock.release();
    throw cannotOpen(folder, cause);
  }
}

/**
 * A process killed while the database is being made would leave half of one. So it is made under another name, closed,
 * and moved into place: `pg/` is either absent or whole.
 */
async function openDatabase(folder: string): Promise<PGlite> {
  const database = join(folder, "pg");
  const unfinished = join(folder, "pg.unfinished");
  if (!(await exists(database))) {
    await rm(unfinished, { recursive: true, force: true });
    const fresh = await PGlite.create({ dataDir: unfinished });
    await fresh.close();
    await rename(unfinished, database);
  }
  const pglite = await PGlite.create({ dataDir: database });
  // Given as an option, they would be replaced by PGlite's own for arrays, which it finds out while it opens.
  Object.assign(pglite.parsers, TYPE_PARSERS);
  await pglite.exec("set time zone 'UTC'; set datestyle = 'ISO'; set client_min_messages = 'warning'");
  return pglite;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function cannotOpen(folder: string, cause: unknown): StoreUnavailableError {
  return new StoreUnavailableError(
    {
      where: `store ${folder}`,
      what: "the embedded database could not be opened",
      evidence: [reasonOf(cause)],
      next: "check that the folder can be written and that its disk is not full, then run again",
    },
    { cause },
  );
}

/** PGlite's file system throws objects that are no errors and have a number instead of a message. */
function reasonOf(cause: unknown): string {
  if (cause instanceof Error) return cause.message;
  return typeof cause === "object" && cause !== null && "errno" in cause
    ? `its file system refused it, error number ${cause.errno}`
    : String(cause);
}
