/** The files of the embedded database: made once, opened with as much memory as they need. */
import { readdirSync, statSync } from "node:fs";
import { readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { PGlite } from "@electric-sql/pglite";
import { checkKeys } from "./check-keys.ts";
import { emptyDatabaseFile } from "./empty-database.ts";
import type { FolderLock } from "./folder-lock.ts";
import { keepRightsFromReaders } from "./reader-rights.ts";
import { TYPE_PARSERS } from "./type-parsers.ts";

export const SETTINGS = "set time zone 'UTC'; set datestyle = 'ISO'; set client_min_messages = 'warning'";

/**
 * Opens the database in the folder, made if there is none.
 *
 * A process killed while the database is being made would leave half of one. So it is made under another
 * name, closed, and moved into place: `pg/` is either absent or whole. What a killed run leaves is looked
 * through first. An interruption is heard between the steps, each of some seconds.
 */
export async function openDatabase(folder: string, lock: FolderLock, signal: AbortSignal): Promise<PGlite> {
  const database = join(folder, "pg");
  if (!(await exists(database))) {
    const unfinished = join(folder, "pg.unfinished");
    await rm(unfinished, { recursive: true, force: true });
    await makeDatabase(unfinished, emptyDatabaseFile());
    await rename(unfinished, database);
  }
  signal.throwIfAborted();
  const extensions = lock.hasDead
    ? { amcheck: (await import("@electric-sql/pglite/contrib/amcheck")).amcheck }
    : {};
  const pglite = await PGlite.create({
    dataDir: database,
    extensions,
    startParams: [...PGlite.defaultStartParams, "-c", `shared_buffers=${bufferMegabytes(database)}MB`],
  });
  try {
    if (lock.hasDead) {
      await checkKeys(pglite, folder, signal);
      await lock.forgetDead();
    }
    // Given as an option, they would be replaced by PGlite's own for arrays, which it finds out while it
    // opens.
    Object.assign(pglite.parsers, TYPE_PARSERS);
    await pglite.exec(SETTINGS);
    await keepRightsFromReaders(pglite);
    return pglite;
  } catch (error) {
    await pglite.close();
    throw error;
  }
}

/** From the file of an empty one or, where none can be used, by `initdb`. */
export async function makeDatabase(path: string, empty: string): Promise<void> {
  const unpacked = await unpack(empty);
  const fresh = await PGlite.create({
    dataDir: path,
    ...(unpacked === null ? {} : { loadDataDir: unpacked }),
  });
  await fresh.close();
}

/**
 * Null where the build has made none for this version of PGlite, or where it cannot be read or is damaged:
 * unpacked by PGlite itself, such a file would end the process.
 */
async function unpack(file: string): Promise<Blob | null> {
  try {
    return new Blob([await promisify(gunzip)(await readFile(file))]);
  } catch {
    return null;
  }
}

/** The most is Postgres' own setting. */
const BUFFERS_MB = { least: 8, most: 128 };

/**
 * A quarter of what the tables hold: PGlite clears all of its buffers each time it opens, and 128 MB are a
 * third of a second and as much memory, for books that often have ten. A run on 20,000 fills was as quick
 * with 32 MB as with 128, and slower with 16.
 */
function bufferMegabytes(database: string): number {
  let bytes = 0;
  for (const name of readdirSync(join(database, "base"), { recursive: true, encoding: "utf8" }))
    bytes += statSync(join(database, "base", name)).size;
  return Math.min(Math.max(BUFFERS_MB.least, Math.ceil(bytes / 4 / 2 ** 20)), BUFFERS_MB.most);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
