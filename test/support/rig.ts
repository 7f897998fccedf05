/**
 * A simulated Aster, a store, a configuration, and the command line run inside the test: everything is real
 * but the venue.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { type Clock, rehearsalClock } from "../../src/clock.ts";
import { type Instant, plus } from "../../src/domain/instant.ts";
import { InterruptedError } from "../../src/errors.ts";
import { KEPT_NAME } from "../../src/report/kept-folders.ts";
import type { World } from "../../src/simulator/binance-family/world/world.ts";
import { type ConfiguredAccount, configurationText } from "../../src/simulator/configuration.ts";
import {
  type AsterCredential,
  type AsterSimulatorOptions,
  type Simulator,
  startAsterSimulator,
} from "../../src/simulator/server.ts";
import { openStore } from "../../src/store/open.ts";
import type { Store, StoreLocation } from "../../src/store/store.ts";
import { inputOf } from "./input.ts";
import { sampleOf } from "./sample.ts";
import { newLocation, type StoreKind, type TestLocation } from "./stores.ts";

/** The key pair that Aster's documentation publishes as an example; it guards nothing. */
export const PUBLISHED_AGENT = {
  user: "0x63DD5aCC6b1aa0f563956C0e534DD30B6dcF7C4e",
  signer: "0x21cF8Ae13Bb72632562c6Fff438652Ba1a151bb0",
  privateKey: "0x4fd0a42218f3eae43a6ce26d22544e986139a01e5b34a62db53757ffca81bae1",
} as const;

export const TERMINAL_COLUMNS = 120;

export type Outcome = { readonly exitCode: number; readonly output: string; readonly errors: string };

/**
 * When reports are written: by each night, or once by `close`, for a test that looks at none. Nights then
 * write none, but that every report can be written over the world is checked all the same: `npm test` does it
 * with the first world of a file, `npm run test:long` with all of them.
 */
export type ReportsWritten = "each night" | "at the end";

/** The settings of a rig's configuration. */
export function rigSettings(location: StoreLocation, reports: ReportsWritten): Record<string, string> {
  return {
    store: storeText(location),
    output: "./out",
    ...(reports === "at the end" ? { formats: "[]" } : {}),
  };
}

/** Modules are those of one file (`own-modules.ts`), and so is this. */
let worldsReported = 0;

/** Writes the reports at the end of a rig whose nights write none, but where the test has just done so. */
export class EndingReports {
  readonly #areDue: boolean;
  #last = "";

  constructor(reports: ReportsWritten) {
    this.#areDue = reports === "at the end";
  }

  /** To be told of each command. */
  saw(words: readonly string[]): void {
    this.#last = words.join(" ");
  }

  async write(run: (...words: string[]) => Promise<Outcome>): Promise<void> {
    if (!this.#areDue || this.#last === "report") return;
    worldsReported += 1;
    if (worldsReported > sampleOf(1, Number.POSITIVE_INFINITY)) return;
    const { exitCode, errors } = await run("report");
    // Of a venue that gave nothing there is nothing to report.
    if (errors.startsWith("there is nothing to report yet\n")) return;
    // 3 is for open items, of which the world may be full.
    if ((exitCode !== 0 && exitCode !== 3) || errors !== "")
      throw new Error(`the reports cannot be written: ${exitCode} ${errors}`);
  }
}

export type RigOptions = {
  readonly kind: StoreKind;
  /** Default: a new one that is migrated already. */
  readonly store?: TestLocation;
  /** Where the rig's own folder is made. Default: among temporary files. */
  readonly folderIn?: string;
  readonly world: World;
  /** Where the venue's clock stands. */
  readonly now: Instant;
  /** Configuration lines of every account, e.g. `since: 2026-05-01`. */
  readonly accountLines?: readonly string[];
  /** Accounts that sign in as V3 (there is one published agent); the others sign in as V1. */
  readonly v3Account?: string;
  readonly simulator?: Partial<AsterSimulatorOptions>;
  /** Waiting takes no time, but moves both clocks on, as it would. */
  readonly waitingMovesClocks?: boolean;
  /** Default "each night". */
  readonly reports?: ReportsWritten;
  /** Where to send requests instead of to the simulator itself: a proxy that does harm. */
  readonly through?: (url: string) => Promise<{ readonly url: string; close(): Promise<void> }>;
};

export type Rig = {
  readonly folder: string;
  readonly simulator: Simulator;
  readonly location: StoreLocation;
  readonly environment: Readonly<Record<string, string>>;
  /** Where both clocks stand. */
  now(): Instant;
  /** Runs a command with its words; `run` at a terminal, where it shows its summary. */
  run(...words: string[]): Promise<Outcome>;
  /** The same as cron does it: nobody watches at a terminal. */
  runUnwatched(...words: string[]): Promise<Outcome>;
  /** The same as a person sees it at a terminal. */
  runWatched(...words: string[]): Promise<Outcome>;
  /** The same with this text on stdin. */
  runGiven(input: string, ...words: string[]): Promise<Outcome>;
  /** The same with more variables in its environment. */
  runWith(variables: Readonly<Record<string, string | undefined>>, ...words: string[]): Promise<Outcome>;
  /** Runs a command and interrupts it, as Ctrl-C does, when it logs `event` for the first time. */
  runInterruptedAt(event: string, ...words: string[]): Promise<Outcome>;
  /** Moves both clocks. */
  setNow(now: Instant): void;
  /** Replaces a text of the configuration. */
  reconfigure(change: (text: string) => string): Promise<void>;
  /** Looks into the store, between commands. */
  inspect<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /** Every file of the output folder, by name. */
  files(): Promise<Record<string, string>>;
  close(): Promise<void>;
};

export async function newRig(options: RigOptions): Promise<Rig> {
  const { kind, world, v3Account, now } = options;
  const credentials = world.accounts.map(
    ({ name }): AsterCredential =>
      name === v3Account
        ? { account: name, kind: "v3", ...PUBLISHED_AGENT }
        : {
            account: name,
            kind: "v1",
            apiKey: `simulated-key-${name}`,
            apiSecret: `simulated-secret-${name}`,
          },
  );
  const simulator = await startAsterSimulator({
    world,
    clock: { kind: "frozen", at: now },
    credentials,
    weightPerMinute: Number.POSITIVE_INFINITY,
    ...options.simulator,
  });
  const proxy = await options.through?.(simulator.url);
  const environment: Record<string, string> = {};
  for (const credential of credentials) {
    const name = environmentName(credential);
    if (credential.kind === "v1") {
      environment[`${name}_KEY`] = credential.apiKey;
      environment[`${name}_SECRET`] = credential.apiSecret;
    } else environment[`${name}_PRIVATE_KEY`] = PUBLISHED_AGENT.privateKey;
  }
  return rigAround({
    kind,
    ...(options.store === undefined ? {} : { store: options.store }),
    ...(options.folderIn === undefined ? {} : { folderIn: options.folderIn }),
    now,
    simulator,
    accounts: credentials.map((credential) => ({
      name: credential.account,
      venue: "aster",
      baseUrl: proxy?.url ?? simulator.url,
      lines: options.accountLines ?? ["since: 2026-05-01"],
      credentials: credentialsOf(credential),
    })),
    environment,
    waitingMovesClocks: options.waitingMovesClocks ?? false,
    ...(options.reports === undefined ? {} : { reports: options.reports }),
    closeToo: async () => proxy?.close(),
  });
}

export type RigParts = {
  readonly kind: StoreKind;
  /** Default: a new one that is migrated already. */
  readonly store?: TestLocation;
  /** Default: among temporary files. */
  readonly folderIn?: string;
  readonly now: Instant;
  readonly simulator: Simulator;
  readonly accounts: readonly ConfiguredAccount[];
  readonly environment: Readonly<Record<string, string>>;
  readonly waitingMovesClocks: boolean;
  /** Default "each night". */
  readonly reports?: ReportsWritten;
  readonly closeToo?: () => Promise<void>;
};

/** The store as a configuration names it; Postgres by the environment alone. */
function storeText(location: StoreLocation): string {
  return location.kind === "folder" ? location.path : "./unused";
}

/** Everything around a simulator that runs already. */
export async function rigAround(parts: RigParts): Promise<Rig> {
  const { simulator, reports = "each night" } = parts;
  const ending = new EndingReports(reports);
  let now = parts.now;
  const { location, remove } = parts.store ?? (await newLocation(parts.kind));
  const folder = await mkdtemp(join(parts.folderIn ?? tmpdir(), "perpbooks-rig-"));
  await writeFile(
    join(folder, "perpbooks.yaml"),
    configurationText(rigSettings(location, reports), parts.accounts),
  );
  const environment = {
    ...(location.kind === "postgres" ? { DATABASE_URL: location.url.reveal() } : {}),
    ...parts.environment,
  };
  const setNow = (at: Instant) => {
    now = at;
    simulator.setClock(at);
  };
  const { elapsed, sleep } = rehearsalClock(now);
  const clock: Clock = {
    now: () => now,
    elapsed,
    sleep: async (duration, signal) => {
      await sleep(duration, signal);
      if (parts.waitingMovesClocks) setNow(plus(now, duration));
    },
  };
  const execute = async (
    words: readonly string[],
    variables: Readonly<Record<string, string | undefined>>,
    interruptAt: string | null,
    isWatched = words[0] === "run",
    input = "",
  ) => {
    ending.saw(words);
    let [output, errors] = ["", ""];
    const interruption = new AbortController();
    const exitCode = await runCommandLine(words, {
      environment: { ...environment, ...variables },
      clock,
      signal: interruption.signal,
      workingFolder: folder,
      readInput: () => inputOf(input),
      output: {
        write: (text) => {
          output += text;
        },
        columns: isWatched ? TERMINAL_COLUMNS : null,
      },
      errors: {
        write: (text) => {
          errors += text;
          if (interruptAt !== null && text.includes(`"event":"${interruptAt}"`))
            interruption.abort(
              new InterruptedError({ where: "perpbooks", what: "interrupted by a test", next: "run again" }),
            );
        },
        isTerminal: false,
      },
    });
    return { exitCode, output, errors: interruptAt === null ? errors : withoutLog(errors) };
  };
  return {
    folder,
    simulator,
    location,
    environment,
    now: () => now,
    run: (...words) => execute(words, {}, null),
    runUnwatched: (...words) => execute(words, {}, null, false),
    runWatched: (...words) => execute(words, {}, null, true),
    runGiven: (input, ...words) => execute(words, {}, null, false, input),
    runWith: (variables, ...words) => execute(words, variables, null),
    runInterruptedAt: (event, ...words) => execute([...words, "--log", "-"], {}, event),
    setNow,
    reconfigure: async (change) => {
      const path = join(folder, "perpbooks.yaml");
      await writeFile(path, change(await readFile(path, "utf8")));
    },
    inspect: async (work) => {
      const store = await openStore(location);
      try {
        return await work(store);
      } finally {
        await store.close();
      }
    },
    files: () => readFolder(join(folder, "out")),
    close: async () => {
      await ending.write((...words) => execute(words, {}, null));
      await simulator.close();
      await parts.closeToo?.();
      await remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Every file of a folder but what the program keeps for itself. */
export async function readFolder(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && entry.name !== KEPT_NAME)
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "utf8")] as const)),
  );
}

/** What a person would read: without the JSON lines of the log. */
function withoutLog(errors: string): string {
  return errors
    .split("\n")
    .filter((line) => !line.startsWith('{"at":'))
    .join("\n");
}

function credentialsOf(credential: AsterCredential): Readonly<Record<string, string>> {
  return credential.kind === "v1"
    ? { apiKey: from(credential, "KEY"), apiSecret: from(credential, "SECRET") }
    : {
        user: PUBLISHED_AGENT.user,
        signer: PUBLISHED_AGENT.signer,
        privateKey: from(credential, "PRIVATE_KEY"),
      };
}

/** A secret as the configuration should name it. */
function from(credential: AsterCredential, field: string): string {
  return `\${${environmentName(credential)}_${field}}`;
}

function environmentName({ account }: AsterCredential): string {
  return account.toUpperCase().replaceAll("-", "_");
}
