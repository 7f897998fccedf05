/** Files that are either whole or not there: written under another name, flushed, then moved into place. */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { printable } from "../domain/printable.ts";
import { fileTrouble } from "../store/file-trouble.ts";

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

/**
 * Opens `path`, relative to `folder`, for writing. Until it is published the file of that name stays as it
 * was.
 */
export async function stageFile(folder: string, path: string): Promise<StagedFile> {
  // A name of its own: another run may be at the same file. All of them stand in the one folder that is
  // locked.
  const unfinished = join(folder, `.${path.replaceAll("/", "-")}.${randomUUID()}${UNFINISHED}`);
  const handle: FileHandle = await open(unfinished, "wx");
  const target = join(folder, path);
  const hash = createHash("sha256");
  let bytes = 0;
  let isOpen = true;
  const sha256 = () => hash.copy().digest("hex");
  const close = async () => {
    if (isOpen) await handle.close();
    isOpen = false;
  };
  return {
    name: basename(path),
    append: async (added) => {
      const content = typeof added === "string" ? Buffer.from(printable(added), "utf8") : added;
      hash.update(content);
      bytes += content.length;
      await handle.appendFile(content).catch((error: unknown) => {
        throw fileTrouble(error, target) ?? error;
      });
    },
    finish: async () => {
      try {
        await handle.sync();
        await close();
      } catch (error) {
        throw fileTrouble(error, target) ?? error;
      }
    },
    facts: (rows) => ({ name: basename(path), sha256: sha256(), rows, bytes }),
    publish: async () => {
      try {
        if (await holds(target, sha256())) return;
        await mkdir(dirname(target), { recursive: true });
        await rename(unfinished, target);
      } catch (error) {
        throw fileTrouble(error, target) ?? error;
      }
    },
    discard: async () => {
      await close();
      await rm(unfinished, { force: true });
    },
  };
}

/** Whether a file is there with just these bytes. */
export async function holds(path: string, sha256: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile()) return false;
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex") === sha256;
}

/** Takes away what killed runs have left in a folder in which nobody else writes. */
export async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(".") && name.endsWith(UNFINISHED)) await rm(join(folder, name), { force: true });
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
