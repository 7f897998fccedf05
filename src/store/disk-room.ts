/**
 * Whether a disk has the room that the embedded database works in. It must be looked at beforehand: when
 * PGlite finds no room for its journal while it commits, it goes round in a circle on the program's only
 * thread, and neither a signal nor a timer ends it.
 */
import { statfsSync } from "node:fs";
import { StoreUnavailableError } from "../errors.ts";

/** Four files of the journal; a transaction writes some megabytes. */
export const ROOM_BYTES = 64 * 1024 * 1024;

const MEGABYTE = 1024 * 1024;

/**
 * Throws a `StoreUnavailableError` where less is free than `bytes`. Some file systems do not tell; those are
 * trusted.
 */
export function refuseWithoutRoom(folder: string, bytes: number): void {
  const { blocks, bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (blocks === 0 || free >= bytes) return;
  throw new StoreUnavailableError({
    where: `store ${folder}`,
    what: "its disk is nearly full",
    evidence: [
      `${Math.floor(free / MEGABYTE)} MB are free; the embedded database needs ${Math.ceil(bytes / MEGABYTE)} MB to work in`,
      "what was committed is kept; nothing is half-written",
    ],
    next: "make room on it, then run again: it goes on where this run stopped",
  });
}
