/**
 * Two processes never work in one store's folder, nor on one account of a server. The other process is a real
 * one.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { LockHeldError } from "../../src/errors.ts";
import { takeFolderLock } from "../../src/store/folder-lock.ts";
import { openStore } from "../../src/store/open.ts";
import { newLocation } from "../support/stores.ts";

const TAKER = join(import.meta.dirname, "take-folder.mjs");
const OPENER = join(import.meta.dirname, "open-store.mjs");

/** A process that opens the folder's store, says so or why not, and keeps it open. */
async function openElsewhere(
  folder: string,
): Promise<{ readonly child: ChildProcess; readonly says: string }> {
  const child = spawn(process.execPath, [OPENER, folder], { stdio: ["ignore", "pipe", "inherit"] });
  const [chunk] = await once(child.stdout ?? child, "data");
  return { child, says: String(chunk) };
}

async function socketsIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith("lock."));
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

describe("a folder", () => {
  test("that is open here cannot be opened by another process, until it is closed", async () => {
    const { location, remove } = await newLocation("PGlite");
    if (location.kind !== "folder") throw new Error("a folder was wanted");
    const store = await openStore(location);
    const refused = await openElsewhere(location.path);
    const [socket] = await socketsIn(location.path);
    expect(refused.says).toBe(`LockHeldError: store: another run has the store open
  it holds ${location.path}/${socket}, which the operating system drops with its process
  nothing was changed
  next: wait for the other run to end and try again; \`lsof ${location.path}/${socket}\` shows which process it is
`);
    await expect(openStore(location), "nor twice by one process").rejects.toBeInstanceOf(LockHeldError);
    await store.close();
    const admitted = await openElsewhere(location.path);
    expect(admitted.says).toBe("open\n");
    await killed(admitted.child);
    await remove();
  });

  test("that another process has open cannot be opened here; when that one is killed, it can", async () => {
    const { location, remove } = await newLocation("PGlite");
    if (location.kind !== "folder") throw new Error("a folder was wanted");
    const { child, says } = await openElsewhere(location.path);
    expect(says).toBe("open\n");
    await expect(openStore(location)).rejects.toBeInstanceOf(LockHeldError);
    await killed(child);
    const store = await openStore(location);
    const { rows } = await sql<{ count: string }>`select count(*) from raw.account`.execute(store.db);
    expect(rows).toEqual([{ count: "0" }]);
    await store.close();
    expect((await readdir(location.path)).toSorted(), "nothing of the locks is left").toEqual(["pg"]);
    await remove();
  });

  test("that holds what others left is opened: a file with the number of a process that lives, and one of a socket's name", async () => {
    const { location, remove } = await newLocation("PGlite");
    if (location.kind !== "folder") throw new Error("a folder was wanted");
    await writeFile(join(location.path, "lock"), "1\n");
    await writeFile(join(location.path, "lock.0123456789abcdef"), "somebody");
    await (await openStore(location)).close();
    await remove();
  });

  test("of a path that is too long for a socket is locked as any other", async () => {
    const { location, remove } = await newLocation("PGlite");
    if (location.kind !== "folder") throw new Error("a folder was wanted");
    const deep = join(location.path, "a-name-of-forty-characters-in-this-folder".repeat(3));
    await mkdir(deep);
    const words = { where: "test", what: "it is held", patienceSeconds: 60 };
    const lock = await takeFolderLock(deep, words);
    expect(await socketsIn(deep)).toHaveLength(1);
    await lock.release();
    expect(await readdir(deep)).toEqual([]);
    await remove();
  });

  test("is never held by two, whoever is killed with it and however many want it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "perpbooks-test-"));
    const log = join(folder, "log");
    const contenders = Array.from({ length: 6 }, async () => {
      for (let life = 1; life <= 5; life += 1) {
        const child = spawn(process.execPath, [TAKER, folder, log, "5"], { stdio: "inherit" });
        await once(child, "exit");
      }
    });
    await Promise.all(contenders);
    const events = (await readFile(log, "utf8")).trimEnd().split("\n");
    expect(events.filter((event) => event.startsWith("has"))).toHaveLength(150);
    // Each has it alone: what follows on its taking is its own end of it.
    const broken = events.filter((event, place) => {
      const [what, who] = event.split(" ");
      const next = events[place + 1]?.split(" ");
      return what === "has" && (next?.[0] === "has" || next?.[1] !== who);
    });
    expect(broken).toEqual([]);
    await rm(folder, { recursive: true });
  });

  test("after a run that was killed is looked through, and refused for as long as its keys are broken", async () => {
    const { location, remove } = await newLocation("PGlite");
    if (location.kind !== "folder") throw new Error("a folder was wanted");
    const store = await openStore(location);
    await store.executeScript(`
      update pg_index set indisready = false where indexrelid = 'raw.account_pkey'::regclass;
      insert into raw.account (account_id, name, venue, last_sequence, history_from, is_from_beginning)
      select 'twice', 'twice', 'aster', 0, '2026-01-01Z', false from generate_series(1, 2);
      update pg_index set indisready = true where indexrelid = 'raw.account_pkey'::regclass;
    `);
    await store.close();
    const { child, says } = await openElsewhere(location.path);
    expect(says, "after a clean end nothing is looked through").toBe("open\n");
    await killed(child);
    for (const attempt of ["first", "second"]) {
      await expect(openStore(location), attempt).rejects.toThrow(
        /^store .*: the embedded database is damaged: keys and tables do not fit each other\n {2}.*account_pkey/,
      );
    }
    await remove();
  });
});

describe("a server's account", () => {
  test("is worked on by one at a time; another account is not in its way", async () => {
    const { location, remove } = await newLocation("Postgres");
    const [here, there] = [await openStore(location), await openStore(location)];
    await here.withAccountLock("main", async () => {
      await expect(there.withAccountLock("main", async () => "done")).rejects.toThrow(
        `main: another run is working on this account
  nothing of this account was changed
  next: wait for the other run to end and try again`,
      );
      expect(await there.withAccountLock("other", async () => "done")).toBe("done");
    });
    expect(await there.withAccountLock("main", async () => "done")).toBe("done");
    await here.close();
    await there.close();
    await remove();
  });

  test("is free again after work that failed", async () => {
    const { location, remove } = await newLocation("Postgres");
    const store = await openStore(location);
    const failing = store.withAccountLock("main", () => Promise.reject(new Error("no luck")));
    await expect(failing).rejects.toThrow("no luck");
    expect(await store.withAccountLock("main", async () => "done")).toBe("done");
    await store.close();
    await remove();
  });

  test("is free again when the connection of its holder has gone, which harms nobody else", async () => {
    const { location, remove } = await newLocation("Postgres");
    const [here, there] = [await openStore(location), await openStore(location)];
    await here.withAccountLock("main", async () => {
      await sql`
        select pg_terminate_backend(pid) from pg_locks
        where locktype = 'advisory' and pid <> pg_backend_pid()
          and database = (select oid from pg_database where datname = current_database())
      `.execute(there.db);
      expect(await there.withAccountLock("main", async () => "done")).toBe("done");
      const { rows } = await sql<{ one: number }>`select 1 as one`.execute(here.db);
      expect(rows).toEqual([{ one: 1 }]);
    });
    await here.close();
    await there.close();
    await remove();
  });
});
