/** The program's own package: where it lies, and its version. Apart from the store, which is slow to load. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject, parseJsonExactly, requiredText } from "./domain/json.ts";
import { assert } from "./errors.ts";

/** One level above this file both in `src` and in `dist`. */
export const PACKAGE_FOLDER = join(import.meta.dirname, "..");

/** As in `package.json`: `1.2.3`. */
export function programVersion(): string {
  return versionIn(PACKAGE_FOLDER);
}

/** The version of the package that lies in the folder. */
export function versionIn(folder: string): string {
  const json = parseJsonExactly(readFileSync(join(folder, "package.json"), "utf8"));
  assert(isJsonObject(json), "package.json is an object");
  return requiredText(json, "version");
}
