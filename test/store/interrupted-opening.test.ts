/**
 * An interruption while a store is being opened: nobody waits for a server, a lock or an embedded database
 * that was not requested any more.
 */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { expect, test } from "vitest";
import { InterruptedError } from "../../src/errors.ts";
import { MIGRATION_LOCK } from "../../src/store/migration-lock.ts";
import { openStore } from "../../src/store/open.ts";
import { newLocation } from "../support/stores.ts";

const REASON = new InterruptedError({ where: "test", what: "interrupted", next: "nothing" });

test("of a server that takes the connection and never answers", async () => {
  const interruption = new AbortController();
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    interruption.abort(REASON);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const url = `postgres://nobody@127.0.0.1:${port}/none`;
  await expect(
    openStore(
      { kind: "postgres", url: { reveal: () => url }, shownAs: "a silent server" },
      interruption.signal,
    ),
  ).rejects.toBe(REASON);
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

test("of a server on which another run is bringing the schema up to date", async () => {
  const { location, remove } = await newLocation("Postgres");
  if (location.kind !== "postgres") return expect.unreachable();
  const other = new pg.Client({ connectionString: location.url.reveal() });
  await other.connect();
  // A store that is migrated already waits for nobody.
  await other.query("drop table perpbooks.migration");
  await other.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
  const interruption = new AbortController();
  const opening = openStore(location, interruption.signal);
  const isWaiting = async () => {
    const { rows } = await other.query("select from pg_locks where locktype = 'advisory' and not granted");
    return rows.length > 0;
  };
  while (!(await isWaiting())) await new Promise((resolve) => setTimeout(resolve, 5));
  interruption.abort(REASON);
  await expect(opening).rejects.toBe(REASON);
  await other.end();
  await remove();
});

test("of an account that another run is working on", async () => {
  const { location, remove } = await newLocation("Postgres");
  const interruption = new AbortController();
  const first = await openStore(location);
  const second = await openStore(location, interruption.signal);
  await first.withAccountLock("main", async () => {
    const waiting = second.withAccountLock("main", () => expect.unreachable());
    interruption.abort(REASON);
    await expect(waiting).rejects.toBe(REASON);
  });
  await second.close();
  await first.close();
  await remove();
});

test("of an embedded database, which is then not made", async () => {
  const folder = await mkdtemp(join(tmpdir(), "perpbooks-test-"));
  const opening = openStore({ kind: "folder", path: folder }, AbortSignal.abort(REASON));
  await expect(opening).rejects.toBe(REASON);
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});
