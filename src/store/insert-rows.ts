import { sql } from "kysely";
import type { Database } from "./store.ts";
import type { Tables } from "./tables.ts";

/**
 * Inserts rows in bulk, as one JSON parameter that Postgres takes apart by the table's own column types; a row with a key that is
 * already there replaces it. Amounts travel as JSON strings, so their digits arrive as they are.
 */
export async function insertRows<Name extends keyof Tables>(
  db: Database,
  table: Name,
  keyColumns: readonly (keyof Tables[Name] & string)[],
  rows: readonly Tables[Name][],
): Promise<void> {
  const first = rows[0];
  if (first === undefined) return;
  const columns = Object.keys(first);
  const others = columns.filter((column) => !(keyColumns as readonly string[]).includes(column));
  const replacement = sql.join(
    others.map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`),
  );
  await sql`
    insert into ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))})
    select ${sql.join(columns.map((column) => sql.ref(column)))}
    from json_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::json)
    on conflict (${sql.join(keyColumns.map((column) => sql.ref(column)))}) do update set ${replacement}
  `.execute(db);
}
