/** The last step of the build: makes the file of an empty database, unless it is there. */
import { existsSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { PGlite } from "@electric-sql/pglite";
import { emptyDatabaseFile } from "./empty-database.ts";

const path = emptyDatabaseFile();
if (!existsSync(path)) {
  const pglite = await PGlite.create();
  const archive = await pglite.dumpDataDir("gzip");
  await pglite.close();
  const unfinished = `${path}.unfinished`;
  await writeFile(unfinished, Buffer.from(await archive.arrayBuffer()));
  await rename(unfinished, path);
}
