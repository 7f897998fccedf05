/**
 * `store distribute`, against a stand-in for Citus: its catalog and its two functions, as tables and
 * functions of the same names and parameters that keep what they were asked. A cluster is not to be had here.
 */
import { sql } from "kysely";
import { afterEach, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, plus } from "../../src/domain/instant.ts";
import { distributeNewTables } from "../../src/store/distribute.ts";
import type { Store } from "../../src/store/store.ts";
import { TABLE_ORIGINS } from "../../src/store/table-origins.ts";
import { newRig, type Rig } from "../support/rig.ts";
import { scriptedWorld } from "../support/scripted-world.ts";
import type { StoreKind } from "../support/stores.ts";

const NOW = parseInstant("2026-02-01T03:00:00Z");
const WORLD = scriptedWorld([
  { name: "main", play: (account) => account.cash(plus(NOW, -DAY_MS), "TRANSFER", "5") },
]);
const TABLES = Object.keys(TABLE_ORIGINS);
const OTHERS = TABLES.filter((table) => table !== "raw.account").toSorted();

let rig: Rig;
afterEach(() => rig.close());

/** Books of which nothing was read yet: what is refused is refused for them too. */
async function opened(kind: StoreKind): Promise<void> {
  rig = await newRig({ kind, world: WORLD, now: NOW, accountLines: ["since: 2026-01-15"] });
  await rig.run("book");
}

/** `group` is 0 on the coordinator. */
async function standIn(store: Store, group: number, nodes: number): Promise<void> {
  await store.executeScript(`
    set allow_system_table_mods = on;
    insert into pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
    select 999999, 'citus', oid, 'public'::regnamespace, false, '13' from pg_roles where rolname = current_user;
    create table public.pg_dist_local_group (groupid integer);
    insert into public.pg_dist_local_group values (${group});
    create table public.pg_dist_node (shouldhaveshards boolean, isactive boolean, noderole text);
    insert into public.pg_dist_node select true, true, 'primary' from generate_series(1, ${nodes});
    insert into public.pg_dist_node values (false, true, 'primary');
    create table public.pg_dist_partition (logicalrelid regclass, partmethod "char", colocationid integer);
    create table public.asked (number serial, what text);
    create function public.create_distributed_table(
      table_name regclass, distribution_column text, distribution_type text default 'hash', colocate_with text default 'default'
    ) returns void language plpgsql as $$
    begin
      if exists (select from pg_dist_partition where logicalrelid = table_name) then
        raise exception 'table % is already distributed', table_name;
      end if;
      insert into pg_dist_partition values (table_name, 'h', case when colocate_with = 'default' then 2 else 1 end);
      insert into asked (what) values (
        format('%s by %s beside %s in %s', table_name, distribution_column, colocate_with, current_setting('citus.shard_count', true))
      );
    end $$;
    create function public.truncate_local_data_after_distributing_table(table_name regclass)
    returns void language sql as $$ insert into asked (what) values ('emptied ' || table_name) $$;
  `);
}

async function asked(store: Store): Promise<readonly string[]> {
  const { rows } = await sql<{ what: string }>`select what from asked order by number`.execute(store.db);
  return rows.map(({ what }) => what);
}

test("every table is distributed by account beside raw.account, which is the first; again, nothing is left to do", async () => {
  await opened("Postgres");
  await rig.run("run");
  await rig.inspect((store) => standIn(store, 0, 2));
  const first = await rig.run("store", "distribute", "--shards", "8");
  expect(first).toMatchObject({ exitCode: 0, errors: "" });
  expect(first.output).toMatch(
    new RegExp(`: ${TABLES.length} tables are distributed now, by account, over 2 nodes\\n$`),
  );
  expect(await rig.inspect(asked)).toEqual([
    "raw.account by account_id beside none in 8",
    "emptied raw.account",
    ...OTHERS.flatMap((table) => {
      const shown =
        table === "raw.window"
          ? 'raw."window"'
          : table === "snapshot.position"
            ? 'snapshot."position"'
            : table;
      return [`${shown} by account_id beside raw.account in 8`, `emptied ${shown}`];
    }),
  ]);
  const { rows } = await rig.inspect(({ db }) =>
    sql<{ setting: string }>`
      select unnest(setconfig) as setting from pg_db_role_setting
      inner join pg_database on oid = setdatabase where datname = current_database()
    `.execute(db),
  );
  expect(rows.map(({ setting }) => setting).toSorted()).toEqual(["DateStyle=ISO, MDY", "TimeZone=UTC"]);

  const second = await rig.run("store", "distribute");
  expect(second.output).toMatch(/: all tables were distributed already, by account, over 2 nodes\n$/);
  expect(await rig.run("run")).toMatchObject({ exitCode: 0, errors: "" });
});

test("one that was stopped half-way goes on, and a table of a later migration comes beside the others", async () => {
  await opened("Postgres");
  await rig.inspect(async (store) => {
    await standIn(store, 0, 1);
    await distributeNewTables(store);
    expect(await asked(store)).toEqual([]);
    await sql`select create_distributed_table('raw.account', 'account_id', colocate_with => 'none')`.execute(
      store.db,
    );
    await distributeNewTables(store);
    expect(await asked(store)).toHaveLength(1 + 2 * OTHERS.length);
    await sql`delete from pg_dist_partition where logicalrelid in ('ledger.lot'::regclass, 'price.mark'::regclass)`.execute(
      store.db,
    );
  });
  const outcome = await rig.run("store", "distribute");
  expect(outcome.output).toMatch(/: 2 tables are distributed now/);
});

test.each([
  ["a worker", 7, 2, "this is a worker of the cluster", "set DATABASE_URL, or `store`, to the coordinator"],
  [
    "a coordinator without workers",
    0,
    0,
    "no node of the cluster takes shards",
    "add a worker: `select citus_add_node('HOST', 5432)`",
  ],
])("on %s nothing is distributed", async (_where, group, nodes, what, next) => {
  await opened("Postgres");
  await rig.inspect((store) => standIn(store, group, nodes));
  const { exitCode, errors } = await rig.run("store", "distribute");
  expect(exitCode).toBe(2);
  expect(errors).toMatch(/^store postgres:\/\//);
  expect(errors).toContain(`: ${what}\n  nothing was changed\n  next: ${next}\n`);
  expect(await rig.inspect(asked)).toEqual([]);
});

test("tables that somebody distributed apart are named", async () => {
  await opened("Postgres");
  await rig.inspect(async (store) => {
    await standIn(store, 0, 1);
    await sql`select create_distributed_table('ledger.lot', 'account_id')`.execute(store.db);
  });
  const { exitCode, errors } = await rig.run("store", "distribute");
  expect(exitCode).toBe(2);
  expect(errors).toContain(`: its tables do not lie together
  apart from raw.account: ledger.lot
  somebody distributed them by hand
  next: \`select undistribute_table('TABLE')\` for each of them, then perpbooks store distribute
`);
});

test.each([
  [
    "Postgres",
    `: this database has no Citus
  nothing was changed
  next: \`create extension citus\` on every node of the cluster and add the nodes, or leave the store as it is
`,
  ],
  [
    "PGlite",
    `: an embedded store cannot be distributed
  nothing was changed
  next: set DATABASE_URL to a database on the coordinator of a Citus cluster, and bring the books there with perpbooks restore
`,
  ],
] as const)("a store on %s alone is refused", async (kind, words) => {
  await opened(kind);
  const { exitCode, errors } = await rig.run("store", "distribute");
  expect(exitCode).toBe(2);
  expect(errors).toContain(words);
});
