/**
 * One run at a time writes into an output folder: what it writes is one state of the books, and its manifest,
 * which comes last, vouches for its own files and for nobody else's.
 */
import { mkdir } from "node:fs/promises";
import { LockImpossibleError } from "../errors.ts";
import { type FolderLock, takeFolderLock } from "../store/folder-lock.ts";
import { removeUnfinished } from "./write-file.ts";

/** Another run's files may take some minutes; its own are worth waiting for. */
const PATIENCE_SECONDS = 300;

/**
 * Makes the folder where there is none, and does `work` while nobody else writes into it. Throws a
 * `LockHeldError` when another run goes on doing so.
 */
export async function withOutputFolder<T>(
  folder: string,
  signal: AbortSignal,
  work: () => Promise<T>,
  patienceSeconds = PATIENCE_SECONDS,
): Promise<T> {
  await mkdir(folder, { recursive: true });
  const lock = await lockOf(folder, signal, patienceSeconds);
  try {
    if (lock !== null) {
      await lock.forgetDead();
      await removeUnfinished(folder);
    }
    return await work();
  } finally {
    await lock?.release();
  }
}

/**
 * Null where the folder's file system holds no locks: on a disk of another system, which is where people like
 * to have their reports.
 */
async function lockOf(
  folder: string,
  signal: AbortSignal,
  patienceSeconds: number,
): Promise<FolderLock | null> {
  try {
    return await takeFolderLock(folder, {
      where: `output ${folder}`,
      what: "another run is writing its files there",
      patienceSeconds,
      signal,
    });
  } catch (error) {
    if (error instanceof LockImpossibleError) return null;
    throw error;
  }
}
