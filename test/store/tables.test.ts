/** The types of tables are those that the database has, and each table's rows have an origin. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { PACKAGE_FOLDER } from "../../src/package.ts";
import { TABLE_ORIGINS } from "../../src/store/table-origins.ts";
import { newStore, QUICK_KIND, STORE_KINDS } from "../support/stores.ts";
import { describeTables } from "../support/tables.ts";

const TABLES = join(PACKAGE_FOLDER, "src", "store", "tables.ts");

test.each(STORE_KINDS)("%s: src/store/tables.ts says what the catalog says", async (kind) => {
  const store = await newStore(kind);
  const text = await describeTables(store);
  if (process.env["UPDATE_DOCS"] === "1") await writeFile(TABLES, text);
  expect(
    await readFile(TABLES, "utf8"),
    "out of date: UPDATE_DOCS=1 npx vitest run test/store/tables.test.ts, then npm run check",
  ).toBe(text);
  await store.close();
});

test("every table is either carried or rebuilt, and there is none beside them", async () => {
  const store = await newStore(QUICK_KIND);
  const { rows } = await sql<{ name: string }>`
    select schemaname || '.' || tablename as name
    from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')
  `.execute(store.db);
  // Opening a store brings its schema up to date, and notes there how far.
  const expected = ["perpbooks.migration", ...Object.keys(TABLE_ORIGINS)];
  expect(rows.map(({ name }) => name).toSorted()).toEqual(expected.toSorted());
  await store.close();
});
