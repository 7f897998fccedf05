/**
 * The file of an empty database, which the build makes: PGlite's `initdb` takes seven seconds of the
 * processor, to unpack this takes one.
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PACKAGE_FOLDER, versionIn } from "../package.ts";

/** Its path, for the version of PGlite that is installed: of another version there is none. */
export function emptyDatabaseFile(): string {
  return join(PACKAGE_FOLDER, "dist", `empty-database-${pgliteVersion()}.tgz`);
}

/** The package keeps its `package.json` to itself, and lies one level above its program. */
function pgliteVersion(): string {
  return versionIn(join(dirname(createRequire(import.meta.url).resolve("@electric-sql/pglite")), ".."));
}
