/**
 * The life of a store: a small world's nights, one after the other, each the built program in a process of
 * its own. In a round of harm something happens to a night; the next run must then make of it what an
 * undisturbed twin has made of the same night, to the byte.
 */
import { chown, mkdir, mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, HOUR_MS, type Instant, plus } from "../../src/domain/instant.ts";
import { generateWorld } from "../../src/simulator/binance-family/world/generate.ts";
import { newRig, type Rig, readFolder } from "../support/rig.ts";
import type { Server } from "../support/server.ts";
import type { StoreKind, TestLocation } from "../support/stores.ts";
import { type CuttingProxy, startCuttingProxy } from "./cutting-proxy.ts";
import { type Disk, mountDisk } from "./disk.ts";
import { type Ended, type Program, startProgram } from "./program.ts";

const FROM = parseInstant("2026-05-17T00:00:00Z");
export const NIGHTS = 5;
/** The first night ends in the middle of the second day, so that no night is without rows. */
export const nightOf = (night: number): Instant => plus(FROM, night * DAY_MS + 33 * HOUR_MS);

const WORLD = generateWorld({
  seed: "torture",
  from: FROM,
  until: nightOf(NIGHTS),
  fills: 20 * (NIGHTS + 1),
  symbols: ["BTCUSDT", "ETHUSDT"],
  accounts: [{ name: "main" }],
});

/**
 * Root's right to write cannot be taken away, so the program gets a user of its own where the test is root:
 * that of nobody.
 */
const USER = process.getuid?.() === 0 ? 65534 : null;

/** What a person reads of a night, and when it did what. */
export type Night = {
  readonly ended: Ended;
  readonly files: Readonly<Record<string, string>>;
  readonly requests: number;
  /** From the process' start to its first request, and from the last one to its end. */
  readonly beginningMs: number;
  readonly endingMs: number;
};

export type Life = {
  readonly kind: StoreKind;
  readonly rig: Rig;
  readonly storeFolder: string | null;
  readonly disk: Disk | null;
  readonly server: OwnServer | null;
  readonly venue: CuttingProxy;
  /** Between the program and its server. */
  readonly database: CuttingProxy | null;
  /** Starts a command at this night's instant. */
  start(night: number, ...words: readonly string[]): Program;
  /** Runs a whole night, undisturbed. */
  run(night: number): Promise<Night>;
  verify(): Promise<Ended>;
  /** What no run that has ended may leave behind; empty where it has left nothing. */
  leftovers(): Promise<readonly string[]>;
  close(): Promise<void>;
};

export type OwnServer = { readonly server: Server; readonly disk: Disk | null };

let lives = 0;

/** A store that is not made yet; of Postgres, a database with nothing in it. `own` is for Postgres. */
export async function beginLife(kind: StoreKind, own: OwnServer | null): Promise<Life> {
  const server = own?.server ?? null;
  lives += 1;
  const usual = tmpdir();
  const disk = await mountDisk(join(usual, `disk-${lives}`));
  const place = disk?.path ?? (await realpath(await mkdtemp(join(usual, "life-"))));
  const [temporary, storeFolder] = [join(place, "t"), join(place, "store")];
  for (const path of [place, temporary]) await mkdir(path, { recursive: true });
  let venue: CuttingProxy | undefined;
  const rig = await newRig({
    kind,
    world: WORLD,
    now: nightOf(0),
    accountLines: ["since: 2026-05-17"],
    store: server === null ? await folderStore(storeFolder) : await databaseStore(server, `life_${lives}`),
    folderIn: place,
    through: async (url) => {
      const proxy = await startCuttingProxy(Number(new URL(url).port));
      venue = proxy;
      return { url: `http://127.0.0.1:${proxy.port}`, close: () => proxy.close() };
    },
  });
  if (venue === undefined) throw new Error("the rig has no venue");
  if (USER !== null)
    for (const path of [temporary, rig.folder, ...(server === null ? [storeFolder] : [])])
      await chown(path, USER, USER);
  const database = server === null ? null : await startCuttingProxy(server.port);
  const ownUrl = rig.environment["DATABASE_URL"];
  const environment = {
    ...rig.environment,
    TMPDIR: temporary,
    ...(database === null || ownUrl === undefined
      ? {}
      : { DATABASE_URL: ownUrl.replace(/:\d+\//, `:${database.port}/`) }),
  };
  const start = (night: number, ...words: readonly string[]) => {
    rig.setNow(nightOf(night));
    return startProgram({ folder: rig.folder, environment, now: nightOf(night), words, user: USER });
  };
  return {
    kind,
    rig,
    storeFolder: server === null ? storeFolder : null,
    disk,
    server: own,
    venue,
    database,
    start,
    run: async (night) => {
      const requests = () => rig.simulator.requests().length;
      const before = requests();
      const begun = performance.now();
      let [seen, first, last] = [before, begun, begun];
      const watch = setInterval(() => {
        if (requests() === seen) return;
        last = performance.now();
        if (seen === before) first = last;
        seen = requests();
      }, 1);
      const ended = await start(night, "run").ended;
      clearInterval(watch);
      return {
        ended,
        files: await readFolder(join(rig.folder, "out")).catch(() => ({})),
        requests: requests() - before,
        beginningMs: first - begun,
        endingMs: performance.now() - last,
      };
    },
    verify: () => start(NIGHTS - 1, "verify").ended,
    leftovers: async () => [
      ...(await strangersIn(rig.folder, /^(?:perpbooks\.yaml|out)$/)),
      ...(await strangersIn(temporary, /^$/)),
      ...(await unfinishedIn(rig.folder)),
      ...(server === null ? await strangersIn(storeFolder, /^pg$/) : await sessionsOf(ownUrl ?? "")),
    ],
    close: async () => {
      await rig.close();
      await database?.close();
      if (disk === null) await rm(place, { recursive: true });
      else await disk.close();
    },
  };
}

async function folderStore(path: string): Promise<TestLocation> {
  await mkdir(path);
  return {
    location: { kind: "folder", path },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

async function databaseStore(server: Server, name: string): Promise<TestLocation> {
  await server.createDatabase(name);
  const url = `${server.url}/${name}`;
  return {
    location: { kind: "postgres", url: { reveal: () => url }, shownAs: name },
    remove: () => onDatabase(`${server.url}/postgres`, `drop database ${name} with (force)`).then(() => {}),
  };
}

async function onDatabase(url: string, statement: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(statement);
  } finally {
    await client.end();
  }
}

async function strangersIn(folder: string, own: RegExp): Promise<string[]> {
  return (await readdir(folder)).filter((name) => !own.test(name)).map((name) => join(folder, name));
}

async function unfinishedIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => /unfinished|(?:^|\/)lock\./.test(name));
}

/** A server notices a moment later that the other end of a connection has gone. */
const SESSION_END_MS = 5_000;

async function sessionsOf(url: string): Promise<string[]> {
  const until = performance.now() + SESSION_END_MS;
  for (;;) {
    const { rows } = await onDatabase(
      url,
      "select pid || ' ' || state || ': ' || query as session from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'",
    );
    const sessions = rows.map(({ session }) => `a session of the server: ${session}`);
    if (sessions.length === 0 || performance.now() > until) return sessions;
    await pause(50);
  }
}
