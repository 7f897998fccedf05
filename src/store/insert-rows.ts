/**
 * Rows in bulk, as one array for each column, of the column's own type: Postgres reads arrays some two times
 * quicker than JSON. Amounts travel as text, so their digits arrive as they are. A column that is the same in
 * all rows (the account, mostly the symbol) travels once.
 */
import { type RawBuilder, sql } from "kysely";
import type { Database } from "./store.ts";
import type { Tables } from "./tables.ts";

/** Inserts rows; one with a key that is already there replaces it. */
export async function insertRows<Name extends keyof Tables>(
  db: Database,
  table: Name,
  keyColumns: readonly (keyof Tables[Name] & string)[],
  rows: readonly Tables[Name][],
): Promise<void> {
  const first = rows[0];
  if (first === undefined) return;
  const replacement = sql.join(
    Object.keys(first)
      .filter((column) => !(keyColumns as readonly string[]).includes(column))
      .map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`),
  );
  await sql`
    ${await insertion(db, table, first, rows)}
    on conflict (${sql.join(keyColumns.map((column) => sql.ref(column)))}) do update set ${replacement}
  `.execute(db);
}

/**
 * Inserts rows of which none can be there yet; a key that is there is an error. Saves the server a look-up
 * for each.
 */
export async function insertNewRows<Name extends keyof Tables>(
  db: Database,
  table: Name,
  rows: readonly Tables[Name][],
): Promise<void> {
  const first = rows[0];
  if (first !== undefined) await (await insertion(db, table, first, rows)).execute(db);
}

async function insertion<Name extends keyof Tables>(
  db: Database,
  table: Name,
  first: Tables[Name],
  rows: readonly Tables[Name][],
): Promise<RawBuilder<unknown>> {
  const types = await columnTypes(db, table);
  const columns = Object.keys(first) as (keyof Tables[Name] & string)[];
  const varying = columns.filter((column) => rows.some((row) => row[column] !== first[column]));
  // Where all are the same, as in a single row, one array still says how many rows there are.
  const spread = new Set(varying.length === 0 ? columns.slice(0, 1) : varying);
  // In the select list and not in `from`, where each array would be laid down as a table of its own first.
  const values = columns.map((column) => {
    const type = types.get(column);
    if (type === undefined) throw new RangeError(`${table} has no column ${column}`);
    const isSpread = spread.has(column);
    const array = sql`${arrayText(isSpread ? rows : [first], column, type)}::${sql.raw(type)}[]`;
    return isSpread ? sql`unnest(${array})` : sql`(${array})[1]`;
  });
  return sql`
    insert into ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))})
    select ${sql.join(values)}
  `;
}

/**
 * The rows' values of one column as Postgres writes an array. They are joined and not added up: a string for
 * each comma was most of the garbage.
 */
function arrayText<Row>(rows: readonly Row[], column: keyof Row, type: string): string {
  const isPlain = PLAIN_TYPES.has(type);
  const elements = rows.map((row) => {
    const value = row[column];
    if (value === null || value === undefined) return "null";
    return isPlain ? value : quoted(String(value));
  });
  return `{${elements.join(",")}}`;
}

/** Types whose values need no quotes in an array. */
const PLAIN_TYPES: ReadonlySet<string> = new Set([
  "bigint",
  "boolean",
  "integer",
  "numeric",
  "timestamp with time zone",
]);

/** Every text in quotes, so that none is taken for a null or for an end. */
function quoted(text: string): string {
  return `"${/["\\]/.test(text) ? text.replace(/["\\]/g, "\\$&") : text}"`;
}

const typesByTable = new Map<keyof Tables, ReadonlyMap<string, string>>();

/** Asked once in a process: every store is brought to the same schema before it is used. */
async function columnTypes(db: Database, table: keyof Tables): Promise<ReadonlyMap<string, string>> {
  const known = typesByTable.get(table);
  if (known !== undefined) return known;
  const { rows } = await sql<{ name: string; type: string }>`
    select attname as name, format_type(atttypid, atttypmod) as type
    from pg_attribute
    where attrelid = ${table}::text::regclass and attnum > 0 and not attisdropped
  `.execute(db);
  const types = new Map(rows.map(({ name, type }) => [name, type]));
  typesByTable.set(table, types);
  return types;
}
