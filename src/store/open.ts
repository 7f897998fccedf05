import { stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { LockHeldError, StoreUnavailableError } from "../errors.ts";
import { isListenedOn, shortWayTo } from "./folder-lock.ts";
import { migrate, requireSchema } from "./migrate.ts";
import type { EmbeddedStore } from "./open-pglite.ts";
import type { Store, StoreLocation } from "./store.ts";
import { storeTrouble } from "./store-trouble.ts";
import { READERS_SOCKET } from "./wire/address.ts";

/** Long enough for a run that is just ending. */
const PATIENCE_SECONDS = 5;
const LOOKS_PER_SECOND = 5;

/**
 * Opens the store and brings its schema up to date. After `signal` nothing more is begun in it, but what is
 * recorded by `lastWords`. Throws what the two kinds of store throw, or a `SchemaMismatchError`.
 */
export function openStore(
  location: StoreLocation,
  signal: AbortSignal = new AbortController().signal,
): Promise<Store> {
  return location.kind === "folder"
    ? openFolder(location.path, signal, PATIENCE_SECONDS)
    : openServer(location, signal);
}

/**
 * The same for who only reads. The folder's store of a process that has it open is read through that process,
 * between two of its transactions. Whether this is such a store cannot be seen, but that it refuses to write.
 */
export async function openToRead(location: StoreLocation, signal: AbortSignal): Promise<Store> {
  if (location.kind !== "folder") return openServer(location, signal);
  for (let attempt = 1; ; attempt += 1) {
    const served = await openServed(location.path, signal);
    if (served !== null) return served;
    try {
      return await openFolder(location.path, signal, 0);
    } catch (error) {
      // It is being opened or closed just now, by somebody who serves readers in a moment or no longer.
      if (!(error instanceof LockHeldError) || attempt >= PATIENCE_SECONDS * LOOKS_PER_SECOND) throw error;
      await pause(1000 / LOOKS_PER_SECOND, undefined, { signal });
    }
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
export async function openFolder(
  path: string,
  signal: AbortSignal,
  patienceSeconds: number,
  onWanted?: () => void,
): Promise<EmbeddedStore> {
  const { openPGlite } = await import("./open-pglite.ts");
  const store = await openPGlite(path, signal, patienceSeconds, onWanted);
  return orClosed(store, async () => {
    await migrate(store);
    await store.serveReaders();
  });
}

async function openServer(
  location: StoreLocation & { kind: "postgres" },
  signal: AbortSignal,
): Promise<Store> {
  const { openPostgres } = await import("./open-postgres.ts");
  const store = await openPostgres(location, signal);
  return orClosed(store, () => migrate(store));
}

/** Null where no process has the folder's store open, or one that serves no readers, or no longer. */
async function openServed(folder: string, signal: AbortSignal): Promise<Store | null> {
  if (!(await holdsStore(folder))) return null;
  const way = await shortWayTo(folder);
  try {
    if (!(await isListenedOn(join(way.path, READERS_SOCKET)))) {
      await way.leave();
      return null;
    }
    const { openReaders } = await import("./open-postgres.ts");
    const store = await openReaders(way.path, folder, signal);
    const leaving = { ...store, close: () => store.close().finally(way.leave) };
    return await orClosed(leaving, () => requireSchema(leaving));
  } catch (error) {
    await way.leave();
    if (error instanceof StoreUnavailableError || storeTrouble(error) !== null) return null;
    throw error;
  }
}

async function orClosed<Opened extends Store>(store: Opened, work: () => Promise<void>): Promise<Opened> {
  try {
    await work();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}
