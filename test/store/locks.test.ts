/** Two processes never work in one store's folder, nor on one account of a server. The other process is a real one. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { LockHeldError } from "../../src/errors.ts";
import { openStore } from "../../src/store/open.ts";
import { newLocation } from "../support/stores.ts";

const OPENER = join(import.meta.dirname, "open-store.mjs");

/** A process that opens the folder's store, says so or why not, and keeps it open. */
async function openElsewhere(
  folder: string,
): Promise<{ readonly child: ChildProcess; readonly says: string }> {
  const child = spawn(process.execPath, [OPENER, folder], { stdio: ["ignore", "pipe", "inherit"] });
  const [chunk] = await once(child.stdout ?? child, "data");
  return { child, says: String(chunk) };
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
    expect(refused.says).toBe(`LockHeldError: store: another run has the store open
  ${location.path}/lock names process ${process.pid}
  nothing was changed
  next: wait for the other run to end and try again
`);
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

  test("whose lock cannot be read is not taken from its holder", async () => {
    const { location, remove } = await newLocation("PGlite");
    if (location.kind !== "folder") throw new Error("a folder was wanted");
    await writeFile(join(location.path, "lock"), "somebody");
    await expect(openStore(location)).rejects.toThrow("lock names process unknown");
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
