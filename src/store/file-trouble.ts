/**
 * What the operating system refuses about files, as an error with a remedy. Every file that the program reads
 * or writes is a place of the user's: a full disk or a folder that may not be written is nothing that the
 * program can fix, and nothing that is wrong with it.
 */
import { FileTroubleError } from "../errors.ts";

type Reason = { readonly what: string; readonly next: string };

const NO_ROOM: Reason = { what: "there is no room on the disk", next: "make room there, then run again" };
const NOT_ALLOWED: Reason = {
  what: "the user that perpbooks runs as may not do this here",
  next: "give that user the right, or choose another place, then run again",
};
const A_FILE: Reason = {
  what: "a file stands where a folder should be",
  next: "move it away or choose another place, then run again",
};

const REASONS: Readonly<Record<string, Reason>> = {
  ENOSPC: NO_ROOM,
  EDQUOT: { what: "the disk quota of this user is used up", next: NO_ROOM.next },
  EFBIG: {
    what: "the file would be larger than it may be here",
    next: "choose another place, then run again",
  },
  EROFS: { what: "the file system is read-only", next: "choose a place that can be written, then run again" },
  EACCES: NOT_ALLOWED,
  EPERM: NOT_ALLOWED,
  ENOTDIR: A_FILE,
  EEXIST: A_FILE,
  EISDIR: {
    what: "a folder stands where a file should be",
    next: "move it away or choose another place, then run again",
  },
  ENOENT: { what: "it is not there", next: "correct the path or put it there, then run again" },
  ENOTEMPTY: { what: "a folder that is not empty is in the way", next: "move it away, then run again" },
  ENAMETOOLONG: {
    what: "the path is longer than it may be here",
    next: "choose a shorter one, then run again",
  },
  ELOOP: { what: "its links lead in a circle", next: "correct them, then run again" },
  EBUSY: { what: "another program keeps it busy", next: "end that program's use of it, then run again" },
  EXDEV: { what: "it lies on another disk than its folder", next: "choose another place, then run again" },
  EMFILE: { what: "too many files are open", next: "allow more (`ulimit -n`), then run again" },
  ENFILE: { what: "too many files are open", next: "allow more on this machine, then run again" },
  EIO: { what: "the disk fails", next: "look after the disk first: what is on it may be lost" },
};

/**
 * Null for whatever is not about a file. `path` is the file's where the error does not tell it: one that came
 * of an open file.
 */
export function fileTrouble(error: unknown, path?: string): FileTroubleError | null {
  if (!(error instanceof Error) || !("code" in error) || !("syscall" in error)) return null;
  const reason = REASONS[String(error.code)];
  if (reason === undefined) return null;
  const told = "path" in error ? error.path : "address" in error ? error.address : undefined;
  return new FileTroubleError(
    {
      where: path ?? (typeof told === "string" ? told : "files"),
      what: reason.what,
      evidence: [error.message, "what was done before is kept; nothing is half-written"],
      next: reason.next,
    },
    { cause: error },
  );
}
