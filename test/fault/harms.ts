/**
 * What may happen to a night, and to the machine it runs on. Each undoes what it did before it returns, and
 * tells how the programs that it hurt have ended.
 */
import { chmod, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DAY_MS, type DurationMs, HOUR_MS, MINUTE_MS, plus, SECOND_MS } from "../../src/domain/instant.ts";
import type { Random } from "../../src/simulator/shared/random.ts";
import type { Disk } from "./disk.ts";
import { type Life, type Night, nightOf } from "./life.ts";
import type { Ended, Program } from "./program.ts";

export type Round = {
  readonly life: Life;
  readonly night: number;
  /** The same night of the twin. */
  readonly calm: Night;
  readonly random: Random;
  /** Adds to what is told of the round. */
  tell(what: string): void;
};

export type Harm = {
  readonly title: string;
  /** Why it cannot be done here; null where it can. */
  readonly impossible?: (life: Life) => string | null;
  readonly does: (round: Round) => Promise<readonly Ended[]>;
};

const NO_DISK = "only root can mount a small disk";
const needsDisk = ({ disk }: Life) => (disk === null ? NO_DISK : null);
const needsServer = ({ server }: Life) => (server === null ? "it is about a server" : null);
const needsFolder = ({ storeFolder }: Life) => (storeFolder === null ? "it is about a folder" : null);

export const HARMS: readonly Harm[] = [
  { title: "SIGKILL", does: (round) => signalled(round, "SIGKILL") },
  { title: "SIGTERM", does: (round) => signalled(round, "SIGTERM") },
  {
    title: "SIGSTOP, then SIGCONT",
    does: (round) => stopped(round, round.random.integer(50, 1_500)),
  },
  {
    title: "SIGSTOP beyond the deadline",
    does: (round) => stopped(round, 2_500, "--deadline", "2s"),
  },
  {
    title: "the server restarts at once",
    impossible: needsServer,
    does: (round) => during(round, async ({ life }) => life.server?.server.restartAtOnce()),
  },
  {
    title: "the server's disk is full",
    impossible: (life) => needsServer(life) ?? (life.server?.disk === null ? NO_DISK : null),
    does: (round) =>
      during(
        round,
        ({ life }) => fill(round, life.server?.disk),
        ({ life }) => life.server?.disk?.empty(),
      ),
  },
  {
    title: "the connections to the server are cut",
    impossible: needsServer,
    does: (round) => during(round, ({ life }) => cutOften(round, () => life.database?.cut())),
  },
  {
    title: "the server is silent for a while",
    impossible: needsServer,
    does: (round) =>
      during(round, async ({ life: { database }, random }) => {
        database?.hold(true);
        await pause(random.integer(50, 2_000));
        database?.hold(false);
      }),
  },
  {
    title: "the connections to the venue are cut",
    does: (round) => during(round, ({ life }) => cutOften(round, () => life.venue.cut())),
  },
  {
    title: "the disk is full",
    impossible: needsDisk,
    does: (round) =>
      during(
        round,
        ({ life }) => fill(round, life.disk),
        ({ life }) => life.disk?.empty(),
      ),
  },
  {
    title: "the disk is read-only from the start",
    impossible: needsDisk,
    does: async ({ life, night }) => {
      life.disk?.setReadOnly(true);
      const ended = await life.start(night, "run").ended;
      life.disk?.setReadOnly(false);
      return [ended];
    },
  },
  {
    title: "the output folder may not be written",
    does: (round) =>
      during(
        round,
        ({ life }) => allow(join(life.rig.folder, "out"), 0o500),
        ({ life }) => allow(join(life.rig.folder, "out"), 0o700),
      ),
  },
  {
    title: "the store's folder may not be written",
    impossible: needsFolder,
    does: (round) =>
      during(
        round,
        ({ life }) => allow(life.storeFolder ?? "", 0o500),
        ({ life }) => allow(life.storeFolder ?? "", 0o700),
      ),
  },
  {
    title: "the program's clock jumps",
    does: (round) =>
      during(round, ({ random, night, tell }, run) => {
        const by = random.pick(JUMPS);
        tell(`by ${by} ms`);
        run.setClock(plus(nightOf(night), by));
      }),
  },
  { title: "a second run", does: (round) => beside(round, "run") },
  { title: "a report beside it", does: (round) => beside(round, "report") },
  { title: "a status beside it", does: (round) => beside(round, "status") },
  { title: "a verify beside it", does: (round) => beside(round, "verify") },
];

/**
 * What is left of a disk, in bytes: nothing, what a file or two take, and less than the embedded store wants.
 */
const ROOMS = [0, 4_096, 65_536, 1_000_000, 40_000_000];

const JUMPS: readonly DurationMs[] = [
  5 * SECOND_MS,
  MINUTE_MS,
  HOUR_MS,
  20 * HOUR_MS,
  2 * DAY_MS,
  400 * DAY_MS,
].flatMap((by) => [by, -by]);

/** Starts a run, waits for the moment, does something, and waits for the run's end before it is undone. */
async function during(
  round: Round,
  act: (round: Round, run: Program) => unknown,
  undo: (round: Round) => unknown = () => {},
  ...words: readonly string[]
): Promise<readonly Ended[]> {
  const run = round.life.start(round.night, "run", ...words);
  await momentOf(round, run);
  try {
    await act(round, run);
    return [await run.ended];
  } finally {
    await undo(round);
  }
}

function signalled(round: Round, name: NodeJS.Signals): Promise<readonly Ended[]> {
  return during(round, (_, run) => run.signal(name));
}

function stopped(round: Round, ms: number, ...words: readonly string[]): Promise<readonly Ended[]> {
  const act = async (_: Round, run: Program) => {
    run.signal("SIGSTOP");
    await pause(ms);
    run.signal("SIGCONT");
  };
  return during(round, act, () => {}, ...words);
}

async function cutOften({ random, tell }: Round, cut: () => void): Promise<void> {
  const times = random.integer(1, 4);
  tell(`${times} times`);
  for (let nth = 1; nth <= times; nth += 1) {
    cut();
    await pause(random.integer(1, 300));
  }
}

async function beside(round: Round, ...words: readonly string[]): Promise<readonly Ended[]> {
  let other: Promise<Ended> | undefined;
  const ended = await during(round, ({ life, night }) => {
    other = life.start(night, ...words).ended;
  });
  return other === undefined ? ended : [...ended, await other];
}

/** A server's journal, and reports, take a few megabytes at most. */
async function fill({ life, random, tell }: Round, disk: Disk | null | undefined): Promise<void> {
  const left = random.pick(life.storeFolder === null ? ROOMS.slice(0, -1) : ROOMS);
  tell(`${left} bytes left`);
  await disk?.fill(left);
}

/** Of a folder and all folders in it. What is not there yet is left alone. */
async function allow(folder: string, mode: number): Promise<void> {
  await chmod(folder, mode).catch(() => {});
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  // A run may take one away meanwhile.
  for (const entry of entries)
    if (entry.isDirectory()) await chmod(join(entry.parentPath, entry.name), mode).catch(() => {});
}

/** A moment of the run: before its first request, at one of them, or after the last one. */
async function momentOf({ life, calm, random, tell }: Round, run: Program): Promise<void> {
  const requests = () => life.rig.simulator.requests().length;
  const before = requests();
  const part = random.pick(["beginning", "requests", "ending"] as const);
  const nth = part === "beginning" ? 0 : part === "ending" ? calm.requests : random.integer(1, calm.requests);
  const laterMs = random.integer(
    0,
    Math.ceil(part === "beginning" ? calm.beginningMs : part === "ending" ? calm.endingMs : 30),
  );
  tell(
    nth === 0 ? `${laterMs} ms after its start` : `${laterMs} ms after request ${nth} of ${calm.requests}`,
  );
  let hasEnded = false;
  run.ended.finally(() => {
    hasEnded = true;
  });
  while (!hasEnded && requests() - before < nth) await pause(1);
  const until = performance.now() + laterMs;
  while (!hasEnded && performance.now() < until) await pause(Math.min(20, laterMs));
}
