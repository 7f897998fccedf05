/**
 * Which program writes: two builds of one version number may differ, and what an earlier one wrote must not
 * be taken for what this one would write.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const MODULES = join(import.meta.dirname, "..");

let known: Promise<string> | null = null;

/** A digest of the program's own modules, the same wherever they are installed; they are read once. */
export function programDigest(): Promise<string> {
  known ??= digestOfModules();
  return known;
}

async function digestOfModules(): Promise<string> {
  const names = await readdir(MODULES, { recursive: true });
  const hash = createHash("sha256");
  for (const name of names.filter((one) => /\.[jt]s$/.test(one)).toSorted())
    hash.update(`${name}\n`).update(await readFile(join(MODULES, name)));
  return hash.digest("hex");
}
