/**
 * Files that are either whole or not there: written under another name, flushed, then moved into place.
 *
 * A night writes some hundred small files. A promise of Node's for each step of each of them costs ten times
 * the step (140 ms of processor for 76 files, 25 so); only the flush, which waits for the disk, is one.
 */
import { createHash, randomUUID } from "node:crypto";
import {
  closeSync,
  createReadStream,
  fsync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { printable } from "../domain/printable.ts";
import { assert } from "../errors.ts";
import { fileTrouble } from "../store/file-trouble.ts";
import { SMALL_FILE_BYTES_MAX } from "../text-file.ts";

/** A file as the manifest names it. */
export type FileFacts = {
  readonly name: string;
  readonly sha256: string;
  /** Null where it is no table. */
  readonly rows: number | null;
  readonly bytes: number;
};

export type StagedFile = {
  readonly name: string;
  /** Text files are shown on terminals too, so they hold nothing that one would obey. */
  append(content: string | Uint8Array): Promise<void>;
  /** Flushes the file and closes it: many can wait to be published. */
  finish(): Promise<void>;
  /** Moves the file into place; one that is there already with the same bytes stays as it is. */
  publish(): Promise<void>;
  /** Takes the unfinished file away. */
  discard(): Promise<void>;
  /** The hash and the size of what was appended; the caller counts its own rows. */
  facts(rows: number | null): FileFacts;
};

const UNFINISHED = ".unfinished";

const flush = promisify(fsync);

/**
 * Opens `path`, relative to `folder`, for writing. Until it is published the file of that name stays as it
 * was.
 */
export async function stageFile(folder: string, path: string): Promise<StagedFile> {
  // A name of its own: another run may be at the same file. All of them stand in the one folder that is
  // locked.
  const unfinished = join(folder, `.${path.replaceAll("/", "-")}.${randomUUID()}${UNFINISHED}`);
  const target = join(folder, path);
  const hash = createHash("sha256");
  let bytes = 0;
  let file: number | null = openSync(unfinished, "wx");
  let isThere = true;
  const sha256 = () => hash.copy().digest("hex");
  const close = () => {
    if (file !== null) closeSync(file);
    file = null;
  };
  const orTrouble = async (work: (open: number) => unknown) => {
    try {
      assert(file !== null, `${path} is written to before it is finished`);
      await work(file);
    } catch (error) {
      throw fileTrouble(error, target) ?? error;
    }
  };
  return {
    name: basename(path),
    append: (added) =>
      orTrouble((open) => {
        const content = typeof added === "string" ? Buffer.from(printable(added), "utf8") : added;
        hash.update(content);
        bytes += content.length;
        for (let written = 0; written < content.length; ) written += writeSync(open, content, written);
      }),
    finish: () =>
      orTrouble(async (open) => {
        await flush(open);
        close();
      }),
    facts: (rows) => ({ name: basename(path), sha256: sha256(), rows, bytes }),
    publish: async () => {
      try {
        if (await holds(target, { sha256: sha256(), bytes })) return;
        mkdirSync(dirname(target), { recursive: true });
        renameSync(unfinished, target);
        isThere = false;
      } catch (error) {
        throw fileTrouble(error, target) ?? error;
      }
    },
    discard: async () => {
      close();
      if (isThere) rmSync(unfinished, { force: true });
      isThere = false;
    },
  };
}

/** Whether a file is there with just these bytes; their number, where it is known, saves reading another. */
export async function holds(
  path: string,
  { sha256, bytes }: Pick<FileFacts, "sha256"> & Partial<Pick<FileFacts, "bytes">>,
): Promise<boolean> {
  const found = statOf(path);
  if (found?.isFile() !== true || (bytes !== undefined && found.size !== bytes)) return false;
  const hash = createHash("sha256");
  if (found.size <= SMALL_FILE_BYTES_MAX) hash.update(readFileSync(path));
  else for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex") === sha256;
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

/** Takes away what killed runs have left in a folder in which nobody else writes. */
export async function removeUnfinished(folder: string): Promise<void> {
  for (const name of readdirSync(folder)) {
    if (name.startsWith(".") && name.endsWith(UNFINISHED)) rmSync(join(folder, name), { force: true });
  }
}

/** Writes a whole text at once. */
export async function writeFileAtomically(folder: string, path: string, text: string): Promise<FileFacts> {
  const file = await stageFile(folder, path);
  try {
    await file.append(text);
    await file.finish();
    await file.publish();
    return file.facts(null);
  } finally {
    await file.discard();
  }
}
