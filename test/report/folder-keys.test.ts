/** What the key of a folder is made of: all that its reports read. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type RawBuilder, sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listReports } from "../../src/report/definition.ts";
import { bindParameters, parameterNames, SQL_FOLDER } from "../../src/store/sql-file.ts";
import type { Database, Store } from "../../src/store/store.ts";
import { TABLE_ORIGINS, type TableName } from "../../src/store/table-origins.ts";
import { rolledBack } from "../support/rolled-back.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";
import { foldersAt, known, untold } from "../support/untold-inputs.ts";
import { addRareRows, fillStore } from "./small-books.ts";

let store: Store;
beforeAll(async () => {
  store = await newStore(QUICK_KIND);
  await fillStore(store);
  await addRareRows(store);
});
afterAll(() => store.close());

/**
 * The tables that a select reads, through views and functions too. With null for each parameter it becomes a
 * view, whose parts the catalog names.
 */
async function tablesRead(db: Database, statement: string): Promise<string[]> {
  const nulls = Object.fromEntries([...parameterNames(statement)].map((name) => [name, null]));
  const text = bindParameters(statement, nulls).sql.replaceAll(/\$\d+/g, "null");
  await sql`savepoint view`.execute(db);
  await sql`create temporary view selected as ${sql.raw(text)}`.execute(db);
  const { rows } = await sql<{ name: string }>`
    with recursive part (class, object) as (
      select 'pg_class'::regclass::oid, 'selected'::regclass::oid
      union
      select
        depend.refclassid,
        depend.refobjid
      from part
      left join pg_rewrite as rule
        on part.class = 'pg_class'::regclass and part.object = rule.ev_class
      inner join pg_depend as depend
        on depend.classid = 'pg_rewrite'::regclass and depend.objid = rule.oid
        or depend.classid = part.class and depend.objid = part.object and part.class = 'pg_proc'::regclass
      where depend.refclassid in ('pg_class'::regclass, 'pg_proc'::regclass)
    )
    select distinct nspname || '.' || relname as name
    from part
    inner join pg_class on part.class = 'pg_class'::regclass and part.object = pg_class.oid
    inner join pg_namespace on pg_class.relnamespace = pg_namespace.oid
    where relkind in ('r', 'p')
    order by name
  `.execute(db);
  await sql`rollback to savepoint view`.execute(db);
  return rows.map(({ name }) => name);
}

const PROOFS = "the checks compare it, and the reports tell of the proofs";
const WORK = "it tells how records are read and booked, and the reports tell of the books";
const CLOSES = "the booking reads what a close keeps, and the reports tell of the books";
const NOW = "it is how things are now: the outermost folder has it, and is always computed";
const FACTS = "it is told in the facts of the period, which are in the key";
const VALUED = "the prices that were used are in ledger.valuation_leg";

/** What no report of a month or year reads, and why not. */
const NOT_READ: Readonly<Partial<Record<TableName, string>>> = {
  "history.position_cycle": PROOFS,
  "history.position_transaction": PROOFS,
  "snapshot.side_statistics": PROOFS,
  "history.progress": WORK,
  "ledger.checkpoint": WORK,
  "ledger.proven": WORK,
  "raw.download": WORK,
  "raw.file_row": WORK,
  "raw.import_gap": WORK,
  "raw.metadata": WORK,
  "raw.name": WORK,
  "raw.open_item": WORK,
  "raw.probe": WORK,
  "raw.reread": WORK,
  "raw.run": WORK,
  "raw.undone_record": WORK,
  "raw.control_total": WORK,
  "ledger.closed_entry": CLOSES,
  "ledger.closed_output": CLOSES,
  "ledger.closed_position_opening": CLOSES,
  "ledger.lot_amount": NOW,
  "ledger.position_opening": FACTS,
  "raw.denied_stream": FACTS,
  "raw.refused_symbol": FACTS,
  "price.quote": VALUED,
  "price.unserved": "what was not served has no mark and no price",
};

test("what a report reads is in the digests of sql/report/inputs.sql, or in the facts of the period", async () => {
  await rolledBack(store, async ({ db }) => {
    const digested = await tablesRead(db, await readFile(join(SQL_FOLDER, "report", "inputs.sql"), "utf8"));
    const lacking: string[] = [];
    for (const { name, statement } of (await listReports(null)).filter((one) =>
      one.parameters.includes("until"),
    ))
      for (const table of await tablesRead(db, statement))
        if (!digested.includes(table)) lacking.push(`${name} reads ${table}`);
    expect(lacking, "sql/report/inputs.sql has no digest of them: add it there").toEqual([]);
    const others = Object.keys(TABLE_ORIGINS).filter((table) => !digested.includes(table));
    expect(Object.keys(NOT_READ).toSorted()).toEqual(others.toSorted());
  });
});

test("a folder that keeps its key would come out the same, whatever else changes in books with rows of every kind", {
  timeout: 120_000,
}, async () => {
  const { lines, same } = await untold(store, foldersAt("2026-03-01", "2026-03-29", "2026-04-02"));
  expect(lines).toEqual([]);
  expect(same).toBeGreaterThan(10);
});

const LAST_EVENTS = [
  sql`
    delete from ledger.movement using ledger.entry
    where movement.account_id = entry.account_id and movement.entry_id = entry.entry_id
      and posted_at > '2026-03-29T09:00:00Z'
  `,
  sql`delete from ledger.entry where posted_at > '2026-03-29T09:00:00Z'`,
  sql`delete from ledger.position_change where posted_at > '2026-03-29T09:00:00Z'`,
];

/** What of the time before is not there, and what comes. */
const LATER: readonly [string, readonly RawBuilder<unknown>[], RawBuilder<unknown>][] = [
  [
    "the venue's equity of just its end",
    [sql`delete from price.mark`],
    sql`
      insert into history.equity_snapshot
        (account_id, record_key, interval, asset, total_equity, unrealized_pnl, occurred_at, sequence)
      select 'Zweite', 'midnight', 'day', 'USDC', coalesce(sum(wallet), 0) - 7, -7, '2026-03-31T00:00:00Z', 1
      from report.journal
      where account_id = 'Zweite' and asset = 'USDC' and posted_at < '2026-03-31T00:00:00Z'
    `,
  ],
  [
    "an event after its end, in an account whose snapshots and events ended before",
    [...LAST_EVENTS, sql`delete from snapshot.taken where taken_at > '2026-03-21T00:00:00Z'`],
    sql`
      insert into ledger.entry
        (account_id, entry_id, kind, symbol, occurred_at, stream, record_key, basis, value_at, posted_at)
      values (
        'main', 'later', 'transfer', '', '2026-04-01T01:00:00Z', 'income', 'later', 'cash',
        '2026-04-01T01:00:00Z', '2026-04-01T01:00:00Z'
      )
    `,
  ],
  [
    "cash that was read after its end, where the cash of the end itself was not",
    [
      ...LAST_EVENTS,
      sql`update raw.window set until_time = '2026-03-29T10:00:00Z' where stream = 'income' and until_time > '2026-03-30T00:00:00Z'`,
    ],
    sql`
      insert into raw.window
        (account_id, stream, symbol, from_time, until_time, is_settled, evidence, note, row_count, read_at, run_id)
      select
        account_id, stream, symbol, '2026-04-01T00:00:00Z', '2026-04-01T10:00:00Z', is_settled, evidence,
        note, row_count, read_at, run_id
      from raw.window
      where account_id = 'main' and stream = 'income' and from_time = '2026-03-01T00:00:00Z'
    `,
  ],
];

test.each(LATER)("the key of a folder tells of %s", async (_name, lacking, coming) => {
  await rolledBack(store, async ({ db }) => {
    for (const statement of lacking) await statement.execute(db);
    const folders = foldersAt("2026-03-01", "2026-03-30", "2026-04-02");
    const path = folders[0]?.path ?? expect.unreachable();
    const before = await known(db, folders);
    const text = await before.of(0);
    await coming.execute(db);
    const after = await known(db, folders);
    expect(await after.of(0)).not.toBe(text);
    expect(after.keys.get(path)).not.toBe(before.keys.get(path));
  });
});
