/**
 * Which program writes: two builds of one version number may differ, and what an earlier one wrote must not
 * be taken for what this one would write.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SQL_FOLDER } from "../store/sql-file.ts";

const MODULES = join(import.meta.dirname, "..");

let known: string | null = null;

/**
 * A digest of the program's own modules and statements, the same wherever they are installed; they are read
 * once.
 */
export function programDigest(): string {
  known ??= digestOf([MODULES, SQL_FOLDER]);
  return known;
}

function digestOf(folders: readonly string[]): string {
  const hash = createHash("sha256");
  for (const folder of folders) {
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
    for (const name of names.filter((one) => /\.([jt]s|sql)$/.test(one)).toSorted())
      hash.update(`${name}\n`).update(readFileSync(join(folder, name)));
  }
  return hash.digest("hex");
}
