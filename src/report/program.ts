/**
 * Which program writes: two builds of one version number may differ, and what an earlier one wrote must not
 * be taken for what this one would write.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const MODULES = join(import.meta.dirname, "..");

let known: string | null = null;

/** A digest of the program's own modules, the same wherever they are installed; they are read once. */
export function programDigest(): string {
  known ??= digestOfModules();
  return known;
}

function digestOfModules(): string {
  const names = readdirSync(MODULES, { recursive: true, encoding: "utf8" });
  const hash = createHash("sha256");
  for (const name of names.filter((one) => /\.[jt]s$/.test(one)).toSorted())
    hash.update(`${name}\n`).update(readFileSync(join(MODULES, name)));
  return hash.digest("hex");
}
