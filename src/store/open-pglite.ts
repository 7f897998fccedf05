import { chmodSync, readdirSync } from "node:fs";
import { chmod, mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as eventLoop } from "node:timers/promises";
import type { PGlite } from "@electric-sql/pglite";
import { Kysely } from "kysely";
import { PerpbooksError, StoreUnavailableError } from "../errors.ts";
import { ROOM_BYTES, refuseWithoutRoom } from "./disk-room.ts";
import { openDatabase, SETTINGS } from "./embedded-database.ts";
import { type FolderLock, shortWayTo, takeFolderLock } from "./folder-lock.ts";
import { PGliteDialect, Turns } from "./pglite-dialect.ts";
import type { Store } from "./store.ts";
import type { Tables } from "./tables.ts";
import { READERS_SOCKET } from "./wire/address.ts";
import { AnswerTooLargeError } from "./wire/reader-session.ts";
import type { ReaderEngine, Readers } from "./wire/serve-readers.ts";

export type EmbeddedStore = Store & {
  /** The database for clients of Postgres' protocol. */
  readonly readerEngine: ReaderEngine;
  /** Lets other processes read while this one has the store open. */
  serveReaders(): Promise<void>;
};

/**
 * Opens the embedded store, making it on first use. The folder holds `pg/`, the database, the sockets of its
 * lock, and that of its readers. Whoever else has it open is waited for so long; `onWanted` is called when
 * somebody waits for this one. Throws a `LockHeldError`, a `LockImpossibleError`, a `StoreDamagedError` or a
 * `StoreUnavailableError`.
 */
export async function openPGlite(
  folder: string,
  signal: AbortSignal,
  patienceSeconds: number,
  onWanted: () => void = () => {},
): Promise<EmbeddedStore> {
  signal.throwIfAborted();
  const lock = await takeFolder(folder, signal, patienceSeconds, onWanted);
  try {
    refuseWithoutRoom(folder, ROOM_BYTES);
    const pglite = await openDatabase(folder, lock, signal);
    const turns = new Turns();
    const databaseThat = (mayGoOn: () => void) =>
      new Kysely<Tables>({ dialect: new PGliteDialect(pglite, turns, mayGoOn) });
    const hasRoom = () => refuseWithoutRoom(folder, ROOM_BYTES);
    const db = databaseThat(() => {
      signal.throwIfAborted();
      hasRoom();
    });
    const lastWords = databaseThat(hasRoom);
    let stopServing = async (_graceMs: number) => {};
    const runs = new Set<string>();
    const readerEngine = engineOf(pglite, turns, runs);
    const holdRunLocks = () =>
      lastWords.connection().execute(async () => void (await pglite.exec(locksOf(runs))));
    return {
      db,
      lastWords,
      shownAs: folder,
      readerEngine,
      serveReaders: async () => {
        stopServing = await serveIn(folder, readerEngine);
      },
      executeScript: async (script) => {
        await eventLoop();
        signal.throwIfAborted();
        await pglite.exec(script);
      },
      withSession: (work) => db.connection().execute(work),
      // The folder's lock already keeps every other process out.
      withAccountLock: (_accountId, work) => work(),
      // Who reads meanwhile sees by it that the run goes on.
      withRunLock: async (runId, work) => {
        runs.add(runId);
        try {
          await holdRunLocks();
          return await work();
        } finally {
          runs.delete(runId);
          await holdRunLocks();
        }
      },
      close: async () => {
        await stopServing(signal.aborted ? 0 : READERS_GRACE_MS);
        await pglite.close();
        makePrivate(folder);
        await lock.release();
      },
    };
  } catch (cause) {
    await lock.release();
    throw cannotOpen(folder, cause, signal);
  }
}

/** For readers to come to an end, before the store is closed. */
const READERS_GRACE_MS = 10_000;

/**
 * Of an answer, which PGlite gives as a whole. A copy cannot be computed in batches; what it holds beyond
 * this is dropped, since a reader must not take the run's memory.
 */
const ANSWER_BYTES_MAX = 256 * 1024 * 1024;

/** Holds the locks of these runs and no others: a reader can let go of locks, as all share one session. */
function locksOf(runs: ReadonlySet<string>): string {
  const one = (runId: string) =>
    `select pg_advisory_lock(hashtextextended('perpbooks/run ${runId.replaceAll("'", "''")}', 0))`;
  return ["select pg_advisory_unlock_all()", ...[...runs].map(one)].join("; ");
}

/** What a session of readers needs of the database. */
function engineOf(pglite: PGlite, turns: Turns, runs: ReadonlySet<string>): ReaderEngine {
  return {
    answer: async (message) => {
      const parts: Uint8Array[] = [];
      let bytes = 0;
      await pglite.execProtocolRawStream(message, {
        syncToFs: false,
        onRawData: (part) => {
          bytes += part.length;
          if (bytes <= ANSWER_BYTES_MAX) parts.push(part.slice());
        },
      });
      if (bytes > ANSWER_BYTES_MAX) throw new AnswerTooLargeError();
      return Buffer.concat(parts);
    },
    takeTurn: async () => {
      const endTurn = await turns.take();
      await eventLoop();
      return endTurn;
    },
    isWaitedFor: () => turns.isWaitedFor,
    get settings() {
      return `${SETTINGS}; ${locksOf(runs)}`;
    },
    generation: 0,
  };
}

/**
 * Serves readers by a socket of the folder, which has no other users. What a killed process left of it is
 * cleared away: the folder is ours. Where a file system holds no sockets there was no lock either. Returns
 * what ends it.
 */
async function serveIn(folder: string, engine: ReaderEngine): Promise<(graceMs: number) => Promise<void>> {
  const { serveReaders } = await import("./wire/serve-readers.ts");
  const way = await shortWayTo(folder);
  const path = join(way.path, READERS_SOCKET);
  await rm(path, { force: true });
  const readers: Readers = await serveReaders({
    at: { path },
    password: null,
    engine,
  });
  await chmod(path, 0o600);
  return async (graceMs) => {
    // Who comes now finds nobody, and waits for the folder.
    await rm(path, { force: true });
    await readers.close(graceMs);
    await way.leave();
  };
}

async function takeFolder(
  folder: string,
  signal: AbortSignal,
  patienceSeconds: number,
  onWanted: () => void,
): Promise<FolderLock> {
  await refuseForeign(folder);
  try {
    await mkdir(folder, { recursive: true });
    const lock = await takeFolderLock(folder, {
      where: "store",
      what: "another run has the store open",
      patienceSeconds,
      signal,
      onWanted,
    });
    // Whatever is in it, no other user of the machine comes to it.
    await chmod(folder, 0o700);
    return lock;
  } catch (cause) {
    throw cannotOpen(folder, cause, signal);
  }
}

/** What a store's folder may hold before there is a store in it: what a killed run has left. */
const OWN = /^(?:pg|pg\.unfinished|lock\..*|\.s\.PGSQL\.\d+)$/;
const NAMES_SHOWN = 3;

/** A path that was mistyped is not made a store of, nor is what lies there hidden from others. */
async function refuseForeign(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found === null) return;
  const refusal = (what: string, evidence: readonly string[]) =>
    new StoreUnavailableError({
      where: `store ${folder}`,
      what,
      evidence: [...evidence, "nothing was changed"],
      next: "let `store:` name a folder that is empty or not there yet, or the folder of a store",
    });
  if (!found.isDirectory()) throw refusal("this is a file, and the embedded database needs a folder", []);
  if (await isFolder(join(folder, "pg"))) return;
  const foreign = (await readdir(folder)).filter((name) => name === "pg" || !OWN.test(name)).sort();
  if (foreign.length === 0) return;
  const more = foreign.length > NAMES_SHOWN ? ` and ${foreign.length - NAMES_SHOWN} more` : "";
  throw refusal("the folder holds files and no store", [
    `in it: ${foreign.slice(0, NAMES_SHOWN).join(", ")}${more}`,
  ]);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/**
 * PGlite makes files that all can write. The folder keeps others out; this is for a copy of it. Promises of a
 * thousand files would cost eight times as much.
 */
function makePrivate(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) chmodSync(join(entry.parentPath, entry.name), 0o600);
    else if (entry.isDirectory()) chmodSync(join(entry.parentPath, entry.name), 0o700);
  }
}

function cannotOpen(folder: string, cause: unknown, signal: AbortSignal): unknown {
  if (cause instanceof PerpbooksError || cause === signal.reason) return cause;
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
