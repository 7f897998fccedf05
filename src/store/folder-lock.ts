/**
 * Two processes must never open one PGlite folder: each would overwrite the other's pages. The lock is a file that names its holder.
 *
 * A killed process leaves its file behind, so a holder that is no longer alive on this machine is replaced. The file is made
 * under another name first and linked into place, so that it is never seen half-written. A folder shared between machines is not handled.
 */
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { LockHeldError } from "../errors.ts";

export type FolderLock = { release(): Promise<void> };

const ATTEMPTS = 50;
const PAUSE_MS = 100;

/** Takes the lock file, waiting a few seconds for one that is about to be released. Throws a `LockHeldError`. */
export async function takeFolderLock(lockFile: string, processId: number): Promise<FolderLock> {
  const own = `${lockFile}.${processId}`;
  await writeFile(own, `${processId}\n`);
  try {
    for (let attempt = 1; ; attempt += 1) {
      if (await tryLink(own, lockFile)) return { release: () => rm(lockFile, { force: true }) };
      const holder = await readHolder(lockFile);
      if (holder === processId) return { release: () => rm(lockFile, { force: true }) };
      if (holder !== null && !isAlive(holder)) await rm(lockFile, { force: true });
      else if (attempt >= ATTEMPTS) throw heldBy(lockFile, holder);
      else await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  } finally {
    await rm(own, { force: true });
  }
}

function heldBy(lockFile: string, holder: number | null): LockHeldError {
  return new LockHeldError({
    where: "store",
    what: "another run has the store open",
    evidence: [`${lockFile} names process ${holder ?? "unknown"}`, "nothing was changed"],
    next: "wait for the other run to end and try again",
  });
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** The process that holds the lock; null when the file has just gone or cannot be read. */
async function readHolder(lockFile: string): Promise<number | null> {
  const text = await readFile(lockFile, "utf8").catch(() => "");
  return /^\d+\n$/.test(text) ? Number(text) : null;
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but is somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
