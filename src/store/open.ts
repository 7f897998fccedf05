import { migrate } from "./migrate.ts";
import { openPGlite } from "./open-pglite.ts";
import { openPostgres } from "./open-postgres.ts";
import type { Store, StoreLocation } from "./store.ts";

/** Opens the store and brings its schema up to date. Throws what the two kinds of store throw, or a `SchemaMismatchError`. */
export async function openStore(location: StoreLocation): Promise<Store> {
  const store = location.kind === "folder" ? await openPGlite(location.path) : await openPostgres(location);
  try {
    await migrate(store);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}
