/** Files that are either whole or not there: written under another name, flushed, then moved into place. */
import { createHash, randomUUID } from "node:crypto";
import { type FileHandle, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { printable } from "../domain/printable.ts";
import { fileTrouble } from "../store/file-trouble.ts";

/** A file as the manifest names it. */
export type FileFacts = {
  readonly name: string;
  readonly sha256: string;
  readonly rows: number;
  readonly bytes: number;
};

export type StagedFile = {
  readonly name: string;
  /** Flushes the file and moves it into place. */
  publish(): Promise<void>;
  /** Takes the unfinished file away. */
  discard(): Promise<void>;
  /** Files are shown on terminals too, so they hold nothing that one would obey. */
  append(text: string): Promise<void>;
  /** The hash and the size of what was appended; the caller counts its own rows. */
  facts(rows: number): FileFacts;
};

const UNFINISHED = ".unfinished";

/** Opens `name` in `folder` for writing. Until it is published the file of that name stays as it was. */
export async function stageFile(folder: string, name: string): Promise<StagedFile> {
  // A name of its own: another run may be at the same file.
  const unfinished = join(folder, `.${name}.${randomUUID()}${UNFINISHED}`);
  const handle: FileHandle = await open(unfinished, "wx");
  const path = join(folder, name);
  const hash = createHash("sha256");
  let bytes = 0;
  let isOpen = true;
  const close = async () => {
    if (isOpen) await handle.close();
    isOpen = false;
  };
  return {
    name,
    append: async (text) => {
      const content = Buffer.from(printable(text), "utf8");
      hash.update(content);
      bytes += content.length;
      await handle.appendFile(content).catch((error: unknown) => {
        throw fileTrouble(error, path) ?? error;
      });
    },
    facts: (rows) => ({ name, sha256: hash.copy().digest("hex"), rows, bytes }),
    publish: async () => {
      try {
        await handle.sync();
        await close();
        await rename(unfinished, path);
      } catch (error) {
        throw fileTrouble(error, path) ?? error;
      }
    },
    discard: async () => {
      await close();
      await rm(unfinished, { force: true });
    },
  };
}

/** Takes away what killed runs have left in a folder in which nobody else writes. */
export async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(".") && name.endsWith(UNFINISHED)) await rm(join(folder, name), { force: true });
  }
}

/** Writes a whole text at once. */
export async function writeFileAtomically(folder: string, name: string, text: string): Promise<FileFacts> {
  const file = await stageFile(folder, name);
  try {
    await file.append(text);
    const facts = file.facts(0);
    await file.publish();
    return facts;
  } catch (error) {
    await file.discard();
    throw error;
  }
}
