/** A store that cannot be used: each failure with its whole message. Nothing of it is changed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { sql } from "kysely";
import pg from "pg";
import { describe, expect, inject, test } from "vitest";
import type { Rig } from "../support/rig.ts";
import { STORE_KINDS } from "../support/stores.ts";
import { asRead, smallRig, smallWorld } from "./small-world.ts";

const OPENER = join(import.meta.dirname, "..", "store", "open-store.mjs");

/** Sends the rig to another store; `DATABASE_URL` wins over it, so only for rigs on PGlite. */
async function useStore(rig: Rig, store: string): Promise<void> {
  await rig.reconfigure((text) => text.replace(/^store: .*$/m, `store: ${store}`));
}

describe("a store that cannot be opened stops the run with exit code 1", () => {
  test("a file where the folder should be", async () => {
    const rig = await smallRig({ kind: "PGlite" });
    await writeFile(join(rig.folder, "books"), "not a folder");
    await useStore(rig, "./books");
    expect(asRead(await rig.run("run"))).toEqual({
      exitCode: 1,
      message: `store FOLDER/books: this is a file, and the embedded database needs a folder
  nothing was changed
  next: let \`store:\` name a folder that is empty or not there yet, or the folder of a store`,
    });
    expect(await readFile(join(rig.folder, "books"), "utf8")).toBe("not a folder");
    await rig.close();
  });

  test("a folder whose database is something else", async () => {
    const rig = await smallRig({ kind: "PGlite" });
    await mkdir(join(rig.folder, "books"));
    await writeFile(join(rig.folder, "books", "pg"), "not a database");
    await useStore(rig, "./books");
    expect(asRead(await rig.run("run"))).toEqual({
      exitCode: 1,
      message: `store FOLDER/books: the folder holds files and no store
  in it: pg
  nothing was changed
  next: let \`store:\` name a folder that is empty or not there yet, or the folder of a store`,
    });
    expect(await readdir(join(rig.folder, "books")), "nor is its lock left behind").toEqual(["pg"]);
    await rig.close();
  });

  test("a store that a process of another version has open", async () => {
    const rig = await smallRig({ kind: "PGlite" });
    await rig.inspect(async ({ db }) => {
      await sql`update perpbooks.migration set sha256 = 'of another version' where name = 'views'`.execute(
        db,
      );
      expect(asRead(await rig.run("status"))).toEqual({
        exitCode: 1,
        message: `store FOLDER: the process that has the store open is of another version of perpbooks
  nothing was read
  next: wait until it has ended and try again, or use its version`,
      });
    });
    await rig.close();
  });

  test("a folder whose database is not what it seems", async () => {
    const rig = await smallRig({ kind: "PGlite" });
    await mkdir(join(rig.folder, "books", "pg", "base"), { recursive: true });
    await writeFile(join(rig.folder, "books", "pg", "PG_VERSION"), "no version\n");
    await useStore(rig, "./books");
    const { exitCode, message } = asRead(await rig.run("run"));
    expect({ exitCode, message: message.replace(/^ {2}(?!next:).*$/m, "  REASON") }).toEqual({
      exitCode: 1,
      message: `store FOLDER/books: the embedded database could not be opened
  REASON
  next: check that the folder can be written and that its disk is not full, then run again`,
    });
    expect(await readdir(join(rig.folder, "books")), "nor is its lock left behind").toEqual(["pg"]);
    await rig.close();
  });

  test("a folder of other files: no store is made among them, and nobody is shut out of them", async () => {
    const rig = await smallRig({ kind: "PGlite" });
    await mkdir(join(rig.folder, "books"), { mode: 0o755 });
    for (const name of ["b.txt", "a.txt", "d.txt", "c.txt"])
      await writeFile(join(rig.folder, "books", name), "mine");
    await useStore(rig, "./books");
    expect(asRead(await rig.run("run"))).toEqual({
      exitCode: 1,
      message: `store FOLDER/books: the folder holds files and no store
  in it: a.txt, b.txt, c.txt and 1 more
  nothing was changed
  next: let \`store:\` name a folder that is empty or not there yet, or the folder of a store`,
    });
    expect(await readdir(join(rig.folder, "books"))).toEqual(["a.txt", "b.txt", "c.txt", "d.txt"]);
    expect((await stat(join(rig.folder, "books"))).mode & 0o777).toBe(0o755);
    await rig.close();
  });

  test.each([
    {
      title: "a server that is not there",
      address: () => "postgres://user:a-password@127.0.0.1:1/books",
      message: `store postgres://user@HOST/books: the Postgres server could not be reached
  connect ECONNREFUSED HOST
  next: start the server or correct \`store:\` or DATABASE_URL, then run again; nothing was changed`,
    },
    {
      title: "a server that refuses the password",
      address: () => `${inject("postgresUrl").replace("only-on-loopback", "a-password")}/postgres`,
      message: `store postgres://postgres@HOST/postgres: the Postgres server refuses this user's password, or has no such user
  password authentication failed for user "postgres"
  next: correct the password or the user in \`store:\` or DATABASE_URL, or in ~/.pgpass, then run again; nothing was changed`,
    },
    {
      title: "a server that asks for a password, where none was given",
      address: () => `${inject("postgresUrl").replace(":only-on-loopback", "")}/postgres`,
      message: `store postgres://postgres@HOST/postgres: the Postgres server asks for a password, and none was given
  empty password returned by client
  next: put it into DATABASE_URL or ~/.pgpass, then run again; nothing was changed`,
    },
    {
      // A server that asks for passwords does not tell who is unknown to it.
      title: "a user that the server does not have",
      address: () => `${inject("postgresUrl").replace("//postgres:", "//nobody:")}/postgres`,
      message: `store postgres://nobody@HOST/postgres: the Postgres server refuses this user's password, or has no such user
  password authentication failed for user "nobody"
  next: correct the password or the user in \`store:\` or DATABASE_URL, or in ~/.pgpass, then run again; nothing was changed`,
    },
    {
      title: "a database that the server does not have",
      address: () => `${inject("postgresUrl")}/books`,
      message: `store postgres://postgres@HOST/books: the Postgres server has no such database
  database "books" does not exist
  next: make it (\`createdb NAME\`), or correct \`store:\` or DATABASE_URL, then run again; nothing was changed`,
    },
  ])("$title", async ({ address, message }) => {
    const rig = await smallRig({ kind: "PGlite" });
    await writeFile(join(rig.folder, ".env"), `DATABASE_URL=${address()}\n`, { mode: 0o600 });
    expect(asRead(await rig.run("run"))).toEqual({ exitCode: 1, message });
    await rig.close();
  });
});

describe("a store that is of another time", () => {
  const SHOWN = { PGlite: "FOLDER", Postgres: "postgres://postgres@HOST/DATABASE" };

  test.each(STORE_KINDS)("%s: written by a later version", async (kind) => {
    const rig = await smallRig({ kind });
    await rig.inspect((store) =>
      store.executeScript("insert into perpbooks.migration values ('0099_later.sql', 'its hash')"),
    );
    expect(asRead(await rig.run("run"))).toEqual({
      exitCode: 1,
      message: `store ${SHOWN[kind]}: the store was written by a later version of perpbooks
  it has 0099_later.sql, which this version does not know
  nothing was changed
  next: install the later version`,
    });
    await rig.close();
  });

  test.each(STORE_KINDS)("%s: made by a migration that was edited since", async (kind) => {
    const rig = await smallRig({ kind });
    await rig.inspect((store) =>
      store.executeScript("update perpbooks.migration set sha256 = 'another' where name = '0001_books.sql'"),
    );
    expect(asRead(await rig.run("run"))).toEqual({
      exitCode: 1,
      message: `store ${SHOWN[kind]}: a migration differs from the one that made the store
  changed since: 0001_books.sql
  nothing was changed
  next: restore the file, or sync into a new store`,
    });
    await rig.close();
  });
});

describe("a lock that another run holds ends this one with exit code 75", () => {
  test("the folder's: nothing is done until the holder has gone", async () => {
    const rig = await smallRig({ kind: "PGlite" });
    if (rig.location.kind !== "folder") throw new Error("the rig was to be on PGlite");
    const holder = spawn(process.execPath, [OPENER, rig.location.path], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(holder.stdout, "data");
    expect(asRead(await rig.run("run"))).toEqual({
      exitCode: 75,
      message: `store: another run has the store open
  it holds FOLDER/LOCK, which the operating system drops with its process
  nothing was changed
  next: wait for the other run to end and try again; \`lsof FOLDER/LOCK\` shows which process it is`,
    });
    expect(rig.simulator.requests()).toEqual([]);

    holder.kill("SIGKILL");
    await once(holder, "exit");
    expect((await rig.run("run")).exitCode).toBe(0);
    await rig.close();
  });

  test("an account's on a server: the other accounts are done", async () => {
    const rig = await smallRig({ kind: "Postgres", world: smallWorld("first", "second") });
    if (rig.location.kind !== "postgres") throw new Error("the rig was to be on Postgres");
    const holder = new pg.Client({ connectionString: rig.location.url.reveal() });
    await holder.connect();
    await holder.query("select pg_advisory_lock(hashtextextended('perpbooks/first', 0))");
    const outcome = await rig.run("run");
    expect(asRead(outcome)).toEqual({
      exitCode: 75,
      message: `first: another run is working on this account
  nothing of this account was changed
  next: wait for the other run to end and try again`,
    });
    expect(outcome.output).toContain("second (aster)");
    expect(outcome.output).not.toContain("first (aster)");
    await holder.end();
    expect((await rig.run("run")).exitCode).toBe(0);
    await rig.close();
  });
});

test("a server that does not let this user in, as one without a line for it in pg_hba.conf", async () => {
  const words = 'no pg_hba.conf entry for host "127.0.0.1", user "nobody", database "books", no encryption';
  const fields = ["SFATAL", "VFATAL", "C28000", `M${words}`].map((field) => `${field}\0`).join("");
  const body = Buffer.from(`${fields}\0`);
  const head = Buffer.alloc(5);
  head.write("E");
  head.writeInt32BE(body.length + 4, 1);
  const refusing = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end(Buffer.concat([head, body])));
  }).listen(0, "127.0.0.1");
  await once(refusing, "listening");
  const { port } = refusing.address() as AddressInfo;
  const rig = await smallRig({ kind: "PGlite" });
  await writeFile(join(rig.folder, ".env"), `DATABASE_URL=postgres://nobody:word@127.0.0.1:${port}/books\n`, {
    mode: 0o600,
  });
  expect(asRead(await rig.run("run"))).toEqual({
    exitCode: 1,
    message: `store postgres://nobody@HOST/books: the Postgres server does not let this user in
  ${words}
  next: make the user (\`createuser NAME\`), let it in (pg_hba.conf), or correct \`store:\` or DATABASE_URL, then run again; nothing was changed`,
  });
  await rig.close();
  refusing.close();
});
