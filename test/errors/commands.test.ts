/** What a command cannot do with the store and the configuration there are: each with its whole message. */

import { chown, readFile } from "node:fs/promises";
import { sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failureOf } from "../../src/pipeline/failure.ts";
import { SMALL_FILE_BYTES_MAX } from "../../src/text-file.ts";
import { startProgram } from "../fault/program.ts";
import type { Rig } from "../support/rig.ts";
import { newStore, STORE_KINDS } from "../support/stores.ts";
import { asRead, NOW, smallRig } from "./small-world.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await smallRig();
});
afterAll(() => rig.close());

test("trace before anything was synced", async () => {
  expect(asRead(await rig.run("trace", "fill", "1"))).toEqual({
    exitCode: 2,
    message: `perpbooks trace: there is nothing to trace yet
  the store holds no records of these accounts
  next: perpbooks run`,
  });
});

test("export without a target, on the command line or in the configuration", async () => {
  expect(asRead(await rig.run("export"))).toEqual({
    exitCode: 2,
    message: `perpbooks export: no target is named, and the configuration has no exports
  nothing was done
  next: perpbooks export TARGET; perpbooks export --list shows which there are`,
  });
});

test("serve where the books are on a server", async () => {
  const { exitCode, message } = asRead(await rig.run("serve", "--port", "0"));
  expect({ exitCode, message: message.replace(/connect them to \S+,/, "connect them to ADDRESS,") }).toEqual({
    exitCode: 2,
    message: `perpbooks serve: the books are on a Postgres server, which other tools reach by themselves
  nothing was done
  next: connect them to ADDRESS, as a role that may only read`,
  });
});

/** Root may take any port, so the program gets a user of its own where the test is root. */
const USER = process.getuid?.() === 0 ? 65534 : null;
const guardsLowPorts = await readFile("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8").then(
  (first) => Number(first) > 1,
  () => false,
);

test.runIf(guardsLowPorts)("serve on a port that the system keeps for root", async () => {
  const embedded = await smallRig({ kind: "PGlite" });
  const store = embedded.location.kind === "folder" ? embedded.location.path : "";
  if (USER !== null) for (const path of [embedded.folder, store]) await chown(path, USER, USER);
  const { folder, environment } = embedded;
  const program = startProgram({
    folder,
    environment: { ...environment, TMPDIR: folder },
    now: NOW,
    words: ["serve", "--port", "1"],
    user: USER,
  });
  const { code, errors } = await program.ended;
  await embedded.close();
  expect({ code, errors }).toEqual({
    code: 2,
    errors: `perpbooks serve: the port is not free for this user
  nothing was done
  next: give another --port; 0 takes any that is free
`,
  });
});

test("store distribute into no parts", async () => {
  expect(asRead(await rig.run("store", "distribute", "--shards", "0"))).toEqual({
    exitCode: 2,
    message: `--shards: 0 is no number of shards
  nothing was changed
  next: give a whole number from 1 on; the cluster's own default is 32`,
  });
});

test("sql with more on stdin than any query has", async () => {
  expect(asRead(await rig.runGiven(" ".repeat(SMALL_FILE_BYTES_MAX + 1), "sql", "--file", "-"))).toEqual({
    exitCode: 2,
    message: `perpbooks sql: stdin is longer than any query
  nothing was done
  next: give a shorter query`,
  });
});

test("an account that the store knows on another venue", async () => {
  await rig.inspect(({ db }) =>
    sql`insert into raw.account (account_id, name, venue, is_from_beginning) values ('main', 'main', 'edgex', false)`.execute(
      db,
    ),
  );
  expect(asRead(await rig.run("sync"))).toEqual({
    exitCode: 2,
    message: `main: the store knows this account on edgex, the configuration puts it on aster
  next: give the account another name, or use another store`,
  });
});

test.each(STORE_KINDS)("%s: a disk of the store's that refuses to work", async (kind) => {
  const store = await newStore(kind);
  const refusal = "do $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$";
  const failure = await sql`${sql.raw(refusal)}`.execute(store.db).then(
    () => null,
    (error: unknown) => failureOf(error),
  );
  await store.close();
  expect(failure).toMatchObject({
    exitCode: 1,
    text: `store: the store's disk refuses to work
  could not extend file
  what was committed is kept; nothing is half-written
  next: make room on it, or fix it, and run again`,
  });
});

test("a server whose connections are all in use", async () => {
  if (rig.location.kind !== "postgres") throw new Error("a server was wanted");
  // As the store's own pool waits, but not for a minute.
  const pool = new pg.Pool({
    connectionString: rig.location.url.reveal(),
    max: 1,
    connectionTimeoutMillis: 50,
  });
  const taken = await pool.connect();
  const failure = await pool.connect().then(
    () => null,
    (error: unknown) => failureOf(error),
  );
  taken.release();
  await pool.end();
  expect(failure).toMatchObject({
    exitCode: 1,
    text: `store: no connection to the Postgres server became free in time
  timeout exceeded when trying to connect
  what was committed is kept; nothing is half-written
  next: see what keeps the server busy, and run again: it goes on where this run stopped`,
  });
});
