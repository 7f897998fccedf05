import { mkdir, readFile, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { loadConfiguration } from "../../config/load.ts";
import { alternatives } from "../../config/reading.ts";
import { UsageError } from "../../errors.ts";
import { EXPORTS_BY_NAME } from "../../export/targets.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { readDeadline } from "../../pipeline/deadline.ts";
import { EXIT } from "../../pipeline/exit-code.ts";
import { VENUE_CONFIGURATIONS } from "../../venues/registry.ts";
import { defineCommand } from "../command.ts";
import { CONFIG } from "../options.ts";
import {
  callOf,
  cronLine,
  forShell,
  isInCacheOfNpx,
  type Job,
  SECRETS_FOLDER,
  serviceUnit,
  timerUnit,
} from "../schedule.ts";
import {
  environmentExample,
  namedAccount,
  STARTER_VENUES,
  type StarterAccount,
  type StarterVenue,
  starterText,
  usualAccount,
  variablesOf,
} from "../starter.ts";

const INSTALL = "npm install perpbooks";

type InitOptions = {
  readonly config: string;
  readonly venue?: StarterVenue | undefined;
  readonly account?: readonly string[] | undefined;
  readonly cron: boolean;
  readonly systemd?: string | undefined;
  readonly deadline: string;
};

/**
 * Writes a commented configuration to start from and the names of its variables, and what starts the nightly
 * job where that is wanted. Never overwrites a file. Where there is a configuration already, and a schedule
 * is all that is asked for, the schedule is of that one.
 */
export async function init(options: InitOptions, context: CommandContext): Promise<number> {
  readDeadline(options.deadline);
  const path = resolve(context.workingFolder, options.config);
  const wantsSchedule = options.cron || options.systemd !== undefined;
  if (wantsSchedule && isInCacheOfNpx(context.program))
    throw wrong(
      "the program is in npx's cache, and each night would fail as soon as that is cleared",
      `${INSTALL} in this folder, and give the same command again`,
    );
  const isNamed = options.venue !== undefined || options.account !== undefined;
  const existing = wantsSchedule && !isNamed ? await textOf(path) : null;
  if (existing === null) await writeStarter(path, await accountsOf(options, context), options, context);
  if (wantsSchedule) await writeSchedule(path, options, context);
  return EXIT.done;
}

/** As told, or as answered at a terminal. */
async function accountsOf(
  { venue, account = [] }: InitOptions,
  context: CommandContext,
): Promise<readonly StarterAccount[]> {
  if (venue !== undefined && account.length > 0)
    throw wrong("--venue and --account are two ways to say the same", "give one of them");
  if (venue !== undefined) return [usualAccount(venue)];
  if (account.length > 0) return distinct(account.map(readAccount));
  if (context.ask !== null) return askForAccounts(context.ask, context);
  throw wrong(
    "the venue of the first account is missing",
    `add --venue VENUE (${alternatives(STARTER_VENUES)}), or --account NAME=VENUE for each account`,
  );
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

function readAccount(words: string): StarterAccount {
  const [, name = "", venue = ""] = /^([^=]*)=(.*)$/.exec(words) ?? [];
  const known = STARTER_VENUES.find((one) => one === venue);
  if (known !== undefined && NAME.test(name)) return namedAccount(name, known);
  throw wrong(
    `--account: expected NAME=VENUE, found "${words}"`,
    `a name has letters, digits, _ and -; a venue is ${alternatives(STARTER_VENUES)}`,
  );
}

/** Two accounts of one prefix would sign in with the same key. */
function distinct(accounts: readonly StarterAccount[]): readonly StarterAccount[] {
  const twins = accounts.filter(
    ({ prefix }, nth) => accounts.findIndex((one) => one.prefix === prefix) !== nth,
  );
  if (twins.length === 0) return accounts;
  throw wrong(
    `--account: ${twins.map(({ name }) => name).join(", ")}: another account's variables would be called the same`,
    "choose names that differ in more than capitals, - and _",
  );
}

async function askForAccounts(
  ask: NonNullable<CommandContext["ask"]>,
  { output }: CommandContext,
): Promise<readonly StarterAccount[]> {
  let accounts: readonly StarterAccount[] = [];
  for (;;) {
    const first = accounts.length === 0;
    const question = `${first ? "The venue of your account" : "The venue of another account, or Enter for none"} (${alternatives(STARTER_VENUES)}): `;
    const answer = (await ask(question)).trim();
    if (answer === "" && !first) return accounts;
    const venue = STARTER_VENUES.find((one) => one === answer);
    if (venue === undefined) {
      output.write("  that is none of them\n");
      continue;
    }
    const usual = usualAccount(venue).name;
    const name = (await ask(`  what it is called [${usual}]: `)).trim();
    try {
      accounts = distinct([...accounts, readAccount(`${name === "" ? usual : name}=${venue}`)]);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      output.write(`  ${error.words.what}; ${error.words.next}\n`);
    }
  }
}

async function writeStarter(
  path: string,
  accounts: readonly StarterAccount[],
  { config, cron, systemd }: InitOptions,
  { output, program }: CommandContext,
): Promise<void> {
  const text = starterText(accounts);
  if (!(await writeNew(path, text))) {
    throw new UsageError({
      where: path,
      what: "there is a configuration already",
      evidence: ["it was not touched"],
      next: "change it, or give another name with --config",
    });
  }
  const variables = variablesOf(text);
  const example = join(dirname(path), ".env.example");
  const isWritten = await writeNew(example, environmentExample(variables));
  const call = callOf(program);
  const named = config === CONFIG.default ? "" : ` --config ${forShell(config)}`;
  const schedule = `and for every night one of
${isInCacheOfNpx(program) ? `  ${INSTALL}   # first: npx alone keeps it for a while only\n` : ""}  ${call} init --cron${named}
  ${call} init --systemd units${named}
`;
  output.write(
    `${path} is written.
${isWritten ? `${example} has the names of its secrets.` : `${example} was there already, and is as it was.`}
Next: put the keys into a file .env beside it, readable by you alone (chmod 600 .env):
${variables.map((name) => `  ${name}=…\n`).join("")}then run
  ${call} doctor${named}
  ${call} run${named}
${cron || systemd !== undefined ? "" : schedule}`,
  );
}

async function writeSchedule(path: string, options: InitOptions, context: CommandContext): Promise<void> {
  const { output, workingFolder } = context;
  const folder = dirname(path);
  const { deadline } = options;
  const job: Job = { program: context.program, folder, config: basename(path), deadline };
  if (options.cron) output.write(`\nFor cron (crontab -e):\n${cronLine(job)}\n`);
  if (options.systemd === undefined) return;
  const to = resolve(workingFolder, options.systemd);
  const variables = variablesOf((await textOf(path)) ?? "");
  const writes = await writtenOutside(path, context);
  await mkdir(to, { recursive: true });
  const units: readonly (readonly [string, string])[] = [
    ["perpbooks.service", serviceUnit({ ...job, user: userInfo().username, variables, writes })],
    ["perpbooks.timer", timerUnit()],
  ];
  for (const [name, text] of units) {
    if (await writeNew(join(to, name), text)) continue;
    throw new UsageError({
      where: join(to, name),
      what: "there is such a file already",
      evidence: ["it was not touched"],
      next: "move it away, or name another folder",
    });
  }
  const install = units.map(([name]) => join(to, name)).join(" ");
  output.write(
    `\n${units.map(([name]) => join(to, name)).join(" and ")} are written. For systemd, as root:
  install -d -m 700 ${SECRETS_FOLDER}
${variables.map((name) => `  (umask 077; cat > ${SECRETS_FOLDER}/${name})   # paste it, Enter, Ctrl-D\n`).join("")}  install -m 644 ${install} /etc/systemd/system/
  systemctl daemon-reload
  systemctl enable --now perpbooks.timer
  systemctl start perpbooks.service               # the first night, now
`,
  );
}

/** The folders outside of the configuration's own that a night writes to. */
async function writtenOutside(path: string, { environment }: CommandContext): Promise<string[]> {
  const { store, output, notify } = await loadConfiguration({
    path,
    environment,
    venues: VENUE_CONFIGURATIONS,
    exportTargets: EXPORTS_BY_NAME,
    secrets: "unneeded",
  });
  const folders = [
    ...(store.kind === "folder" ? [store.path] : []),
    output,
    ...(notify.metrics === null ? [] : [dirname(notify.metrics)]),
  ];
  return [...new Set(folders)].filter((one) => {
    const way = relative(dirname(path), one);
    return way === ".." || way.startsWith(`..${sep}`);
  });
}

/** Null where there is no such file. */
function textOf(path: string): Promise<string | null> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
}

/** False where there is such a file already, which stays as it is. */
async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: "wx" });
    return true;
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause)) throw cause;
    if (cause.code === "EEXIST") return false;
    throw new UsageError({
      where: path,
      what: "no configuration can be written here",
      evidence: [cause.message],
      next: "make the folder, or give another name with --config",
    });
  }
}

function wrong(what: string, next: string): UsageError {
  return new UsageError({ where: "perpbooks init", what, evidence: ["nothing was done"], next });
}

export const initCommand = defineCommand({
  options: {
    config: CONFIG,
    venue: {
      choices: STARTER_VENUES,
      requiresArg: true,
      describe: "the venue of its one account, under the usual name",
    },
    account: {
      type: "string",
      array: true,
      requiresArg: true,
      describe: "an account, as NAME=VENUE (may be repeated)",
    },
    cron: { type: "boolean", default: false, describe: "print a line for crontab as well" },
    systemd: {
      type: "string",
      requiresArg: true,
      describe: "write a service and a timer for systemd into this folder as well",
    },
    deadline: {
      type: "string",
      default: "6h",
      requiresArg: true,
      describe: "when the scheduled run ends at the latest: 90s, 30m, 6h",
    },
  },
  examples: [
    ["init", "at a terminal: ask for the accounts, and write perpbooks.yaml into this folder"],
    ["init --venue binance-usdm", "the same for one account, without a question"],
    ["init --account main=aster --account hedge=binance-usdm", "for several"],
    ["init --systemd ./units", "a service and a timer for the configuration that is there"],
  ],
  act: init,
});
