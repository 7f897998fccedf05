/** The documents that name tests by file and title, for the tests that hold them to it. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");

/**
 * Whether the file has a test of that title, or a case of that name in a table: it stands whole between
 * quotes. A golden file begins with its title.
 */
export function isTest(file: string, title: string): boolean {
  const path = join(ROOT, file);
  if (file === "" || !existsSync(path)) return false;
  const text = readFileSync(path, "utf8");
  return path.endsWith(".txt")
    ? text.startsWith(`${title}\n`)
    : text.includes(`"${title}"`) || text.includes(`\`${title}\``);
}

export function linesOf(document: string): readonly string[] {
  return readFileSync(join(ROOT, "docs", document), "utf8").split("\n");
}
