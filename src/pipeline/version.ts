import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject, parseJsonExactly, requiredText } from "../domain/json.ts";
import { assert } from "../errors.ts";
import { PACKAGE_FOLDER } from "../store/sql-file.ts";

export function programVersion(): string {
  const json = parseJsonExactly(readFileSync(join(PACKAGE_FOLDER, "package.json"), "utf8"));
  assert(isJsonObject(json), "package.json is an object");
  return requiredText(json, "version");
}
