/**
 * The tables as TypeScript sees them are those of the catalog: each column, its type, and whether it may be
 * null.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { TABLE_ORIGINS } from "../../src/store/table-origins.ts";
import { newStore, QUICK_KIND, STORE_KINDS } from "../support/stores.ts";

const TEXT = readFileSync(join(import.meta.dirname, "..", "..", "src", "store", "tables.ts"), "utf8");

/** What each type of `tables.ts` stands for. */
const CATALOG_TYPES: Readonly<Record<string, string>> = {
  string: "text",
  CashKind: "text",
  Numeric: "numeric",
  BigInteger: "bigint",
  Timestamp: "timestamp with time zone",
  number: "integer",
  boolean: "boolean",
};

/** The columns of a view may all be null, as far as the catalog knows. */
const VIEWS = ["ledger.beginning", "ledger.posting", "ledger.isolated_margin", "ledger.position"];

/**
 * `raw.account.name text`, `raw.account.sweep_until timestamp with time zone null`: every column of every
 * table, in order.
 */
function declaredColumns(): readonly string[] {
  const rows = new Map(
    [...TEXT.matchAll(/^export type (\w+Row) = \{([^}]*)\};/gm)].map((match) => [match[1], match[2] ?? ""]),
  );
  const tables = [...TEXT.matchAll(/^ {2}"([\w.]+)": (\w+);/gm)];
  expect(tables.length).toBeGreaterThan(15);
  return tables
    .flatMap(([, table = "", row]) =>
      [...(rows.get(row) ?? "").matchAll(/(\w+): (\w+)( \| null)?(?=;|\s*$)/g)].map(
        ([, column, type = "", isNullable]) => {
          const nullable = isNullable !== undefined || VIEWS.includes(table);
          return `${table}.${column} ${CATALOG_TYPES[type] ?? `no type of the catalog: ${type}`}${nullable ? " null" : ""}`;
        },
      ),
    )
    .toSorted();
}

test.each(STORE_KINDS)("on %s", async (kind) => {
  const store = await newStore(kind);
  const { rows } = await sql<{ column: string }>`
    select table_schema || '.' || table_name || '.' || column_name || ' ' || data_type || case is_nullable when 'YES' then ' null' else '' end as column
    from information_schema.columns
    where table_schema in ('raw', 'history', 'snapshot', 'ledger', 'price')
  `.execute(store.db);
  expect(declaredColumns()).toEqual(rows.map((row) => row.column).toSorted());
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
