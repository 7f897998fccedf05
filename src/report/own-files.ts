/**
 * What an earlier run has written and this one has not: a report that is no more, another format, a month
 * that the history no longer reaches, the flat folder of an older version. Its manifest says which files are
 * ours, and a file that is not as the manifest says was changed by somebody, so it stays.
 */
import { readFile, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { isJsonObject, type Json, parseJsonExactly } from "../domain/json.ts";
import { MANIFEST_NAME, type Vouched } from "./manifest.ts";
import { type FileFacts, holds } from "./write-file.ts";

type Kept = Pick<FileFacts, "name" | "sha256">;

/** By the path of their folder in the output folder, "" for itself. */
export type KeptFiles = ReadonlyMap<string, readonly Kept[]>;

/** What the manifests vouch for, of the output folder and of those in it that it names. */
export async function keptFiles(outputFolder: string, path = ""): Promise<KeptFiles> {
  const text = await readFile(join(outputFolder, path, MANIFEST_NAME), "utf8").catch(() => null);
  if (text === null) return new Map();
  const kept = new Map<string, readonly Kept[]>([[path, namedIn(text, "files").flatMap(keptOf)]]);
  for (const { name } of namedIn(text, "folders")) {
    if (typeof name !== "string" || !/^\d{2,4}$/.test(name)) continue;
    const inner = await keptFiles(outputFolder, path === "" ? name : `${path}/${name}`);
    for (const [innerPath, files] of inner) kept.set(innerPath, files);
  }
  return kept;
}

/** Takes away what was kept and is in none of the manifests now, and folders that are empty then. */
export async function removeOthers(
  outputFolder: string,
  kept: KeptFiles,
  vouched: ReadonlyMap<string, Vouched>,
): Promise<void> {
  for (const [path, files] of [...kept].toReversed()) {
    const folder = join(outputFolder, path);
    const current = vouched.get(path);
    const names = new Set(current?.names);
    for (const file of files)
      if (!names.has(file.name) && (await holds(join(folder, file.name), file)))
        await rm(join(folder, file.name));
    if (current !== undefined) continue;
    await rm(join(folder, MANIFEST_NAME), { force: true });
    // Somebody's own file may be in it.
    await rmdir(folder).catch(() => {});
  }
}

function namedIn(manifestText: string, member: string): readonly { readonly [name: string]: Json }[] {
  try {
    const manifest = parseJsonExactly(manifestText);
    const all = isJsonObject(manifest) ? manifest[member] : undefined;
    return Array.isArray(all) ? all.filter(isJsonObject) : [];
  } catch {
    // It is not ours, or a disk has spoilt it: then it vouches for nothing.
    return [];
  }
}

function keptOf({ name, sha256 }: { readonly [name: string]: Json }): Kept[] {
  // A name, and no way out of the folder.
  const isOurs = typeof name === "string" && /^[a-zA-Z0-9][\w-]*(?:\.[\w-]+)+$/.test(name);
  return isOurs && typeof sha256 === "string" ? [{ name, sha256 }] : [];
}
