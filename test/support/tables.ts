/**
 * The tables and views of a store as TypeScript sees them, from its catalog: the text of
 * `src/store/tables.ts`.
 */
import { sql } from "kysely";
import type { Store } from "../../src/store/store.ts";

/** What arrives as another value than plain text, and what text stands for (`type-parsers.ts`). */
const TYPES: Readonly<Record<string, string>> = {
  text: "string",
  integer: "number",
  boolean: "boolean",
  numeric: "Numeric",
  bigint: "BigInteger",
  "timestamp with time zone": "Timestamp",
};

/** Texts that a check of the database holds to the words of one type. */
const WORDS: Readonly<Record<string, string>> = { "history.income.kind": "CashKind" };

/** Rows of two tables would be called alike. */
const ROW_NAMES: Readonly<Record<string, string>> = { "snapshot.position": "PositionSnapshotRow" };

/** The catalog does not know which columns of a view are never null. */
const NULL_IN_VIEWS: Readonly<Record<string, RegExp>> = {
  "ledger.beginning": /^begins_at$/,
  "ledger.isolated_margin": /^$/,
  "ledger.position": /^opened_at$/,
  "ledger.posting": /^(?!account_id$|entry_id$|line$|ledger_account$|asset$|amount$)/,
};

const HEAD = `/**
 * Generated: the tables and views of the books as Kysely sees them, from the database's catalog. A test
 * compares; \`UPDATE_DOCS=1 npx vitest run test/store/tables.test.ts\` writes this file. Every value travels
 * as text, but for int4 and booleans: numeric and int8 as digits, timestamptz as ISO 8601 in UTC
 * (\`type-parsers.ts\`).
 */
import type { CashKind } from "../domain/cash-kind.ts";

type Numeric = string;
type BigInteger = string;
type Timestamp = string;
`;

type Column = {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly is_nullable: boolean;
};

export async function describeTables(store: Store): Promise<string> {
  const { rows } = await sql<Column>`
    select
      table_schema || '.' || table_name as table,
      column_name as column,
      data_type as type,
      is_nullable = 'YES' as is_nullable
    from information_schema.columns
    where table_schema in ('raw', 'history', 'snapshot', 'ledger', 'price')
    order by table_schema collate "C", table_name collate "C", ordinal_position
  `.execute(store.db);
  const tables = [...new Set(rows.map(({ table }) => table))];
  const types = tables.map((table) => {
    const columns = rows.filter((row) => row.table === table);
    const members = columns.map((column) => `  ${column.column}: ${typeOf(column)};\n`);
    return `export type ${rowName(table)} = {\n${members.join("")}};\n`;
  });
  const members = tables.map((table) => `  "${table}": ${rowName(table)};\n`);
  return [HEAD, ...types, `export type Tables = {\n${members.join("")}};\n`].join("\n");
}

function typeOf({ table, column, type, is_nullable }: Column): string {
  const name = WORDS[`${table}.${column}`] ?? TYPES[type];
  if (name === undefined) throw new RangeError(`${table}.${column} has the type ${type}, which no value has`);
  const isNullable = NULL_IN_VIEWS[table]?.test(column) ?? is_nullable;
  return isNullable ? `${name} | null` : name;
}

/** `history.margin_change` is of `MarginChangeRow`s. */
function rowName(table: string): string {
  const words = (table.split(".")[1] ?? "").split("_");
  return (
    ROW_NAMES[table] ?? `${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")}Row`
  );
}
