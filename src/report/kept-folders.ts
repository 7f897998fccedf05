/**
 * What the last run knew of the folders that it wrote, in a hidden file of the output folder: from which key
 * each came, and its files as the file system has them. A folder counts as kept only where every one of its
 * files is just as it was left. The file goes before anything is changed and comes back last, so that a run
 * that was killed in between leaves none, and everything is computed again.
 */
import { statSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { isJsonObject, type Json, parseJsonExactly } from "../domain/json.ts";
import { MANIFEST_NAME, type Vouched } from "./manifest.ts";
import { writeFileAtomically } from "./write-file.ts";

/** By the path of the folder. */
export type FolderKeys = ReadonlyMap<string, string>;

export const KEPT_NAME = ".perpbooks-folders.json";

/** Text that changes with every writing of a file; null where there is none. */
function stampOf(path: string): string | null {
  try {
    const found = statSync(path, { bigint: true });
    return found.isFile() ? `${found.size} ${found.mtimeNs}` : null;
  } catch {
    return null;
  }
}

/** The folders that are as the last run left them, and whose keys are the same as then. */
export async function readKeptFolders(
  outputFolder: string,
  keys: FolderKeys,
): Promise<ReadonlyMap<string, Vouched>> {
  const text = await readFile(join(outputFolder, KEPT_NAME), "utf8").catch(() => null);
  const found = text === null ? null : parsed(text);
  const kept = new Map<string, Vouched>();
  for (const [path, key] of keys) {
    const folder = found?.[path];
    if (!isJsonObject(folder) || folder["key"] !== key || !isJsonObject(folder["files"])) continue;
    const files = Object.entries(folder["files"]);
    const isSame = files.every(([name, stamp]) => stamp === stampOf(join(outputFolder, path, name)));
    if (!isSame || folder["files"][MANIFEST_NAME] === undefined) continue;
    kept.set(path, {
      text: await readFile(join(outputFolder, path, MANIFEST_NAME), "utf8"),
      names: files.map(([name]) => name).filter((name) => name !== MANIFEST_NAME),
    });
  }
  return kept;
}

/** To be called before any file is changed. */
export async function forgetKeptFolders(outputFolder: string): Promise<void> {
  await rm(join(outputFolder, KEPT_NAME), { force: true });
}

/** To be called when all files are in their place: the manifests, and what they vouch for. */
export async function writeKeptFolders(
  outputFolder: string,
  keys: FolderKeys,
  vouched: ReadonlyMap<string, Vouched>,
): Promise<void> {
  const folders: Record<string, Json> = {};
  for (const [path, key] of keys) {
    const files: Record<string, Json> = {};
    for (const name of [...(vouched.get(path)?.names ?? []), MANIFEST_NAME])
      files[name] = stampOf(join(outputFolder, path, name));
    folders[path] = { key, files };
  }
  await writeFileAtomically(outputFolder, KEPT_NAME, `${JSON.stringify(folders)}\n`);
}

function parsed(text: string): { readonly [name: string]: Json } | null {
  try {
    const json = parseJsonExactly(text);
    return isJsonObject(json) ? json : null;
  } catch {
    // A disk has spoilt it: nothing is known of the folders.
    return null;
  }
}
