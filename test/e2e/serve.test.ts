/** `perpbooks serve`: an embedded store for other tools, which gives way to runs. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LockHeldError } from "../../src/errors.ts";
import { openStore } from "../../src/store/open.ts";
import { serveFolder } from "../../src/store/serve-folder.ts";
import type { Readers } from "../../src/store/wire/serve-readers.ts";
import { asRead, smallRig } from "../errors/small-world.ts";
import type { Rig } from "../support/rig.ts";

const PASSWORD = "simulated-password";
const MAIN = join(import.meta.dirname, "..", "..", "dist", "main.js");

let rig: Rig;
let served: Readers;
let folder: string;
const ending = new AbortController();
beforeAll(async () => {
  rig = await smallRig({ kind: "PGlite" });
  if (rig.location.kind !== "folder") throw new Error("a folder was wanted");
  folder = rig.location.path;
  await rig.run("sync");
  served = await serveFolder(folder, { port: 0, password: PASSWORD }, ending.signal);
});
afterAll(async () => {
  await served.close(0);
  await rig.close();
});

async function client(): Promise<pg.Client> {
  const one = new pg.Client({
    host: "127.0.0.1",
    port: served.port,
    user: "me",
    password: PASSWORD,
    ssl: false,
  });
  one.on("error", () => {});
  await one.connect();
  return one;
}

function endOf(one: pg.Client): Promise<void> {
  return new Promise((resolve) => one.once("end", resolve));
}

const FILLS = "select count(*)::int as fills from raw.record where stream = $1";

test("a client reads the books, and the night comes all the same; then it reads on by the same session", async () => {
  const one = await client();
  const fills = async (who: pg.Client) =>
    (await who.query({ name: "fills", text: FILLS, values: ["fills"] })).rows;
  await one.query("set time zone 'Asia/Tokyo'");
  const before = await fills(one);
  expect(before).not.toEqual([{ fills: 0 }]);
  expect((await rig.runUnwatched("run")).exitCode).toBe(0);
  expect(await fills(one)).toEqual(before);
  expect((await one.query("show time zone")).rows).toEqual([{ TimeZone: "Asia/Tokyo" }]);
  await expect(one.query("delete from raw.account")).rejects.toThrow(/read-only transaction/);
  await one.end();
});

test("while a run has the store, who comes is handed on to it, and who was there is told to come again", async () => {
  const before = await client();
  await before.query("select 1");
  const run = await openStore({ kind: "folder", path: folder });
  const ended = endOf(before);
  await expect(before.query("select 1")).rejects.toThrow(/connect again/);
  await ended;
  const after = await client();
  expect((await after.query("select name from raw.account")).rows).toEqual([{ name: "main" }]);
  await expect(after.query("delete from raw.account")).rejects.toThrow(/read-only transaction/);
  await after.end();
  await run.close();
  const again = await client();
  expect((await again.query("select name from raw.account")).rows).toEqual([{ name: "main" }]);
  await again.end();
});

test("a client within a transaction is heard to its end; a silent one gives way", async () => {
  const one = await client();
  await one.query("begin");
  await one.query("select 1");
  const opening = openStore({ kind: "folder", path: folder });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect((await one.query("select name from raw.account")).rows).toEqual([{ name: "main" }]);
  await one.query("commit");
  await (await opening).close();
  const silent = await client();
  await silent.query("begin");
  await silent.query("select 1");
  const ended = endOf(silent);
  await (await openStore({ kind: "folder", path: folder })).close();
  await ended;
  await one.end();
});

test("status and queries go by the process that serves", async () => {
  const one = await client();
  await one.query("select 1");
  expect((await rig.run("status")).output).toContain("main on aster");
  expect((await rig.run("sql", "select 1 as a", "--format", "csv")).output).toBe("a\r\n1\r\n");
  await one.end();
});

test("nobody else is let in, and none by an address of another machine", async () => {
  const wrong = new pg.Client({
    host: "127.0.0.1",
    port: served.port,
    user: "me",
    password: "wrong",
    ssl: false,
  });
  await expect(wrong.connect()).rejects.toThrow("the password is wrong");
  // What is no client at all harms nobody.
  const noise = connect(served.port, "127.0.0.1");
  noise.resume().write("GET / HTTP/1.1\r\n\r\n");
  await once(noise, "close");
  const one = await client();
  expect((await one.query("select 1 as a")).rows).toEqual([{ a: 1 }]);
  await one.end();
});

test.each([
  {
    words: ["--port", "soon"],
    variables: {},
    what: '--port: "soon" is not a port',
    next: "give a number from 1 to 65535, or 0 for any that is free",
  },
  {
    words: ["--port", "70000"],
    variables: {},
    what: '--port: "70000" is not a port',
    next: "give a number from 1 to 65535, or 0 for any that is free",
  },
  {
    words: [],
    variables: { PERPBOOKS_SERVE_PASSWORD: "short" },
    what: "PERPBOOKS_SERVE_PASSWORD is no password that is hard to guess",
    next: "give 12 or more letters, digits and signs, or unset it: then one is made",
  },
  {
    words: [],
    variables: { PERPBOOKS_SERVE_PASSWORD: "" },
    what: "PERPBOOKS_SERVE_PASSWORD is empty",
    next: "give 12 or more letters, digits and signs, or unset it: then one is made",
  },
])("perpbooks serve: $what", async ({ words, variables, what, next }) => {
  expect(asRead(await rig.runWith(variables, "serve", ...words))).toEqual({
    exitCode: 2,
    message: `perpbooks serve: ${what}\n  nothing was done\n  next: ${next}`,
  });
});

test("its password may stay, and is shown by its name; no other command minds it", async () => {
  const PERPBOOKS_SERVE_PASSWORD = "simulated-password-that-stays";
  expect((await rig.runWith({ PERPBOOKS_SERVE_PASSWORD }, "status")).errors).toBe("");
  // Whoever serves it here gives it back.
  await (await openStore({ kind: "folder", path: folder })).close();
  const child = spawn(process.execPath, [MAIN, "serve", "--port", "0"], {
    cwd: rig.folder,
    env: { ...process.env, ...rig.environment, PERPBOOKS_SERVE_PASSWORD },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [shown] = await once(child.stdout, "data");
  const port = /^postgres:\/\/reader:\$PERPBOOKS_SERVE_PASSWORD@127\.0\.0\.1:(\d+)\//.exec(
    String(shown),
  )?.[1];
  const one = new pg.Client({
    host: "127.0.0.1",
    port: Number(port),
    user: "me",
    password: PERPBOOKS_SERVE_PASSWORD,
    ssl: false,
  });
  await one.connect();
  expect((await one.query("select name from raw.account")).rows).toEqual([{ name: "main" }]);
  await one.end();
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("a port that is in use is named", async () => {
  expect(
    (await rig.run("serve", "--port", String(served.port))).errors,
  ).toBe(`perpbooks serve: the port is in use
  nothing was done
  next: give another --port; 0 takes any that is free
`);
});

test("books on a server are not served", async () => {
  const { exitCode, errors } = await rig.runWith(
    { DATABASE_URL: "postgres://me:secret@db.example/books?sslmode=verify-full" },
    "serve",
  );
  expect(exitCode).toBe(2);
  expect(errors).toMatch(/^perpbooks serve: the books are on a Postgres server/);
  expect(errors).not.toContain("secret");
});

test("a store that another program opens without asking is refused to it", async () => {
  const one = await client();
  await one.query("begin");
  await one.query("select 1");
  const talking = setInterval(() => one.query("select 1").catch(() => {}), 500);
  await expect(openStore({ kind: "folder", path: folder })).rejects.toBeInstanceOf(LockHeldError);
  clearInterval(talking);
  await one.query("commit");
  await one.end();
});
