/** `perpbooks sql`: one select, whatever its words say, and all that it gives. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CompiledQuery, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSelect, readOnly } from "../../src/store/read-only.ts";
import { asRead, smallRig } from "../errors/small-world.ts";
import type { Rig } from "../support/rig.ts";
import { heavyKinds, STORE_KINDS, type StoreKind } from "../support/stores.ts";

const NEXT =
  "nothing was changed\n  next: correct the select; perpbooks sql --tables lists the tables and views, and with a name its columns";

let rig: Rig;
function withOneAccountOn(kind: StoreKind): void {
  beforeAll(async () => {
    rig = await smallRig({ kind });
    await rig.inspect(async ({ db }) => {
      await sql`insert into raw.account (account_id, name, venue, last_sequence, history_from, is_from_beginning) values ('a', 'a', 'aster', 0, '2026-01-01Z', false)`.execute(
        db,
      );
    });
  });
  afterAll(() => rig.close());
}

// Each command opens its store anew, which on PGlite takes most of the time: what must hold of it is tried
// on both kinds, what it prints on one.
describe.each(STORE_KINDS)("no select writes, on %s", (kind) => {
  withOneAccountOn(kind);

  const accounts = () =>
    rig.inspect(
      async ({ db }) =>
        (await sql<{ n: number }>`select count(*)::int as n from raw.account`.execute(db)).rows[0]?.n,
    );

  test.each([
    [
      "ends the transaction",
      "select 1) as x; commit; delete from raw.account; select x.* from (select 1 as b",
    ],
    ["follows with another statement", "select 1; delete from raw.account"],
    ["is a statement that writes", "delete from raw.account"],
    ["writes in a `with`", "with gone as (delete from raw.account returning 1) select * from gone"],
    ["copies to a program", "copy (select 1) to program 'cat'"],
    ["runs code", "do $$ begin delete from raw.account; end $$"],
    ["makes a table", "select 1 as a into raw.another"],
    ["locks rows", "select 1 from raw.account for update"],
    ["makes it a transaction that writes", "select set_config('transaction_read_only', 'off', false)"],
    ["reads a file of the server", "select pg_read_file('PG_VERSION')"],
    ["writes a large object to a file of the server", "select lo_export(1, 'perpbooks-test')"],
    ["rotates the server's log", "select pg_rotate_logfile()"],
  ])("what %s is refused", async (_what, query) => {
    const outcome = await rig.run("sql", query);
    expect(outcome.exitCode).toBe(2);
    expect(outcome.errors).toMatch(/^perpbooks sql: /);
    expect(outcome.errors).toContain(NEXT);
    expect(outcome.output).toBe("");
    expect(await accounts()).toBe(1);
  });

  test("what Postgres does not call a write is undone", async () => {
    await rig.run("sql", "select lo_create(4711), set_config('search_path', 'nowhere', false)");
    const { output } = await rig.run(
      "sql",
      "select count(*) as n from pg_largeobject_metadata",
      "--format",
      "csv",
    );
    expect(output).toBe("n\r\n0\r\n");
  });
});

describe.each(heavyKinds("Postgres"))("%s", (kind) => {
  withOneAccountOn(kind);

  test.each([
    {
      query: "select 1;\ndelete from raw.account",
      message: `perpbooks sql: only one select is allowed
  another statement follows the first
  ${NEXT}`,
    },
    {
      query: "/* all of them */\n  delete from raw.account",
      message: `perpbooks sql: only one select is allowed
  it begins with "delete"
  ${NEXT}`,
    },
    {
      query: "select account_id,\n  'ä' as b frmo raw.account",
      message: `perpbooks sql: Postgres refuses the select
  syntax error at or near "frmo"
  at line 2, column 12:
    'ä' as b frmo raw.account
             ^
  ${NEXT}`,
    },
    {
      query: "select 1 as a\0, 2 as b",
      message: `perpbooks sql: the select has a NUL character
  ${NEXT}`,
    },
    {
      query: "select nothing from raw.account",
      message: `perpbooks sql: Postgres refuses the select
  column "nothing" does not exist
  at line 1, column 8:
  select nothing from raw.account
         ^
  ${NEXT}`,
    },
    {
      query: "select n, 1 / n from generate_series(1, 0, -1) as n",
      message: `perpbooks sql: Postgres refuses the select
  division by zero
  ${NEXT}`,
    },
  ])("a refusal names the place: $query", async ({ query, message }) => {
    expect(asRead(await rig.run("sql", query))).toEqual({ exitCode: 2, message });
  });

  test.each(["table", "csv", "json"])(
    "a select that fails before its first rows prints nothing, as %s",
    async (format) => {
      const query = "select 1 / n from generate_series(0, 0) as n";
      expect(await rig.run("sql", query, "--format", format)).toMatchObject({ exitCode: 2, output: "" });
    },
  );

  test("a select that fails later says that what was printed is not all", async () => {
    const query = "select 1 / (1500 - n) as a from generate_series(1, 2000) as n";
    const outcome = await rig.run("sql", query, "--format", "csv");
    expect(outcome.output.split("\r\n")).toHaveLength(1002);
    expect(asRead(outcome)).toEqual({
      exitCode: 2,
      message: `perpbooks sql: Postgres refuses the select
  division by zero
  1000 rows came before that: what was printed is not the whole answer
  ${NEXT}`,
    });
  });

  test("a select that takes longer than it may ends between two batches", async () => {
    const message = await rig.inspect((store) =>
      readOnly(store, async (db) => {
        const select = CompiledQuery.raw("select n from generate_series(1, 3000) as n");
        return openSelect(db, select, { where: "sql", next: "" }, AbortSignal.abort()).then(String, String);
      }),
    );
    expect(message).toBe(`StatementTimedOutError: sql: the select took longer than 10 minutes
  it was ended between two batches
  next: select less at once, or use the server's own tools for it`);
  });

  test("the order is the select's own, and comments and a last semicolon are allowed", async () => {
    const query = "select n from generate_series(1, 2500) as n order by n % 7 desc, n -- by sevens\n; ";
    const { output } = await rig.run("sql", query, "--format", "csv");
    const numbers = output.trimEnd().split("\r\n").slice(1);
    const wanted = Array.from({ length: 2500 }, (_, index) => index + 1).toSorted(
      (a, b) => (b % 7) - (a % 7) || a - b,
    );
    expect(numbers).toEqual(wanted.map(String));
  });

  test.each([
    ["table", "account_id  history_from\n0 rows\n"],
    ["csv", "account_id,history_from\r\n"],
    ["json", "[]\n"],
  ])("an answer without rows has its columns, as %s", async (format, wanted) => {
    const { output } = await rig.run(
      "sql",
      "select account_id, history_from from raw.account where false",
      "--format",
      format,
    );
    expect(output).toBe(wanted);
  });

  test("two columns of one name are both there, and refused where one would hide the other", async () => {
    const query = "select 1 as a, 2 as a, 3";
    expect((await rig.run("sql", query, "--format", "csv")).output).toBe("a,a,?column?\r\n1,2,3\r\n");
    expect((await rig.run("sql", query)).output).toBe("a  a  ?column?\n1  2         3\n1 row\n");
    expect(asRead(await rig.run("sql", query, "--format", "json"))).toEqual({
      exitCode: 2,
      message: `--format json: every column must have a name of its own
  more than one is called "a"
  next: rename all but one of them with \`as\`, or choose another format`,
    });
  });

  test("cells are Postgres' own texts, the same on both kinds of store; instants are ISO 8601", async () => {
    const query = `select 1.10::numeric, 9007199254740993::bigint, true, null::text, '1 day 2 hours'::interval, '{1.5,2}'::numeric[], '\\x00ff'::bytea,
      '2026-01-02 03:04:05.6+00'::timestamptz, '2026-01-02'::date, '{"a":1.10}'::json, point(1,2), 0.1::float8`;
    const { output } = await rig.run("sql", query, "--format", "csv");
    expect(output.split("\r\n")[1]).toBe(
      `1.10,9007199254740993,true,,1 day 02:00:00,"{1.5,2}",\\x00ff,2026-01-02T03:04:05.600Z,2026-01-02,"{""a"":1.10}","(1,2)",0.1`,
    );
  });

  test("a table holds its first rows and says how many there are", async () => {
    const { output } = await rig.run("sql", "select n from generate_series(1, 100001) as n");
    expect(output.split("\n").slice(-3)).toEqual([
      "100000",
      "100000 of 100001 rows are shown; a CSV file holds them all",
      "",
    ]);
  });

  test("the query comes from the command line, a file or stdin, as it was written", async () => {
    const query = "select account_id -- the only one\nfrom raw.account;\n";
    await writeFile(join(rig.folder, "accounts.sql"), query);
    const wanted = { exitCode: 0, output: "account_id\r\na\r\n", errors: "" };
    expect(await rig.run("sql", query, "--format", "csv")).toEqual(wanted);
    expect(await rig.run("sql", "--file", "accounts.sql", "--format", "csv")).toEqual(wanted);
    expect(await rig.runGiven(query, "sql", "--file", "-", "--format", "csv")).toEqual(wanted);
  });

  test.each([
    { what: "no query", words: [], says: "a query is missing" },
    { what: "an empty query", words: [""], says: "a query is missing" },
    { what: "a dash", words: ["-"], says: "a query is missing" },
    {
      what: "two of them",
      words: ["select 1", "--file", "accounts.sql"],
      says: "there is a query as well as a file of one",
    },
  ])("$what is a mistake of usage", async ({ words, says }) => {
    expect(asRead(await rig.run("sql", ...words))).toEqual({
      exitCode: 2,
      message: `perpbooks sql: ${says}
  nothing was done
  next: give the query, --file FILE, or --file - to read it from stdin; --tables lists the tables`,
    });
  });

  test("a file that is not there and a stdin in another encoding are named", async () => {
    expect((await rig.run("sql", "--file", "absent.sql")).errors).toMatch(
      /^perpbooks sql: absent.sql cannot be read \(there is no such file\)\n/,
    );
    expect((await rig.runGiven("s\0e\0l\0", "sql", "--file", "-")).errors).toMatch(
      /^perpbooks sql: stdin is UTF-16, not UTF-8\n/,
    );
  });

  test.each([
    { query: "select $1 as a", values: ["it's"], cell: "it's" },
    { query: "select $1 as a", values: [""], cell: "" },
    {
      query: "select $1::numeric + 1 as a",
      values: ["9007199254740993.000000000000000001"],
      cell: "9007199254740994.000000000000000001",
    },
    { query: "select $2 || $1 as a", values: ["b", "a"], cell: "ab" },
    { query: "select $1::boolean as a", values: ["yes"], cell: "true" },
    {
      query: "select $1::timestamptz as a",
      values: ["2026-01-02 01:00+01"],
      cell: "2026-01-02T00:00:00.000Z",
    },
    {
      query: "select account_id as a from raw.account where history_from = $1",
      values: ["2026-01-01Z"],
      cell: "a",
    },
    {
      query: "select count(*) as a from raw.account where account_id = any ($1)",
      values: ["{a,b}"],
      cell: "1",
    },
    { query: "select $1::jsonb ->> 'a' as a", values: ['{"a":1.10}'], cell: "1.10" },
  ])("the parameters of $query are $values", async ({ query, values, cell }) => {
    const words = values.map((value) => `--parameter=${value}`);
    expect(await rig.run("sql", query, ...words, "--format", "csv")).toEqual({
      exitCode: 0,
      output: `a\r\n${cell}\r\n`,
      errors: "",
    });
  });

  test("an option's value is one word, so that the query may follow it", async () => {
    const { output } = await rig.run("sql", "--parameter", "x", "select $1 as a", "--format", "csv");
    expect(output).toBe("a\r\nx\r\n");
  });

  test.each([
    { values: ["a"], says: /2/ },
    { values: ["a", "b", "c"], says: /3/ },
    { values: ["a", "b"], says: /invalid input syntax for type integer: "b"/ },
  ])("parameters that do not fit are refused: $values", async ({ values, says }) => {
    const words = values.map((value) => `--parameter=${value}`);
    const { exitCode, errors } = await rig.run("sql", "select $1 || 'x', $2::integer", ...words);
    expect(exitCode).toBe(2);
    expect(errors).toMatch(/^perpbooks sql: Postgres refuses the select\n/);
    expect(errors).toMatch(says);
  });

  test("the list of tables begins with what is made for people's own SQL", async () => {
    const { output } = await rig.run("sql", "--tables", "--format", "csv");
    const [head, ...rows] = output.trimEnd().split("\r\n");
    expect(head).toBe("relation,kind,holds");
    const schemas = [...new Set(rows.map((row) => row.split(".")[0]))];
    expect(schemas).toEqual(["report", "ledger", "history", "price", "snapshot", "raw", "perpbooks"]);
    expect(rows).toContain("raw.account,table,One row per account that was ever synced.");
    expect(rows.filter((row) => row.endsWith(","))).toEqual([]);
  });

  test.each(["raw.decision", "decision"])("the columns of %s, with what they mean", async (name) => {
    const { output } = await rig.run("sql", "--tables", name, "--format", "csv");
    const rows = output.split("\r\n");
    expect(rows[0]).toBe("column,type,note,means");
    expect(rows[1]).toBe("account_id,text,key,The account.");
    expect(rows).toContain(
      '"withdrawn_at","timestamp with time zone"'.replaceAll('"', "") +
        ',may be null,"When it was taken back, by this machine\'s clock; null while it holds."',
    );
  });

  test.each([
    [
      "raw.acount",
      'there is no table or view "raw.acount" (did you mean raw.account?)',
      "see `perpbooks sql --tables`",
    ],
    [
      "position",
      'more than one is called "position": ledger.position, snapshot.position',
      "name one with its schema: perpbooks sql --tables ledger.position",
    ],
  ])("%s is no table's name", async (name, what, next) => {
    expect(asRead(await rig.run("sql", "--tables", name))).toEqual({
      exitCode: 2,
      message: `perpbooks sql --tables: ${what}\n  nothing was done\n  next: ${next}`,
    });
  });
});
