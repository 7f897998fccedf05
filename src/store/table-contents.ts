/**
 * What stands in tables, to compare two stores: as digests, and where these differ, row by row. Rows are
 * compared as Postgres writes them, so an amount with another number of zeros is another row.
 */
import { sql } from "kysely";
import type { Database, Transaction } from "./store.ts";
import type { TableName } from "./table-origins.ts";

/** Of one account's rows in one table. */
export type TableContents = { readonly rows: number; readonly digest: string };

/** By table and account; an account without a row there has none. */
export type Contents = ReadonlyMap<TableName, ReadonlyMap<string, TableContents>>;

/** Rows held at once. */
const BATCH_ROWS = 1_000;
const NOTHING: TableContents = { rows: 0, digest: "" };

/** Of one account, or of all (null). The digests are sums, so the order of rows is no part of them. */
export async function readContents(
  db: Transaction,
  tables: readonly TableName[],
  accountId: string | null,
): Promise<Contents> {
  await writeAlike(db);
  const contents = new Map<TableName, Map<string, TableContents>>();
  for (const table of tables) {
    const { rows } = await sql<{ account_id: string; rows: number; digest: string }>`
      select
        account_id,
        count(*)::integer as rows,
        sum(('x' || left(md5(contents::text), 15))::bit(60)::bigint)::text as digest
      from ${sql.table(table)} as contents
      where ${accountId}::text is null or account_id = ${accountId}
      group by account_id
    `.execute(db);
    contents.set(table, new Map(rows.map((one) => [one.account_id, { rows: one.rows, digest: one.digest }])));
  }
  return contents;
}

export function contentsOf(contents: Contents, table: TableName, accountId: string): TableContents {
  return contents.get(table)?.get(accountId) ?? NOTHING;
}

/** The rows of a table that one of two stores alone has, in the order of their texts; at most `most` each. */
export async function differingRows(
  [left, right]: readonly [Database, Database],
  table: TableName,
  accountId: string,
  most: number,
): Promise<{ readonly left: readonly string[]; readonly right: readonly string[] }> {
  const alone = { left: [] as string[], right: [] as string[] };
  await left.transaction().execute(async (leftReading) => {
    await right.transaction().execute(async (rightReading) => {
      const [ours, theirs] = [rowsOf(leftReading, table, accountId), rowsOf(rightReading, table, accountId)];
      let [one, other] = [await ours.next(), await theirs.next()];
      while (!(one.done === true && other.done === true)) {
        const order = one.done === true ? 1 : other.done === true ? -1 : compare(one.value, other.value);
        if (order < 0 && alone.left.length < most) alone.left.push(one.value ?? "");
        if (order > 0 && alone.right.length < most) alone.right.push(other.value ?? "");
        if (alone.left.length === most && alone.right.length === most) break;
        if (order <= 0) one = await ours.next();
        if (order >= 0) other = await theirs.next();
      }
    });
  });
  return alone;
}

/** The order of the bytes, as `collate "C"` has it. */
function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

async function* rowsOf(db: Transaction, table: TableName, accountId: string): AsyncGenerator<string, void> {
  await writeAlike(db);
  await sql`
    declare compared_rows no scroll cursor for
    select contents::text as row
    from ${sql.table(table)} as contents
    where account_id = ${sql.lit(accountId)}
    order by contents::text collate "C"
  `.execute(db);
  for (;;) {
    const { rows } = await sql<{ row: string }>`
      fetch ${sql.lit(BATCH_ROWS)} from compared_rows
    `.execute(db);
    for (const { row } of rows) yield row;
    if (rows.length < BATCH_ROWS) break;
  }
  await sql`close compared_rows`.execute(db);
}

/** How instants are written is a setting of each connection. */
async function writeAlike(db: Transaction): Promise<void> {
  await sql`select set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO', true)`.execute(db);
}
