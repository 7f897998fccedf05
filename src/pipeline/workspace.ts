import { access } from "node:fs/promises";
import { resolve } from "node:path";
import type { AccountConfiguration, Configuration } from "../config/configuration.ts";
import { loadConfiguration } from "../config/load.ts";
import type { SecretsAre } from "../config/reading.ts";
import { NothingYetError, UsageError } from "../errors.ts";
import { EXPORTS_BY_NAME } from "../export/targets.ts";
import { listReports, type ReportDefinition } from "../report/definition.ts";
import { openStore, openToRead } from "../store/open.ts";
import type { Store } from "../store/store.ts";
import { VENUE_CONFIGURATIONS } from "../venues/registry.ts";
import type { CommandContext } from "./command-context.ts";
import { readDeadline, withinDeadline } from "./deadline.ts";
import { orEveryMistake } from "./every-mistake.ts";
import { mostUrgent } from "./exit-code.ts";
import { type Failure, failureOf } from "./failure.ts";
import { openLog } from "./log-file.ts";
import { type Progress, startProgress } from "./progress.ts";
import { checkPeriodOptions, type PeriodOptions, refuseUnbegun } from "./reported-period.ts";

/** What nearly every command works with. */
export type Workspace = {
  readonly configuration: Configuration;
  /** The accounts chosen with `--account`, or all. */
  readonly accounts: readonly AccountConfiguration[];
  /** The program's reports, and those of the configuration's own folder. */
  readonly reports: readonly ReportDefinition[];
  readonly store: Store;
  readonly progress: Progress;
  readonly context: CommandContext;
};

export type WorkspaceOptions = {
  readonly config: string;
  readonly account?: readonly string[] | undefined;
  /** Of several that share the work, which one this is: `2/5`. */
  readonly shard?: string | undefined;
  /** Where the log goes: a file, or - for stderr; nowhere by default. */
  readonly log?: string | undefined;
  /** The time that the command has, in words: `6h`. */
  readonly deadline?: string | undefined;
};

/**
 * What a command does with the store. Only where it queries venues are secrets needed. Of `books` and `reads`
 * the store must be there: it is not made for them. What only `reads` does so also while a run goes on.
 */
export type Use = "venues" | "books" | "reads";

/**
 * Reads the configuration, opens the store for this `use`, and closes it whatever `work` does. `say` takes
 * the lines that stay, instead of stderr.
 */
export async function withWorkspace<Result = number>(
  options: WorkspaceOptions & PeriodOptions,
  context: CommandContext,
  work: (workspace: Workspace) => Promise<Result>,
  use: Use = "venues",
  say: ((text: string) => void) | null = null,
): Promise<Result> {
  const { configuration, reports } = await orEveryMistake(
    () => loadSettings(options, context, use === "venues" ? "needed" : "unneeded"),
    [() => checkPeriodOptions(options), () => readDeadline(options.deadline)],
  );
  refuseUnbegun(options, configuration.timeZone, context.clock.now());
  const deadlineMs = readDeadline(options.deadline);
  const accounts = shardOf(chooseAccounts(configuration, options.account ?? []), options.shard);
  const log = openLog(options.log, context);
  const started = startProgress(context, log.log);
  const progress = say === null ? started : { ...started, say };
  for (const warning of configuration.warnings) progress.say(warning);
  try {
    return await withinDeadline(deadlineMs, context.signal, progress, async (signal, watched) => {
      watched.doing("opening the store");
      if (use !== "venues") await requireStore(configuration);
      const open = use === "reads" ? openToRead : openStore;
      const store = await open(configuration.store, signal);
      try {
        return await work({
          configuration,
          accounts,
          reports,
          store: sayingWhoIsWaitedFor(store, watched),
          progress: watched,
          context: { ...context, signal },
        });
      } finally {
        await store.close();
      }
    });
  } finally {
    progress.stop();
    log.close();
  }
}

type Settings = { readonly configuration: Configuration; readonly reports: readonly ReportDefinition[] };

/**
 * Reads the reports too, before anything is done: a mistake in one should not show after hours of reading a
 * venue.
 */
async function loadSettings(
  { config }: Pick<WorkspaceOptions, "config">,
  { workingFolder, environment }: CommandContext,
  secrets: SecretsAre,
): Promise<Settings> {
  const configuration = await loadConfiguration({
    path: resolve(workingFolder, config),
    environment,
    venues: VENUE_CONFIGURATIONS,
    exportTargets: EXPORTS_BY_NAME,
    secrets,
  });
  return { configuration, reports: await listReports(configuration.reports) };
}

/** The reports that there are, without a store: the program's alone where there is no configuration yet. */
export async function knownReports(
  options: Pick<WorkspaceOptions, "config">,
  context: CommandContext,
): Promise<readonly ReportDefinition[]> {
  const isConfigured = await exists(resolve(context.workingFolder, options.config));
  return isConfigured ? (await loadSettings(options, context, "unneeded")).reports : listReports(null);
}

/** The configuration of a store that is there; no secret is needed for it. Throws a `NothingYetError`. */
export async function configurationOfStore(
  options: Pick<WorkspaceOptions, "config">,
  context: CommandContext,
): Promise<Configuration> {
  const { configuration } = await loadSettings(options, context, "unneeded");
  await requireStore(configuration);
  return configuration;
}

/** Throws a `NothingYetError` where no run has made the store yet. */
async function requireStore({ store }: Configuration): Promise<void> {
  if (store.kind !== "folder" || (await exists(store.path))) return;
  throw new NothingYetError({
    where: `store ${store.path}`,
    what: "there is none yet: nothing has run",
    evidence: ["none was made"],
    next: "fill in the configuration and .env, then perpbooks doctor and perpbooks run",
  });
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    // What may not be looked at is there, and says so when it is opened.
    (error: NodeJS.ErrnoException) => error.code !== "ENOENT",
  );
}

/**
 * Another run may be working on an account: whoever sits before this one should see that it waits, and for
 * what.
 */
export function sayingWhoIsWaitedFor(store: Store, { doing }: Progress): Store {
  return {
    ...store,
    withAccountLock: (accountId, work) => {
      doing(`${accountId}: waiting until no other run works on it`);
      return store.withAccountLock(accountId, () => {
        doing(accountId);
        return work();
      });
    },
  };
}

/** Every N-th account, by the order of the configuration, which is the same for all that share it. */
function shardOf(
  accounts: readonly AccountConfiguration[],
  shard: string | undefined,
): readonly AccountConfiguration[] {
  if (shard === undefined) return accounts;
  const [, place, count] = /^(\d{1,6})\/(\d{1,6})$/.exec(shard) ?? [];
  const [own, all] = [Number(place), Number(count)];
  if (own >= 1 && own <= all) return accounts.filter((_, nth) => nth % all === own - 1);
  throw new UsageError({
    where: "--shard",
    what: `"${shard}" is no share of the accounts`,
    evidence: ["nothing was done"],
    next: "give this one's number and how many there are: 2/5 is the second of five",
  });
}

function chooseAccounts(
  configuration: Configuration,
  names: readonly string[],
): readonly AccountConfiguration[] {
  if (names.length === 0) return configuration.accounts;
  const unknown = names.filter((name) => !configuration.accounts.some((account) => account.name === name));
  if (unknown.length > 0) {
    throw new UsageError({
      where: "--account",
      what: `there is no account ${unknown.map((name) => `"${name}"`).join(", ")}`,
      evidence: [`the configuration has ${configuration.accounts.map((account) => account.name).join(", ")}`],
      next: "correct the name",
    });
  }
  return configuration.accounts.filter((account) => names.includes(account.name));
}

/** More would not be quicker: each books on this one thread. On a server each also needs connections. */
const HOSTS_AT_ONCE = 4;

/**
 * Does `work` for every account: one account's trouble does not stop the others. Accounts of one host come
 * one after the other, since they share its weight; hosts go side by side, some at once. Returns the most
 * urgent exit code, or throws the interruption, in either case only when nothing is under way any more: the
 * store is closed next.
 */
export async function forEachAccount(
  { accounts, progress, context: { signal } }: Workspace,
  work: (account: AccountConfiguration) => Promise<number | null>,
  onFailure: (account: AccountConfiguration, failure: Failure) => void = (_, { text }) => progress.say(text),
): Promise<number> {
  const hosts = [...groupBy(accounts, (account) => new URL(account.baseUrl).host).values()];
  const codes: number[] = [];
  const guarded = async (account: AccountConfiguration) => {
    const ended = (exitCode: number) => {
      codes.push(exitCode);
      progress.log("account_ended", { account: account.name, exitCode });
    };
    try {
      const exitCode = await work(account);
      // Null: its end was told, or is yet to come.
      if (exitCode !== null) ended(exitCode);
    } catch (error) {
      // What stopped because of the interruption is said once, for all.
      if (error === signal.reason) return;
      const failure = failureOf(error);
      onFailure(account, failure);
      ended(failure.exitCode);
    }
  };
  const untilNoneIsLeft = async () => {
    for (let host = hosts.shift(); host !== undefined; host = hosts.shift()) {
      for (const account of host) if (!signal.aborted) await guarded(account);
    }
  };
  await Promise.all(Array.from({ length: HOSTS_AT_ONCE }, untilNoneIsLeft));
  signal.throwIfAborted();
  return mostUrgent(codes);
}

/** `Map.groupBy` is not in Node 20. */
function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
