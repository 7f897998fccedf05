/**
 * `sql/roles/grants.sql` on a real server, run by an owner who is no superuser: the job's role can do whole
 * nights and nothing a night does not do, the analyst's can read the books and nothing else.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { HOUR_MS, plus } from "../../src/domain/instant.ts";
import { openStore } from "../../src/store/open.ts";
import { SQL_FOLDER } from "../../src/store/sql-file.ts";
import { NOW, smallRig } from "../errors/small-world.ts";
import type { Rig } from "../support/rig.ts";

const GRANTS = readFileSync(join(SQL_FOLDER, "roles", "grants.sql"), "utf8");
const DATABASE = "roles_of_books";
const OWNER = "books_owner";
const JOB = "books_nightly";
const ANALYST = "books_reader";
const PASSWORD = "simulated-password";
const ROLES = [JOB, ANALYST, "perpbooks_job", "perpbooks_analyst", OWNER];

const DENIED = "42501";
/** Of a view that cannot be written by anybody. */
const NOT_UPDATABLE = "55000";

/** What the functions of `report` and `ledger` read beside the books. */
const READ_BY_FUNCTIONS = [
  "price.mark",
  "raw.account",
  "raw.instrument",
  'snapshot."position"',
  "snapshot.position_state",
  "snapshot.taken",
];

let rig: Rig;

function urlOf(user: string): string {
  const url = new URL(`${inject("postgresUrl")}/${DATABASE}`);
  url.username = user;
  url.password = PASSWORD;
  return url.href;
}

async function by<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function bySuperuser(...statements: string[]): Promise<void> {
  return by(`${inject("postgresUrl")}/postgres`, async (client) => {
    for (const statement of statements) await client.query(statement);
  });
}

/** What the server says to the statement: `done`, or its code. */
function answerTo(user: string, statement: string): Promise<string> {
  return by(urlOf(user), (client) =>
    client.query(statement).then(
      () => "done",
      (error: pg.DatabaseError) => error.code ?? error.message,
    ),
  );
}

/** Opened by the owner, the schema is made or brought up to date. */
async function migratedByOwner(): Promise<void> {
  const url = urlOf(OWNER);
  await (await openStore({ kind: "postgres", url: { reveal: () => url }, shownAs: "the owner's" })).close();
}

async function withoutRoles(): Promise<void> {
  await bySuperuser(
    `drop database if exists ${DATABASE} with (force)`,
    ...ROLES.map((role) => `drop role if exists ${role}`),
  );
}

function runAsJob(...words: string[]) {
  return rig.runWith({ DATABASE_URL: urlOf(JOB) }, ...words);
}

beforeAll(async () => {
  await withoutRoles();
  await bySuperuser(
    `create role ${OWNER} login createrole password '${PASSWORD}'`,
    `create database ${DATABASE} owner ${OWNER}`,
  );
  await migratedByOwner();
  // What the documentation asks of a superuser before version 15, where `public` is not the owner's.
  await by(`${inject("postgresUrl")}/${DATABASE}`, async (client) => {
    const { rows } = await client.query("select current_setting('server_version_num')::integer as version");
    if (rows[0]?.version < 150_000) await client.query("revoke create on schema public from public");
  });
  await by(urlOf(OWNER), async (client) => {
    await client.query(GRANTS);
    await client.query(`create role ${JOB} login password '${PASSWORD}' in role perpbooks_job`);
    await client.query(`create role ${ANALYST} login password '${PASSWORD}' in role perpbooks_analyst`);
  });
  rig = await smallRig();
  await rig.reconfigure(
    (text) =>
      `reportingCurrency: USD\npegs: [{ asset: USDT, currency: USD, price: 1, because: "a test" }]\n${text}`,
  );
  const first = await runAsJob("run");
  expect({ exitCode: first.exitCode, errors: first.errors }).toEqual({ exitCode: 0, errors: "" });
});
afterAll(async () => {
  await rig.close();
  await withoutRoles();
});

describe("the job's role", () => {
  test("does whole nights: the first, a later one, the books anew, another peg, exports", async () => {
    rig.setNow(plus(NOW, 30 * HOUR_MS));
    await rig.reconfigure((text) => text.replace("price: 1,", "price: 0.999,"));
    for (const words of ["run", "book --from-empty", "reconcile", "report", "export koinly", "status"]) {
      const { exitCode, errors } = await runAsJob(...words.split(" "));
      expect({ words, exitCode, errors }).toEqual({ words, exitCode: 0, errors: "" });
    }
    expect(
      (await runAsJob("sql", "select count(*) > 60 as many from raw.record", "--format", "csv")).output,
    ).toBe("many\r\ntrue\r\n");
  });

  test.each([
    ["change what a venue said", "update raw.record set body = '{}'"],
    ["take away what a venue said", "delete from raw.record"],
    ["decide for a person", "insert into raw.decision select * from raw.decision"],
    ["take an import back", "delete from raw.import"],
    ["reopen a closed period", "update ledger.closed_period set reopened_at = null"],
    ["change what was closed", "delete from ledger.closed_entry"],
    ["pretend to another schema", "update perpbooks.migration set sha256 = ''"],
    ["make a table", "create table ledger.own (a integer)"],
    ["make a table in public", "create table public.own (a integer)"],
    ["make a temporary table", "create temporary table own (a integer)"],
    ["make a schema", "create schema own"],
    ["drop a table", "drop table ledger.entry"],
    ["empty a table at once", "truncate raw.record"],
    ["make a role", "create role another"],
    ["read the server's files", "select pg_read_file('PG_VERSION')"],
  ])("cannot %s", async (_, statement) => {
    expect(await answerTo(JOB, statement)).toBe(DENIED);
  });
});

test("what only the owner may do is refused with a remedy: a close, and another version's schema", async () => {
  for (const [before, words] of [
    ["select 1", ["close", "2026-05-28", "--because", "a test"]],
    ["update perpbooks.migration set sha256 = '' where name = 'views'", ["status"]],
  ] as const) {
    await by(urlOf(OWNER), (client) => client.query(before));
    const { exitCode, errors } = await runAsJob(...words);
    expect({ exitCode, errors }).toEqual({
      exitCode: 1,
      errors: expect.stringMatching(
        /^store: the store's user may not do that on the Postgres server\n {2}(?:permission denied|must be owner)[^\n]*\n {2}what was committed is kept; nothing is half-written\n {2}next: run the command as the owner of the books, who also brings an upgrade in; or grant the right\n$/,
      ),
    });
  }
  await migratedByOwner();
  expect((await runAsJob("status")).exitCode).toBe(0);
});

/** Every table and view of the schemas; and a call of each of their functions, with nothing given. */
const RELATIONS = `
  select format('%I.%I', nspname, relname) as name
  from pg_class join pg_namespace on pg_namespace.oid = relnamespace
  where relkind in ('r', 'v', 'p') and nspname = any ($1)
  order by 1`;
const FUNCTIONS = `
  select format('%I.%I(%s)', nspname, proname,
    (select string_agg(format('null::%s', format_type(type, null)), ', ' order by nth)
     from unnest(proargtypes) with ordinality as given (type, nth))) as name
  from pg_proc join pg_namespace on pg_namespace.oid = pronamespace
  where prokind = 'f' and nspname = any ($1)
  order by 1`;

async function listed(query: string, ...schemas: string[]): Promise<readonly string[]> {
  const { rows } = await by(urlOf(OWNER), (client) => client.query(query, [schemas]));
  return rows.map(({ name }) => name);
}

describe("the analyst's role", () => {
  test("reads every table and view of the books, and calls their functions, also after an upgrade", async () => {
    const wanted = [
      ...(await listed(RELATIONS, "report", "ledger", "history")),
      ...(await listed(FUNCTIONS, "report", "ledger")),
    ];
    expect(wanted.length).toBeGreaterThan(60);
    const denied = () =>
      by(urlOf(ANALYST), async (client) => {
        const found: string[] = [];
        for (const name of wanted)
          await client
            .query(`select * from ${name} limit 1`)
            .catch((error: Error) => found.push(`${name}: ${error.message}`));
        return found;
      });
    expect(await denied()).toEqual([]);
    // As another version does that has other views.
    await by(urlOf(OWNER), (client) =>
      client.query("update perpbooks.migration set sha256 = '' where name = 'views'"),
    );
    await migratedByOwner();
    expect(await denied()).toEqual([]);
    expect((await runAsJob("status")).exitCode).toBe(0);
  });

  test("reads nothing that a venue sent, nor what the program keeps for itself", async () => {
    const all = await listed(RELATIONS, "raw", "snapshot", "price", "perpbooks");
    const kept = all.filter((name) => !READ_BY_FUNCTIONS.includes(name));
    expect(kept.length).toBeGreaterThan(25);
    const answers = await Promise.all(kept.map((name) => answerTo(ANALYST, `select from ${name}`)));
    expect(kept.filter((_, nth) => answers[nth] !== DENIED)).toEqual([]);
  });

  test("writes nothing", async () => {
    const all = await listed(
      RELATIONS,
      "raw",
      "snapshot",
      "history",
      "ledger",
      "price",
      "report",
      "perpbooks",
    );
    const answers = await Promise.all(all.map((name) => answerTo(ANALYST, `delete from ${name}`)));
    expect(all.filter((_, nth) => ![DENIED, NOT_UPDATABLE].includes(answers[nth] ?? ""))).toEqual([]);
    for (const statement of [
      "insert into history.fill select * from history.fill",
      "update ledger.movement set amount = amount + 1",
      "truncate ledger.entry",
      "create table ledger.own (a integer)",
      "create table report.own (a integer)",
      "create view report.own as select 1 as a",
      "create table public.own (a integer)",
      "create temporary table own (a integer)",
      "create schema own",
      "set role perpbooks_job",
    ])
      expect([statement, await answerTo(ANALYST, statement)]).toEqual([statement, DENIED]);
  });
});

test("who was given neither role cannot even connect", async () => {
  await bySuperuser(`create role books_stranger login password '${PASSWORD}'`);
  try {
    await expect(by(urlOf("books_stranger"), async () => {})).rejects.toMatchObject({ code: DENIED });
  } finally {
    await bySuperuser("drop role books_stranger");
  }
});

test("the grants can be run again, and hold no password", async () => {
  await by(urlOf(OWNER), (client) => client.query(GRANTS));
  expect(GRANTS).not.toMatch(/^[^-]*\bpassword\b/m);
});
