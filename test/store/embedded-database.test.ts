import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeDatabase } from "../../src/store/embedded-database.ts";
import { emptyDatabaseFile } from "../../src/store/empty-database.ts";
import { inPart, longTest } from "../support/sample.ts";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "perpbooks-embedded-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** What could make two databases that are new differ for those who use them. */
const PROPERTIES: Readonly<Record<string, string>> = {
  settings: "select name, setting from pg_settings order by name",
  databases: `select datname, encoding, datcollate, datctype, datlocprovider, datallowconn from pg_database order by 1`,
  relations:
    "select relname, relkind, relnatts from pg_class where oid < 16384 and relkind <> 't' order by 1",
  functions: "select oid, proname, prosrc from pg_proc order by 1",
  roles: "select rolname, rolsuper, rolcanlogin from pg_roles order by 1",
  collations: "select collname, collprovider, collcollate from pg_collation order by 1, 2",
};

async function propertiesOf(path: string): Promise<Record<string, unknown>> {
  const database = await PGlite.create(path);
  try {
    const all: Record<string, unknown> = {};
    for (const [name, query] of Object.entries(PROPERTIES)) all[name] = (await database.query(query)).rows;
    return all;
  } finally {
    await database.close();
  }
}

longTest("a database unpacked from the build's file is the same as one that initdb makes", async () => {
  const [unpacked, made] = [join(folder, "unpacked"), join(folder, "made")];
  expect(existsSync(emptyDatabaseFile()), "made by the build").toBe(true);
  await makeDatabase(unpacked, emptyDatabaseFile());
  await makeDatabase(made, join(folder, "not there"));
  expect(await propertiesOf(unpacked)).toEqual(await propertiesOf(made));
});

test.each(
  inPart<[what: string, bytes: (whole: Buffer) => Buffer]>(1, [
    ["is damaged", (whole) => Buffer.from(whole).fill(0, 2_000_000, 2_000_010)],
    ["is cut off", (whole) => whole.subarray(0, 2_000_000)],
    ["is empty", () => Buffer.alloc(0)],
  ]),
)(
  "where the build's file %s, the database is made all the same",
  { timeout: 60_000 },
  async (what, bytes) => {
    const [file, path] = [join(folder, `${what}.tgz`), join(folder, what)];
    await writeFile(file, bytes(await readFile(emptyDatabaseFile())));
    await makeDatabase(path, file);
    const database = await PGlite.create(path);
    expect((await database.query("select 1 as a")).rows).toEqual([{ a: 1 }]);
    await database.close();
  },
);
