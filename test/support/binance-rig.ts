/**
 * A simulated Binance, a store, a configuration, and the command line run inside the test: everything is real
 * but the venue.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { type Clock, rehearsalClock } from "../../src/clock.ts";
import { type DurationMs, type Instant, plus } from "../../src/domain/instant.ts";
import { InterruptedError } from "../../src/errors.ts";
import type { World } from "../../src/simulator/binance-family/world/world.ts";
import { configurationText } from "../../src/simulator/configuration.ts";
import {
  type BinanceSimulatorOptions,
  type Simulator,
  startBinanceSimulator,
} from "../../src/simulator/server.ts";
import { openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/store.ts";
import type { HarmfulProxy } from "./harmful-proxy.ts";
import { noInput } from "./input.ts";
import { EndingReports, type ReportsWritten, readFolder, rigSettings, TERMINAL_COLUMNS } from "./rig.ts";
import { newLocation, type StoreKind } from "./stores.ts";

const INTERRUPTION = new InterruptedError({ where: "perpbooks", what: "interrupted", next: "run it again" });

export type BinanceRigOptions = {
  readonly kind: StoreKind;
  readonly world: World;
  /** Where both clocks stand; the waits of a download move them on, as they would. */
  readonly now: Instant;
  /** Null for as far back as the venue serves. */
  readonly since: string | null;
  /** Further configuration lines of every account. */
  readonly accountLines?: readonly string[];
  readonly simulator?: Partial<BinanceSimulatorOptions>;
  readonly proxy?: HarmfulProxy;
  /** Default "each night". */
  readonly reports?: ReportsWritten;
};

/** `log` is everything that was written to stderr; `errors` what a person would read of it. */
export type BinanceOutcome = {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
  readonly log: string;
};

export type BinanceRig = {
  readonly folder: string;
  readonly simulator: Simulator;
  now(): Instant;
  setNow(now: Instant): void;
  /** Runs a command with its words; `run` at a terminal, where it shows its summary. */
  run(...words: string[]): Promise<BinanceOutcome>;
  /** The same as cron does it: nobody watches at a terminal. */
  runUnwatched(...words: string[]): Promise<BinanceOutcome>;
  /**
   * As `run`, but interrupted at the first wait of this length: what a kill leaves behind, without losing the
   * process.
   */
  runInterrupted(wait: DurationMs, ...words: string[]): Promise<BinanceOutcome>;
  /** The waits of all downloads so far. */
  waits(): readonly DurationMs[];
  inspect<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /** The names of the output folder's files. */
  reportNames(): Promise<readonly string[]>;
  /** Writes a file beside the configuration. */
  write(name: string, content: string | Uint8Array): Promise<void>;
  close(): Promise<void>;
};

export async function newBinanceRig(options: BinanceRigOptions): Promise<BinanceRig> {
  const { kind, world, since, proxy, reports = "each night" } = options;
  const ending = new EndingReports(reports);
  let now = options.now;
  const waits: DurationMs[] = [];
  const names = world.accounts.map((account) => account.name);
  const simulator = await startBinanceSimulator({
    world,
    clock: { kind: "frozen", at: now },
    credentials: names.map((account) => ({
      account,
      kind: "hmac",
      apiKey: `simulated-key-${account}`,
      apiSecret: `simulated-secret-${account}`,
    })),
    weightPerMinute: Number.POSITIVE_INFINITY,
    weightPlan: { stopwatch: () => now },
    ...options.simulator,
  });
  const between = await proxy?.through(simulator.url);
  const { location, remove } = await newLocation(kind);
  const folder = await mkdtemp(join(tmpdir(), "perpbooks-rig-"));
  const accounts = names.map((name) => ({
    name,
    venue: "binance-usdm",
    baseUrl: between?.url ?? simulator.url,
    lines: [...(since === null ? [] : [`since: ${since}`]), ...(options.accountLines ?? [])],
    credentials: { apiKey: `\${${name.toUpperCase()}_KEY}`, apiSecret: `\${${name.toUpperCase()}_SECRET}` },
  }));
  await writeFile(
    join(folder, "perpbooks.yaml"),
    configurationText(rigSettings(location, reports), accounts),
  );
  const environment: Record<string, string> =
    location.kind === "postgres" ? { DATABASE_URL: location.url.reveal() } : {};
  for (const name of names) {
    environment[`${name.toUpperCase()}_KEY`] = `simulated-key-${name}`;
    environment[`${name.toUpperCase()}_SECRET`] = `simulated-secret-${name}`;
  }
  const setNow = (at: Instant) => {
    now = at;
    simulator.setClock(at);
  };

  async function runWith(
    interruptedAt: DurationMs | null,
    words: readonly string[],
    isWatched = words[0] === "run",
  ) {
    ending.saw(words);
    const interruption = new AbortController();
    const { elapsed, sleep } = rehearsalClock(now);
    const clock: Clock = {
      now: () => now,
      elapsed,
      sleep: async (duration, signal) => {
        if (duration === interruptedAt) interruption.abort(INTERRUPTION);
        await sleep(duration, signal);
        // Requests that are under way side by side, as a sync's are, would come from another time than they
        // were signed in.
        if (words[0] !== "download") return;
        waits.push(duration);
        setNow(plus(now, duration));
      },
    };
    let [output, log] = ["", ""];
    const exitCode = await runCommandLine(words, {
      environment,
      clock,
      signal: interruption.signal,
      workingFolder: folder,
      readInput: noInput,
      output: {
        write: (text) => {
          output += text;
        },
        columns: isWatched ? TERMINAL_COLUMNS : null,
      },
      errors: {
        write: (text) => {
          log += text;
        },
        isTerminal: false,
      },
    });
    const errors = words.includes("--log")
      ? log
          .split("\n")
          .filter((line) => !line.startsWith('{"at":'))
          .join("\n")
      : log;
    return { exitCode, output, errors, log };
  }

  return {
    folder,
    simulator,
    now: () => now,
    setNow,
    run: (...words) => runWith(null, words),
    runUnwatched: (...words) => runWith(null, words, false),
    runInterrupted: (wait, ...words) => runWith(wait, words),
    waits: () => waits,
    inspect: async (work) => {
      const store = await openStore(location);
      try {
        return await work(store);
      } finally {
        await store.close();
      }
    },
    reportNames: async () => Object.keys(await readFolder(join(folder, "out"))),
    write: (name, content) => writeFile(join(folder, name), content),
    close: async () => {
      await ending.write((...words) => runWith(null, words));
      await simulator.close();
      await between?.close();
      await remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * The world as an account's books can know it: what only the interface tells, and served no more, is in no
 * file.
 */
export function withoutHidden(world: World, servedFrom: { margin: Instant; forced: Instant }): World {
  return {
    ...world,
    accounts: world.accounts.map((account) => ({
      ...account,
      marginChanges: account.marginChanges.filter((row) => row.occurredAt >= servedFrom.margin),
      forcedOrders: account.forcedOrders.filter((row) => row.occurredAt >= servedFrom.forced),
    })),
  };
}
