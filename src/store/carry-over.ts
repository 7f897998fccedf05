/**
 * Copies what nothing can make again from one store into another that is empty, whatever kind each of them
 * is.
 */
import { sql } from "kysely";
import { insertNewRows } from "./insert-rows.ts";
import type { Database, Transaction } from "./store.ts";
import { type TableName, tablesThatAre } from "./table-origins.ts";
import type { Tables } from "./tables.ts";

/** Rows held at once. */
const BATCH_ROWS = 2_000;

/** The first carried table that has a row; null in an empty store. */
export async function firstFilledTable(db: Database): Promise<TableName | null> {
  for (const table of tablesThatAre("carried")) {
    const { rows } = await sql`select from ${sql.table(table)} limit 1`.execute(db);
    if (rows.length > 0) return table;
  }
  return null;
}

/**
 * All or nothing; `from` is read as it is at one instant, by `alongside` too. Returns how many rows came.
 */
export async function carryOver(
  from: Database,
  into: Database,
  onTable: (table: TableName) => void,
  alongside: (source: Transaction) => Promise<void> = async () => {},
): Promise<number> {
  let carried = 0;
  await from.transaction().execute(async (source) => {
    await sql`set transaction isolation level repeatable read, read only`.execute(source);
    await alongside(source);
    await into.transaction().execute(async (target) => {
      for (const table of tablesThatAre("carried")) {
        onTable(table);
        carried += await copyTable(source, target, table);
      }
    });
  });
  return carried;
}

async function copyTable<Name extends TableName>(
  source: Database,
  target: Database,
  table: Name,
): Promise<number> {
  await sql`declare carried_rows no scroll cursor for select * from ${sql.table(table)}`.execute(source);
  let copied = 0;
  for (;;) {
    const { rows } = await sql<Tables[Name]>`fetch ${sql.lit(BATCH_ROWS)} from carried_rows`.execute(source);
    await insertNewRows(target, table, rows);
    copied += rows.length;
    if (rows.length < BATCH_ROWS) break;
  }
  await sql`close carried_rows`.execute(source);
  return copied;
}
