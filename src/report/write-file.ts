/** Files that are either whole or not there: written under another name, flushed, then moved into place. */
import { createHash } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { printable } from "../domain/printable.ts";

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

/** Opens `name` in `folder` for writing. Until it is published the file of that name stays as it was. */
export async function stageFile(folder: string, name: string): Promise<StagedFile> {
  // Always the same name, so that what a killed run left is overwritten by the next.
  const unfinished = join(folder, `.${name}.unfinished`);
  const handle: FileHandle = await open(unfinished, "w");
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
      await handle.appendFile(content);
    },
    facts: (rows) => ({ name, sha256: hash.copy().digest("hex"), rows, bytes }),
    publish: async () => {
      await handle.sync();
      await close();
      await rename(unfinished, join(folder, name));
    },
    discard: async () => {
      await close();
      await rm(unfinished, { force: true });
    },
  };
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
