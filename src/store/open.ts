import { stat } from "node:fs/promises";
import { join } from "node:path";
import { migrate } from "./migrate.ts";
import type { Store, StoreLocation } from "./store.ts";

/**
 * Opens the store and brings its schema up to date. After `signal` nothing more is begun in it, but what is
 * recorded by `lastWords`. Throws what the two kinds of store throw, or a `SchemaMismatchError`.
 */
export async function openStore(
  location: StoreLocation,
  signal: AbortSignal = new AbortController().signal,
): Promise<Store> {
  const store = await open(location, signal);
  try {
    await migrate(store);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Whether the folder is one of an embedded store; to open another would make a store of it. */
export function holdsStore(folder: string): Promise<boolean> {
  return stat(join(folder, "pg")).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Each kind's driver takes a while to load, and only one of them is used. */
async function open(location: StoreLocation, signal: AbortSignal): Promise<Store> {
  if (location.kind === "folder") {
    const { openPGlite } = await import("./open-pglite.ts");
    return openPGlite(location.path, signal);
  }
  const { openPostgres } = await import("./open-postgres.ts");
  return openPostgres(location, signal);
}
