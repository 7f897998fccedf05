/**
 * Starts one Postgres server for the whole test run, and makes the template that each test's own store is
 * copied from.
 */
import { chmod, mkdir, mkdtemp, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { openStore } from "../../src/store/open.ts";
import { type Server, startServer } from "./server.ts";

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

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(await folderOfFolders(), "perpbooks-"));
  // The server runs as another user than root, and must be able to reach its data.
  await chmod(folder, 0o755);
  // All that the tests make is in it too, and goes with it.
  const temporary = join(folder, "t");
  await mkdir(temporary);
  process.env["TMPDIR"] = temporary;
  const pglite = join(folder, "pglite");
  const [server] = await Promise.all([startWithTemplate(join(folder, "data")), makePGliteTemplate(pglite)]);
  project.provide("postgresUrl", server.url);
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

async function startWithTemplate(databaseDir: string): Promise<Server> {
  // Each test has a database of its own, which is gone before its statistics would matter.
  const server = await startServer(databaseDir, ["synchronous_commit=off", "autovacuum=off"]);
  await server.createDatabase("template_perpbooks");
  const template = `${server.url}/template_perpbooks`;
  await (
    await openStore({ kind: "postgres", url: { reveal: () => template }, shownAs: "the template" })
  ).close();
  return server;
}

async function makePGliteTemplate(path: string): Promise<void> {
  await (await openStore({ kind: "folder", path })).close();
}
