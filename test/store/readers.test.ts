/**
 * Other processes read an embedded store while one has it open: between its transactions, each in one of its
 * own that only reads. The clients are node-postgres, and raw messages where a client would not send them.
 */
import { once } from "node:events";
import { readdir, stat, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { sql } from "kysely";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { migrate } from "../../src/store/migrate.ts";
import { openStore, openToRead } from "../../src/store/open.ts";
import { type EmbeddedStore, openPGlite } from "../../src/store/open-pglite.ts";
import { int16, int32, message, messagesIn, text, textAt } from "../../src/store/wire/messages.ts";
import { type Readers, serveReaders } from "../../src/store/wire/serve-readers.ts";
import { newLocation } from "../support/stores.ts";

const PASSWORD = "simulated-password";
const LIMITS = { silenceMs: 600, patienceMs: 1500 };

let folder: string;
let store: EmbeddedStore;
let readers: Readers;
let remove: () => Promise<void>;
const clients: pg.Client[] = [];

beforeAll(async () => {
  const made = await newLocation("PGlite");
  if (made.location.kind !== "folder") throw new Error("a folder was wanted");
  ({ remove } = made);
  folder = made.location.path;
  store = await openPGlite(folder, new AbortController().signal, 0);
  await migrate(store);
  await addAccount(store, "first");
  readers = await serveReaders({
    at: { port: 0 },
    password: PASSWORD,
    engine: store.readerEngine,
    limits: LIMITS,
  });
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.end();
});
afterAll(async () => {
  await readers.close(0);
  await store.close();
  await remove();
});

async function addAccount({ db }: Pick<EmbeddedStore, "db">, name: string): Promise<void> {
  await sql`
    insert into raw.account (account_id, name, venue, last_sequence, history_from, is_from_beginning)
    values (${name}, ${name}, 'aster', 0, '2026-01-01Z', false)
  `.execute(db);
}

async function client(config: pg.ClientConfig = {}): Promise<pg.Client> {
  const one = new pg.Client({
    host: "127.0.0.1",
    port: readers.port,
    user: "reader",
    password: PASSWORD,
    ssl: false,
    ...config,
  });
  one.on("error", () => {});
  await one.connect();
  clients.push(one);
  return one;
}

const ACCOUNTS = "select string_agg(account_id, ' ' order by account_id) as names from raw.account";

async function names(one: pg.Client): Promise<string> {
  return (await one.query(ACCOUNTS)).rows[0]?.names;
}

async function isWritten(): Promise<boolean> {
  const { rows } = await sql<{ is_written: boolean }>`
    select
      to_regclass('public.written') is not null
      or not exists (select from raw.account where account_id = 'first') as is_written
  `.execute(store.db);
  return rows[0]?.is_written ?? true;
}

test("who knows the password is let in, and nobody else", async () => {
  expect(await names(await client())).toBe("first");
  for (const password of ["", "wrong", `${PASSWORD} `])
    await expect(client({ password }), password).rejects.toThrow(/password/);
});

test("nothing of a transaction that has not ended is seen, and nothing of it is lost", async () => {
  const reader = await client();
  let isAnswered = false;
  const answer = await store.db.transaction().execute(async (transaction) => {
    await addAccount({ db: transaction }, "second");
    const asked = names(reader).finally(() => {
      isAnswered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(isAnswered, "a reader waits until the transaction has ended").toBe(false);
    await sql`select 1`.execute(transaction);
    return { asked };
  });
  expect(await answer.asked).toBe("first second");
  const undone = store.db.transaction().execute(async (transaction) => {
    await sql`delete from raw.account where account_id = 'second'`.execute(transaction);
    throw new Error("undone");
  });
  await expect(undone).rejects.toThrow("undone");
  expect(await names(reader)).toBe("first second");
  await sql`delete from raw.account where account_id = 'second'`.execute(store.db);
});

test("a reader's transaction sees one state to its end; the program's next one begins after it", async () => {
  const reader = await client();
  await reader.query("begin");
  expect(await names(reader)).toBe("first");
  const added = addAccount(store, "second");
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await names(reader)).toBe("first");
  await reader.query("commit");
  await added;
  expect(await names(reader)).toBe("first second");
  await sql`delete from raw.account where account_id = 'second'`.execute(store.db);
});

test.each([
  ["writes", "delete from raw.account"],
  ["cancels what the program does", "select pg_cancel_backend(pg_backend_pid())"],
  ["ends the program's session", "select pg_terminate_backend(pg_backend_pid())"],
  ["writes in a `with`", "with gone as (delete from raw.account returning 1) select * from gone"],
  ["makes a table", "create table public.written (a int)"],
  ["makes a table of a select", "select 1 as a into public.written"],
  ["runs code that writes", "do $$ begin delete from raw.account; end $$"],
  ["runs code that ends the transaction", "do $$ begin commit; delete from raw.account; end $$"],
  ["ends the transaction first", "commit; delete from raw.account"],
  ["ends the transaction and begins another", "commit; begin read write; delete from raw.account; commit"],
  ["rolls back first", "rollback; create table public.written (a int)"],
  [
    "chains a transaction",
    "begin; commit and chain; set transaction read write; delete from raw.account; commit",
  ],
  [
    "chains one after rolling back",
    "begin; rollback and chain; set transaction read write; delete from raw.account; commit",
  ],
  ["sets it to write", "set transaction read write; delete from raw.account"],
  [
    "sets all to write",
    "set session characteristics as transaction read write; commit; delete from raw.account",
  ],
  ["sets the default to write", "set default_transaction_read_only = off; commit; delete from raw.account"],
  [
    "sets it by a function",
    "select set_config('transaction_read_only', 'off', false); delete from raw.account",
  ],
  ["takes its role back", "reset role; delete from raw.account"],
  ["takes its role back for later", "set role postgres; commit; delete from raw.account"],
  ["copies into a table", "copy raw.account from stdin"],
  ["copies to a file", "copy (select 1) to '/tmp/perpbooks-written'"],
  ["copies to a file as another role", "set role postgres; copy (select 1) to '/tmp/perpbooks-written'"],
  [
    "hides a second statement in one",
    "begin; prepare p as select 1; commit; execute p; delete from raw.account",
  ],
])("a statement that %s is refused", async (_what, statement) => {
  const reader = await client();
  await expect(reader.query(statement)).rejects.toThrow();
  await reader.query("rollback");
  expect(await isWritten()).toBe(false);
  expect(await names(reader)).toBe("first");
});

/** As a client that wants its rights back: what it says runs in one statement, so nothing comes between. */
const asSuperuser = (words: string) =>
  `do $$ begin perform set_config('role', 'none', true); ${words} end $$`;

test.each([
  ["copies to a file of the store", asSuperuser("copy (select 1) to '/pglite/data/written';")],
  ["starts a program", asSuperuser("copy (select 1) to program 'cat';")],
  ["reads a file of the store", asSuperuser("raise exception '%', pg_read_file('PG_VERSION');")],
  [
    "reads one by SQL in a text",
    `select set_config('role', 'none', true),
      query_to_xml($$ select pg_read_file('PG_VERSION') $$, true, false, '')`,
  ],
  ["says who it is by a function", "select set_config('session_authorization', 'postgres', false)"],
  ["takes the function by its other name", "select set_config_of_any('role', 'none', true)"],
])("a client that takes its rights back and %s is refused", async (_what, words) => {
  const reader = await client();
  await expect(reader.query(words)).rejects.toMatchObject({ code: expect.stringMatching(/^42(501|P17)$/) });
  expect(await readdir(join(folder, "pg"))).not.toContain("written");
  expect(await names(reader)).toBe("first");
});

test("what a client sets is said again as it was said, though it looks like a comment and another statement", async () => {
  const reader = await client();
  await reader.query("set search_path = '--',\n'; commit; create table public.written (a int); --'");
  expect(await names(reader)).toBe("first");
  expect(await isWritten()).toBe(false);
  expect((await reader.query("show search_path")).rows).toEqual([
    { search_path: '"--", "; commit; create table public.written (a int); --"' },
  ]);
});

test.each([
  ["by which a mistake would end the program's database", "set exit_on_error = on"],
  [
    "the same by a function, with the mistake",
    "select set_config('exit_on_error', 'on', true), 1 / (select 0)",
  ],
  ["in letters of its own", 'set U&"exit\\005fon\\005ferror" = on'],
  ["an encoding that the embedded database does not have", "set client_encoding = 'LATIN1'"],
  ["the same in other words", "set names 'WIN1252'"],
  ["it behind comments", '/* a /* b */ */ set -- c\n local/**/"CLIENT_encoding" to win1252'],
  [
    "it where a savepoint has saved the transaction before",
    "begin; savepoint a; set names 'LATIN1'; rollback to a",
  ],
  ["the same by a function", "select set_config('client_encoding', 'LATIN1', false)"],
])("a client that sets %s is refused, and the program goes on", async (_what, words) => {
  const reader = await client();
  await expect(reader.query(words)).rejects.toThrow(/not served|permission denied/);
  const next = await client();
  await expect(next.query("select 1 / (select 0), 'é'")).rejects.toThrow(/division by zero/);
  expect(await names(next)).toBe("first");
  expect(await isWritten()).toBe(false);
});

test("a client that comes with such a setting is not let in", async () => {
  for (const options of ["-c exit_on_error=on", "-c client_encoding=LATIN1"])
    await expect(client({ options }), options).rejects.toThrow(/not served|permission denied/);
  expect(await names(await client({ options: "-c client_encoding=SQL_ASCII" }))).toBe("first");
  expect(await isWritten()).toBe(false);
});

test("a client of a pool, which lets go of all locks, leaves the program's lock of its run", async () => {
  const locks = async () =>
    (await sql`select classid, objid from pg_locks where locktype = 'advisory'`.execute(store.db)).rows;
  const reader = await client();
  await store.withRunLock("a run's", async () => {
    const before = await locks();
    expect(before).toHaveLength(1);
    // As asyncpg says when a connection goes back to its pool.
    await reader.query("select pg_advisory_unlock_all(); close all; unlisten *; reset all");
    await reader.query("select pg_advisory_lock(4711)");
    expect(await locks()).toEqual(before);
  });
  expect(await locks()).toEqual([]);
});

test("of wide rows few are computed at once", async () => {
  let largest = 0;
  const engine = Object.create(store.readerEngine, {
    answer: {
      value: async (one: Buffer) => {
        const answer = await store.readerEngine.answer(one);
        largest = Math.max(largest, answer.length);
        return answer;
      },
    },
  });
  const watched = await serveReaders({ at: { port: 0 }, password: PASSWORD, engine });
  const reader = await client({ port: watched.port });
  const wide = await reader.query("select n, repeat('x', 1000000) as x from generate_series(1, 100) as n");
  expect(wide.rows.map(({ n }) => n)).toEqual(Array.from({ length: 100 }, (_, at) => at + 1));
  expect(wide.rows.every(({ x }) => x.length === 1_000_000)).toBe(true);
  expect(largest).toBeLessThan(20_000_000);
  await reader.end();
  await watched.close(0);
});

test("a copy that would fill the memory is refused, and a part of it is not", async () => {
  const reader = await client();
  const copy = (rows: number) =>
    reader.query(`copy (select repeat('x', 1000) from generate_series(1, ${rows})) to stdout`);
  await expect(copy(300_000)).rejects.toMatchObject({ code: "54000", hint: expect.stringMatching(/parts/) });
  expect((await copy(1000)).rowCount).toBe(1000);
  await reader.query("begin");
  await expect(copy(300_000)).rejects.toThrow(/larger than/);
  await expect(reader.query("select 1")).rejects.toThrow(/transaction is aborted/);
  await reader.query("rollback");
  expect(await names(reader)).toBe("first");
}, 60_000);

test("a client that prepares without end is refused, until it lets go of some", async () => {
  const reader = await client();
  const prepare = (n: number) => reader.query({ name: `statement ${n}`, text: `select ${n} as n` });
  for (let n = 1; n <= 1000; n += 1) await prepare(n);
  await expect(prepare(1001)).rejects.toMatchObject({ code: "54000" });
  await reader.query('deallocate "statement 1"');
  expect((await prepare(1001)).rows).toEqual([{ n: 1001 }]);
}, 60_000);

test("of who has not said who one is, no long message is read", async () => {
  const socket = connect(readers.port, "127.0.0.1");
  let answer = "";
  socket.on("data", (bytes) => {
    answer += bytes.toString("latin1");
  });
  socket.write(int32(16 * 1024 * 1024));
  await once(socket, "end");
  expect(answer).toMatch(/^E.*a message of 16777212 bytes is not read/s);
  socket.destroy();
});

/** Sends messages as they are, after the greetings, and returns the answers until the last is ready. */
async function pipelined(...messages: readonly Buffer[]): Promise<string[]> {
  const socket = connect(join(folder, ".s.PGSQL.5432"));
  const start = Buffer.concat([int32(3 << 16), text("user"), text("raw"), Buffer.from([0])]);
  socket.write(Buffer.concat([int32(start.length + 4), start]));
  await untilReady(socket);
  socket.write(Buffer.concat([...messages, message("S")]));
  const answers = [...messagesIn(await untilReady(socket))];
  socket.destroy();
  return answers
    .filter(({ type }) => ["C", "E", "Z"].includes(type))
    .map(({ type, body }) => (type === "C" ? textAt(body).text : type === "Z" ? `${body}` : "refused"));
}

async function untilReady(socket: Socket): Promise<Buffer> {
  let all = Buffer.alloc(0);
  for (;;) {
    const [chunk] = await once(socket, "data");
    all = Buffer.concat([all, chunk]);
    if (all.length >= 6 && all.toString("latin1", all.length - 6, all.length - 5) === "Z") return all;
  }
}

function statement(words: string): Buffer {
  return Buffer.concat([
    message("P", text(""), text(words), int16(0)),
    message("B", text(""), text(""), int16(0), int16(0), int16(0)),
    message("E", text(""), int32(0)),
  ]);
}

test.each([
  { words: ["commit", "delete from raw.account"], answers: ["COMMIT", "refused", "I"] },
  { words: ["begin", "commit", "delete from raw.account"], answers: ["BEGIN", "COMMIT", "refused", "I"] },
  {
    words: ["begin", "commit and chain", "set transaction read write", "delete from raw.account"],
    answers: ["BEGIN", "COMMIT", "refused", "E"],
  },
  {
    words: ["selct", "delete from raw.account", "commit", "delete from raw.account"],
    answers: ["refused", "I"],
  },
  { words: ["select 1; delete from raw.account"], answers: ["refused", "I"] },
])("messages without a pause write nothing either: $words", async ({ words, answers }) => {
  await store.serveReaders();
  expect(await pipelined(...words.map(statement))).toEqual(answers);
  expect(await isWritten()).toBe(false);
});

test("what a client sets lasts for it, and neither for another nor for the program", async () => {
  const [one, other] = [await client({ options: "-c TimeZone=Asia/Tokyo" }), await client()];
  const zoneOf = async (who: pg.Client) => (await who.query("show time zone")).rows[0]?.TimeZone;
  expect(await zoneOf(one)).toBe("Asia/Tokyo");
  await one.query("set search_path = raw");
  await one.query("begin; set local time zone 'Europe/Berlin'");
  expect(await zoneOf(one)).toBe("Europe/Berlin");
  await one.query("commit");
  expect(await zoneOf(one)).toBe("Asia/Tokyo");
  expect((await one.query("select count(*)::int as n from account")).rows).toEqual([{ n: 1 }]);
  expect(await zoneOf(other)).toBe("UTC");
  await expect(other.query("select count(*) from account")).rejects.toThrow(/does not exist/);
});

const SETTINGS = sql<{ name: string }>`
  select name, setting from pg_settings
  union all select 'session_user', session_user::text
  union all select 'current_user', current_user::text
  union all select 'cursors', count(*)::text from pg_cursors
  union all select 'channels', count(*)::text from pg_listening_channels()
`;

test.each([
  "set search_path = raw; set time zone 'Asia/Tokyo'; set client_min_messages = 'error'",
  "begin; set search_path = raw; set time zone 'Asia/Tokyo'; commit",
  "begin; set role pg_monitor; commit",
  "begin; set session authorization pg_monitor; commit",
  "select set_config('session_authorization', 'pg_monitor', false); select 1",
  "set session authorization pg_monitor",
  "select set_config('session_authorization', 'pg_monitor', false), 1 / (select 0)",
  "begin; declare held cursor with hold for select 1; commit",
  "begin; listen something; commit",
  "begin; select set_config('work_mem', '1MB', false); commit and chain; select 1",
])("the program's own session is as before, after a client's %s", async (words) => {
  const before = (await SETTINGS.execute(store.db)).rows;
  const reader = await client();
  await reader.query(words).catch(() => {});
  await reader.query("rollback");
  expect((await SETTINGS.execute(store.db)).rows).toEqual(before);
});

test("statements that two clients have prepared under one name are two", async () => {
  const [one, other] = [await client(), await client()];
  const ask = async (who: pg.Client, query: string) =>
    (await who.query({ name: "same", text: query, values: ["x"] })).rows[0]?.a;
  for (const _twice of [1, 2]) {
    expect(await ask(one, "select $1 || 'one' as a")).toBe("xone");
    expect(await ask(other, "select $1 || 'other' as a")).toBe("xother");
  }
  await expect(one.query("select $1::int as a", ["x"])).rejects.toThrow(/invalid input syntax/);
  expect(await ask(one, "select $1 || 'one' as a")).toBe("xone");
});

test("an answer of any length comes whole, in the order of its rows, and is counted", async () => {
  const reader = await client();
  const { rows, rowCount, command } = await reader.query("select n from generate_series(1, 12345) as n");
  expect([rows.length, rowCount, command, rows.at(-1)?.n]).toEqual([12345, 12345, "SELECT", 12345]);
  const none = await reader.query("select 1 as a where false");
  expect([none.rowCount, none.fields.map(({ name }) => name)]).toEqual([0, ["a"]]);
  const several = (await reader.query(
    "select 1 as a;;select 'it;''s' as b -- ; \n; select $$;$$ as c /* ; */ ;",
  )) as unknown as pg.QueryResult[];
  expect(several.map(({ rows: [row] }) => row)).toEqual([{ a: 1 }, { b: "it;'s" }, { c: ";" }]);
});

test("a client that keeps the program waiting is ended, and one that keeps nobody waiting is not", async () => {
  const reader = await client();
  await reader.query("begin");
  await new Promise((resolve) => setTimeout(resolve, LIMITS.silenceMs * 2));
  expect(await names(reader)).toBe("first");
  const ended = once(reader, "error");
  await addAccount(store, "second");
  const [error] = await ended;
  expect(String(error)).toMatch(/kept others waiting/);
  await sql`delete from raw.account where account_id = 'second'`.execute(store.db);
});

test("a client that takes its rows one at a time is ended when it has kept the program waiting for too long", async () => {
  const reader = await client();
  await reader.query("begin");
  const ended = once(reader, "error").then(([error]) => String(error));
  let asked = 0;
  const slowly = setInterval(() => {
    asked += 1;
    reader.query("select 1").catch(() => {});
  }, LIMITS.silenceMs / 3);
  const added = addAccount(store, "second");
  await added;
  clearInterval(slowly);
  expect(await ended).toMatch(/kept others waiting/);
  expect(asked).toBeGreaterThan(3);
  await sql`delete from raw.account where account_id = 'second'`.execute(store.db);
});

test("a statement that is cancelled ends at its next rows, and the transaction has failed", async () => {
  const reader = await client();
  await reader.query("begin");
  const endless = reader.query("select repeat('x', 1000) from generate_series(1, 100000)");
  await new Promise((resolve) => setTimeout(resolve, 100));
  const { processID, secretKey } = reader as unknown as { processID: number; secretKey: number };
  const canceller = connect(readers.port, "127.0.0.1");
  canceller.end(Buffer.concat([int32(16), int32(80877102), int32(processID), int32(secretKey)]));
  await expect(endless).rejects.toMatchObject({ code: "57014" });
  await expect(reader.query("select 1")).rejects.toThrow(/transaction is aborted/);
  await reader.query("rollback");
  expect(await names(reader)).toBe("first");
});

test("a client that goes away in the middle leaves nothing behind", async () => {
  const reader = await client();
  await reader.query("begin");
  reader.query("select n from generate_series(1, 1000000) as n").catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 50));
  reader.connection.stream.destroy();
  expect(await isWritten()).toBe(false);
});

test("a store that is open here is read through it, also by who may not open it; it cannot be written", async () => {
  const { location, remove: removeOther } = await newLocation("PGlite");
  if (location.kind !== "folder") throw new Error("a folder was wanted");
  const socket = join(location.path, ".s.PGSQL.5432");
  await writeFile(socket, "what a killed process left");
  const open = await openStore(location);
  expect((await stat(socket)).mode & 0o777).toBe(0o600);
  const reader = await openToRead(location, new AbortController().signal);
  await addAccount(open, "here");
  expect((await sql`select account_id from raw.account`.execute(reader.db)).rows).toEqual([
    { account_id: "here" },
  ]);
  await expect(addAccount(reader, "there")).rejects.toThrow(/read-only transaction/);
  await open.close();
  await expect(sql`select 1`.execute(reader.db)).rejects.toThrow();
  await reader.close();
  expect(await readdir(location.path)).toEqual(["pg"]);
  const alone = await openToRead(location, new AbortController().signal);
  await alone.close();
  await removeOther();
});
