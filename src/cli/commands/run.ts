import type { AccountConfiguration } from "../../config/configuration.ts";
import { append } from "../../domain/lists.ts";
import type { Period } from "../../domain/period.ts";
import { ReaderGoneError } from "../../errors.ts";
import type { VenueClient } from "../../http/client.ts";
import { clientMaker } from "../../pipeline/clients.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { orAbandoned } from "../../pipeline/deadline.ts";
import { EXIT, mostUrgent } from "../../pipeline/exit-code.ts";
import { failureOf } from "../../pipeline/failure.ts";
import { longestUnreadFirst } from "../../pipeline/fair-order.ts";
import { exitCodeFor, keepOpenItems, openItemText, readOpenItems } from "../../pipeline/open-items.ts";
import { type PeriodOptions, reportedPeriod } from "../../pipeline/reported-period.ts";
import {
  asRun,
  bookStage,
  fetchFundingRatesStage,
  fetchMarksStage,
  fetchPricesStage,
  reconcileAcrossStage,
  reconcileStage,
  syncStage,
  valueStage,
  withinRun,
} from "../../pipeline/stages.ts";
import {
  forEachAccount,
  type Workspace,
  type WorkspaceOptions,
  withWorkspace,
} from "../../pipeline/workspace.ts";
import { EXPORTS_FOLDER, wantedOf, writeAllExports } from "../../pipeline/write-all-exports.ts";
import {
  chosenAccounts,
  summariseReports,
  type WhereTo,
  whereTo,
  writeAllReports,
} from "../../pipeline/write-all-reports.ts";
import { openReasons } from "../../report/manifest.ts";
import type { Summarised } from "../../report/read-summary.ts";
import { readAccountIds } from "../../store/account-ids.ts";
import { defineCommand } from "../command.ts";
import { KILLED_NEXT, killedBefore } from "../last-run.ts";
import { beginNotices, type Night, type Notices } from "../notices.ts";
import { ACCOUNTS, ALL_SYMBOLS, CONFIG, DEADLINE, LOG, PERIOD, SHARD, TIME_ZONE } from "../options.ts";
import { type Reason, reasonLines } from "../reasons.ts";

export type RunOptions = WorkspaceOptions & PeriodOptions & { readonly allSymbols: boolean };

type Booked = { readonly client: VenueClient; readonly runId: string };

/**
 * The nightly job: sync, book, reconcile, fetch the prices that are needed, report. A person at a terminal
 * sees the progress and the summary. Without a terminal it is silent where nothing is open; otherwise its
 * first lines give the reasons, which is what cron mails.
 */
export async function run(options: RunOptions, context: CommandContext): Promise<number> {
  if (context.output.columns !== null) return runInSight(options, context);
  const { output, errors } = context;
  const said: string[] = [];
  const { exitCode, reasons, summary } = await toldNight(options, context, (text) => said.push(text)).catch(
    (error: unknown): Night => {
      if (error instanceof ReaderGoneError) throw error;
      said.push(failureOf(error).text);
      return failedNight(error);
    },
  );
  if (exitCode === EXIT.done && reasons.length === 0) return exitCode;
  errors.write(`${[...reasonLines(reasons), ...said].join("\n")}\n`);
  if (summary !== "") output.write(`\n${summary}`);
  return exitCode;
}

/** The same for a person at a terminal: messages are shown at once, and the summary always. */
export async function runInSight(options: RunOptions, context: CommandContext): Promise<number> {
  const { exitCode, reasons, summary } = await toldNight(options, context, null);
  context.output.write(summary);
  if (reasons.length > 0) context.output.write(`\n${reasonLines(reasons).join("\n")}\n`);
  return exitCode;
}

/** The night; those whom `notify` names are told of its end, whatever it is. */
async function toldNight(
  options: RunOptions,
  context: CommandContext,
  say: ((text: string) => void) | null,
): Promise<Night> {
  const notices = beginNotices(options, context);
  try {
    // Also where a night is told to stop and does not, the first line says why it ended.
    const night = await orAbandoned(wholeNight(options, context, notices, say), context.signal);
    notices.end(night);
    return night;
  } catch (error) {
    if (!(error instanceof ReaderGoneError)) notices.end(failedNight(error));
    throw error;
  }
}

function failedNight(error: unknown): Night {
  const { exitCode, what, next } = failureOf(error);
  return { exitCode, reasons: [{ exitCode, account: null, what, next }], summary: "" };
}

function wholeNight(
  options: RunOptions,
  context: CommandContext,
  notices: Notices,
  say: ((text: string) => void) | null,
): Promise<Night> {
  return withWorkspace(
    options,
    context,
    async (workspace) => {
      const night = await asRun(workspace, (runId) => nightOf(workspace, options, runId, notices));
      // The run is on record as ended now.
      await notices.look(workspace);
      return night;
    },
    "venues",
    say,
  );
}

async function nightOf(
  workspace: Workspace,
  options: RunOptions,
  runId: string,
  notices: Notices,
): Promise<Night> {
  const failures = new Map<string, Reason>();
  // If an account fails in a second stage, the cause is that of the first failure.
  const onFailure: Parameters<typeof forEachAccount>[2] = ({ name }, { text, exitCode, what, next }) => {
    if (failures.has(name)) return;
    workspace.progress.say(text);
    failures.set(name, { exitCode, account: what.startsWith(name) ? null : name, what, next });
  };
  const killed: Reason[] = [];
  const booked = new Map<string, Booked>();
  const clientOf = clientMaker(workspace);
  const bookedCode = await forEachAccount(
    await longestUnreadFirst(workspace),
    (account) =>
      workspace.store.withAccountLock(account.name, async () => {
        append(killed, await killedReason(workspace, account));
        const client = clientOf(account);
        await notices.timed("sync", () =>
          syncStage(workspace, account, client, "run", options.allSymbols, runId),
        );
        await notices.timed("book", () =>
          withinRun(workspace, account, runId, () => bookStage(workspace, account, false)),
        );
        booked.set(account.name, { client, runId });
        return null;
      }),
    onFailure,
  );
  const open: Reason[] = [];
  // Checks across accounts need all of them booked.
  const provenCode = await forEachAccount(
    workspace,
    async (account) => {
      // The run that holds the account's lock proves it.
      if (failures.get(account.name)?.exitCode === EXIT.lockHeld) return null;
      return workspace.store.withAccountLock(account.name, async () => {
        await notices.timed("prove", () =>
          prove(workspace, account, booked.get(account.name) ?? null, options.timeZone),
        );
        const own = await openReasonsOf(workspace, account);
        append(open, own);
        return failures.has(account.name) ? null : exitCodeFor(own);
      });
    },
    onFailure,
  );
  const { summary, sentences } = await reportAll(workspace, options, notices);
  // A requested period may be incomplete where the whole history is not.
  const ofPeriod = open.length > 0 ? [] : sentences;
  const reasons = [
    ...failures.values(),
    ...open,
    ...ofPeriod.map((what) => ({
      exitCode: EXIT.openItems,
      account: null,
      what,
      next: "perpbooks status",
    })),
    ...killed,
  ];
  const exitCode = mostUrgent([bookedCode, provenCode, ...reasons.map((reason) => reason.exitCode)]);
  return { exitCode, reasons, summary };
}

/** The last run was killed and this one has caught up: it is mentioned once, and nobody has to act. */
async function killedReason(
  { store, configuration }: Workspace,
  { name }: AccountConfiguration,
): Promise<Reason[]> {
  const what = await killedBefore(store.db, name, configuration.timeZone);
  return what === null ? [] : [{ exitCode: EXIT.done, account: name, what, next: KILLED_NEXT }];
}

/** For an account whose night failed (null), only the checks that rest on other accounts' books. */
async function prove(
  workspace: Workspace,
  account: AccountConfiguration,
  booked: Booked | null,
  reportedZone: string | undefined,
): Promise<void> {
  if (booked === null) return reconcileAcrossStage(workspace, account);
  const { prices, reportingCurrency, timeZone } = workspace.configuration;
  const zone = reportedZone ?? timeZone;
  await withinRun(workspace, account, booked.runId, async () => {
    await fetchFundingRatesStage(workspace, account, booked.client);
    await fetchMarksStage(workspace, account, booked.client, zone);
    await reconcileStage(workspace, account, "onward");
    if (zone !== timeZone) await valueStage(workspace, account, zone);
    if (reportingCurrency !== null && prices.fetch)
      await fetchPricesStage(workspace, account, booked.client, reportingCurrency, zone);
  });
}

async function openReasonsOf(
  { store, configuration: { timeZone }, context }: Workspace,
  { name }: AccountConfiguration,
): Promise<Reason[]> {
  const now = context.clock.now();
  await keepOpenItems(store.db, name, now);
  const { open } = (await readOpenItems(store.db, [name], timeZone))(name);
  return open.map((item) => ({
    exitCode: EXIT.openItems,
    account: name,
    what: openItemText(item, now, timeZone),
    next: item.next,
  }));
}

/**
 * Writes the reports, where the configuration names a format of them, and the exports: neither, where several
 * share the accounts, because files are of all of them. `sentences` say why
 * the period is incomplete and needs a person, whether files of it are written or not.
 */
async function reportAll(
  chosen: Workspace,
  options: RunOptions,
  notices: Notices,
): Promise<{ readonly summary: string; readonly sentences: readonly string[] }> {
  const workspace = await withSyncedAccounts(chosen);
  if (workspace === null) return { summary: "", sentences: [] };
  const { configuration, progress } = workspace;
  const period = await reportedPeriod(workspace, options);
  if (period === null) return { summary: "", sentences: [] };
  const to = whereTo(configuration.output, options.period === undefined ? null : period);
  const isShared = options.shard !== undefined;
  const { verdict, summary, files } = await notices.timed("report", () =>
    reportsOf(workspace, period, isShared ? null : to),
  );
  if (isShared) return { summary, sentences: openReasons(verdict) };
  const isPart = options.period !== undefined;
  const exported = await notices.timed("export", () => exportAll(workspace, period, to.folder, isPart));
  progress.log("reports_written", { files, isComplete: verdict.isComplete });
  progress.stop();
  const written = files + exported;
  return {
    summary: written === 0 ? summary : `${summary}\n${written} files in ${to.folder}\n`,
    sentences: openReasons(verdict),
  };
}

async function reportsOf(
  workspace: Workspace,
  period: Period,
  to: WhereTo | null,
): Promise<Summarised & { readonly files: number }> {
  if (to === null || workspace.configuration.formats.length === 0)
    return { ...(await summariseReports(workspace, period)), files: 0 };
  const { manifest, summary, files } = await writeAllReports(workspace, period, to);
  return { verdict: manifest, summary, files };
}

/**
 * Writes the exports that the configuration names, and returns how many files they are. They are complete
 * where the reports are. A target whose imports replace everything before is not written for a part of the
 * history.
 */
async function exportAll(
  workspace: Workspace,
  period: Period,
  folder: string,
  isPart: boolean,
): Promise<number> {
  const { exports, treatment } = workspace.configuration;
  const wanted = exports
    .map((one) => wantedOf(one, treatment))
    .filter(({ target }) => !(isPart && target.replacesEarlier === true));
  if (wanted.length === 0) return 0;
  const { files } = await writeAllExports(workspace, period, wanted, { folder, within: EXPORTS_FOLDER });
  return files;
}

/**
 * Without the chosen accounts that the store does not know yet, because their first sync failed early; the
 * others get their reports. Null where none is left.
 */
async function withSyncedAccounts(workspace: Workspace): Promise<Workspace | null> {
  if (chosenAccounts(workspace) === null) return workspace;
  const known = await readAccountIds(workspace.store.db);
  const accounts = workspace.accounts.filter(({ name }) => known.includes(name));
  return accounts.length === 0 ? null : { ...workspace, accounts };
}

export const runCommand = defineCommand({
  options: {
    config: CONFIG,
    account: ACCOUNTS,
    shard: SHARD,
    period: PERIOD,
    "time-zone": TIME_ZONE,
    "all-symbols": ALL_SYMBOLS,
    deadline: DEADLINE,
    log: LOG,
  },
  examples: [
    ["run", "what cron runs every night"],
    ["run --deadline 6h", "the same, and never longer than that"],
    [
      "run --shard 2/5",
      "the second of five that share the accounts of one server; perpbooks report writes the files when all have ended",
    ],
    ["run --all-symbols", "read every symbol that the venues list again, not only those known"],
  ],
  act: run,
});
