/**
 * A store on a Citus cluster: every table is distributed by `account_id`, all of them together, so that what
 * is of one account is on one shard. Each step can be repeated; a killed one is done by the next.
 */
import { sql } from "kysely";
import { LockHeldError, UsageError } from "../errors.ts";
import { MIGRATION_LOCK } from "./migration-lock.ts";
import type { Database, Store } from "./store.ts";
import { TABLE_ORIGINS, type TableName } from "./table-origins.ts";

/** The table that all others lie beside. */
const FIRST: TableName = "raw.account";

export type Distributed = {
  /** The tables that were not distributed before. */
  readonly tables: readonly string[];
  readonly nodes: number;
};

/**
 * Throws a `UsageError` where the store is on no coordinator of a cluster, and a `LockHeldError` while an
 * account is worked on.
 */
export function distributeStore(
  store: Store,
  shards: number,
  onTable: (table: string) => void,
): Promise<Distributed> {
  // Its advisory locks go with the session.
  return store.withSession(async (db) => {
    const nodes = await requireCoordinator(db, store.shownAs);
    await takeLocks(db);
    await writeDatesAlike(db);
    const tables = await distributeTables(db, shards, onTable);
    await requireTogether(db, store.shownAs);
    for (const table of tables) await sql`analyze ${sql.table(table)}`.execute(db);
    return { tables, nodes };
  });
}

/** Where the store is distributed, the tables that a migration has just made. */
export async function distributeNewTables(store: Store): Promise<void> {
  if (!(await hasCitus(store.db))) return;
  await store.withSession(async (db) => {
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`.execute(db);
    if (!(await distributedTables(db)).has(FIRST)) return;
    await distributeTables(db, null, () => {});
  });
}

async function hasCitus(db: Database): Promise<boolean> {
  const { rows } = await sql`select from pg_extension where extname = 'citus'`.execute(db);
  return rows.length > 0;
}

async function requireCoordinator(db: Database, shownAs: string): Promise<number> {
  const refuse = (what: string, next: string) =>
    new UsageError({ where: `store ${shownAs}`, what, evidence: ["nothing was changed"], next });
  if (!(await hasCitus(db)))
    throw refuse(
      "this database has no Citus",
      "`create extension citus` on every node of the cluster and add the nodes, or leave the store as it is",
    );
  const { rows: groups } = await sql<{ groupid: number }>`select groupid from pg_dist_local_group`.execute(
    db,
  );
  if (groups[0]?.groupid !== 0)
    throw refuse("this is a worker of the cluster", "set DATABASE_URL, or `store`, to the coordinator");
  const { rows: nodes } = await sql`
    select from pg_dist_node where shouldhaveshards and isactive and noderole = 'primary'
  `.execute(db);
  if (nodes.length === 0)
    throw refuse(
      "no node of the cluster takes shards",
      "add a worker: `select citus_add_node('HOST', 5432)`",
    );
  return nodes.length;
}

/** Of the migrations, and of every account: nothing may be written while tables move. */
async function takeLocks(db: Database): Promise<void> {
  await sql`select pg_advisory_lock(${MIGRATION_LOCK})`.execute(db);
  const { rows } = await sql<{ account_id: string }>`
    select account_id
    from raw.account
    where not pg_try_advisory_lock(hashtextextended('perpbooks/' || account_id, 0))
  `.execute(db);
  const [held] = rows;
  if (held === undefined) return;
  throw new LockHeldError({
    where: held.account_id,
    what: "another run is working on this account",
    evidence: ["nothing was distributed"],
    next: "wait for the other run to end and try again",
  });
}

/** A session's settings do not reach the workers, those of the database do. */
async function writeDatesAlike(db: Database): Promise<void> {
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(db);
  const database = sql.id(rows[0]?.name ?? "");
  await sql`alter database ${database} set timezone to 'UTC'`.execute(db);
  await sql`alter database ${database} set datestyle to 'ISO, MDY'`.execute(db);
}

/** Each in a transaction of its own. `shards` is null where there are shards already to lie beside. */
async function distributeTables(
  db: Database,
  shards: number | null,
  onTable: (table: string) => void,
): Promise<readonly string[]> {
  const before = await distributedTables(db);
  const others = (Object.keys(TABLE_ORIGINS) as TableName[]).filter((table) => table !== FIRST).toSorted();
  const missing = [FIRST, ...others].filter((table) => !before.has(table));
  if (shards !== null) await sql`select set_config('citus.shard_count', ${`${shards}`}, false)`.execute(db);
  for (const table of missing) {
    onTable(table);
    const beside = table === FIRST ? "none" : FIRST;
    await sql`
      select create_distributed_table(${table}::regclass, 'account_id', colocate_with => ${beside})
    `.execute(db);
    // What lay in the table before lies on the coordinator still, where nobody reads it.
    await sql`select truncate_local_data_after_distributing_table(${table}::regclass)`.execute(db);
  }
  return missing;
}

async function distributedTables(db: Database): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ name: string }>`
    select format('%s.%s', nspname, relname) as name
    from pg_dist_partition
    inner join pg_class on pg_class.oid = pg_dist_partition.logicalrelid
    inner join pg_namespace on pg_namespace.oid = pg_class.relnamespace
    where partmethod = 'h'
  `.execute(db);
  return new Set(rows.map(({ name }) => name));
}

async function requireTogether(db: Database, shownAs: string): Promise<void> {
  const { rows } = await sql<{ name: string; colocationid: number }>`
    select format('%s.%s', nspname, relname) as name, colocationid
    from pg_dist_partition
    inner join pg_class on pg_class.oid = pg_dist_partition.logicalrelid
    inner join pg_namespace on pg_namespace.oid = pg_class.relnamespace
  `.execute(db);
  const own = rows.filter(({ name }) => name in TABLE_ORIGINS);
  const together = own.find(({ name }) => name === FIRST)?.colocationid;
  const apart = own.filter(({ colocationid }) => colocationid !== together).map(({ name }) => name);
  if (apart.length === 0) return;
  throw new UsageError({
    where: `store ${shownAs}`,
    what: "its tables do not lie together",
    evidence: [`apart from ${FIRST}: ${apart.toSorted().join(", ")}`, "somebody distributed them by hand"],
    next: "`select undistribute_table('TABLE')` for each of them, then perpbooks store distribute",
  });
}
