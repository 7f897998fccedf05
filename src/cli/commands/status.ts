import type { AccountConfiguration } from "../../config/configuration.ts";
import { formatLocal } from "../../domain/calendar.ts";
import {
  DAY_MS,
  type DurationMs,
  formatInstant,
  HOUR_MS,
  type Instant,
  parseUtcInstant,
  plus,
} from "../../domain/instant.ts";
import { STREAM_NAMES } from "../../domain/record.ts";
import { NothingYetError } from "../../errors.ts";
import { readBeginning } from "../../load/beginning.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT, mostUrgent } from "../../pipeline/exit-code.ts";
import { exitCodeFor, type OpenItems, openItemText, readOpenItems } from "../../pipeline/open-items.ts";
import { type Workspace, type WorkspaceOptions, withWorkspace } from "../../pipeline/workspace.ts";
import { type ByAccount, byAccount, oneOrAll } from "../../store/by-account.ts";
import { runSqlFile } from "../../store/sql-file.ts";
import { VENUES } from "../../venues/registry.ts";
import { supportOf } from "../../venues/venue.ts";
import { defineCommand } from "../command.ts";
import { type LastRun, readLastRun } from "../last-run.ts";
import { ACCOUNTS, CONFIG } from "../options.ts";
import { recentResults } from "../recent-results.ts";
import { tableFor } from "../result-text.ts";

type StreamStatus = {
  stream: string;
  complete_from: string | null;
  complete_until: string | null;
  symbols: number;
  records: string;
  gaps: string;
};
type ClosedStatus = {
  readonly period: string;
  readonly from_time: string;
  readonly until_time: string;
  readonly closed_at: string;
  readonly because: string;
  /** Events of it that came after its close and count in a later period. */
  readonly adjustments: number;
};
type AccountStatus = {
  readonly account: string;
  readonly venue: string;
  readonly streams: readonly StreamStatus[];
  readonly lastRun: LastRun | null;
  /** When a run last succeeded; null for never. */
  readonly lastSuccess: string | null;
  /** What the venue will soon no longer serve, if no run reads it. */
  readonly losses: readonly Loss[];
  /** Where the history begins, by its first cash; null where that was not inferred. */
  readonly beginning: { readonly from: string; readonly because: string } | null;
  readonly closedPeriods: readonly ClosedStatus[];
  /** Streams that are not read, and why. */
  readonly notKept: readonly string[];
  readonly openItems: readonly string[];
  /** Open items that a person has accepted. */
  readonly accepted: readonly string[];
  readonly next: string;
};
/** What a stream has from `since` on is not read yet, and is gradually lost from `lostFrom` on. */
type Loss = { readonly stream: string; readonly since: string; readonly lostFrom: string };

/** A loss that is nearer than this is shown, however recent the last run is. */
const LOSS_IS_NEAR: DurationMs = 10 * DAY_MS;

/** How complete each account's history is, when it was last read, and what to do. */
export async function status(
  options: WorkspaceOptions & { readonly json: boolean },
  context: CommandContext,
): Promise<number> {
  try {
    return await withWorkspace(options, context, (workspace) => tell(workspace, options.json), "reads");
  } catch (error) {
    if (!(error instanceof NothingYetError)) throw error;
    // Nothing was ever read, of no account: that is the status, and no store is made to say it.
    const { where, what, next } = error.words;
    if (options.json) context.output.write("[]\n");
    else context.output.write(`${where}: ${what}\n  next: ${next}\n`);
    return EXIT.openItems;
  }
}

async function tell(workspace: Workspace, isJson: boolean): Promise<number> {
  const { output } = workspace.context;
  const accounts: AccountStatus[] = [];
  const names = workspace.accounts.map(({ name }) => name);
  const { db } = workspace.store;
  const shared = {
    streams: byAccount(
      await runSqlFile<StreamStatus & { account_id: string }>(db, "cli/stream-status", {
        account: oneOrAll(names),
      }),
    ),
    openItems: await readOpenItems(db, names, workspace.configuration.timeZone),
  };
  for (const account of workspace.accounts) accounts.push(await readStatus(workspace, account, shared));
  workspace.progress.stop();
  if (isJson) output.write(`${JSON.stringify(accounts, null, 2)}\n`);
  else {
    const texts: string[] = [];
    for (const account of accounts)
      texts.push(statusText(workspace, account, await recentLines(workspace, account)));
    output.write(texts.join("\n"));
  }
  return mostUrgent(accounts.map((account) => exitCodeFor(account.openItems)));
}

async function readStatus(
  { store, configuration, context }: Workspace,
  { name: account, venue }: AccountConfiguration,
  shared: {
    readonly streams: ByAccount<readonly (StreamStatus & { account_id: string })[]>;
    readonly openItems: ByAccount<OpenItems>;
  },
): Promise<AccountStatus> {
  const now = context.clock.now();
  const { timeZone, staleAfter } = configuration;
  const streams = shared.streams(account).map(({ account_id, ...stream }) => stream);
  const lastRun = await readLastRun(store.db, account);
  const success = await store.db
    .selectFrom("raw.run")
    .select(({ fn }) => fn.max("started_at").as("started_at"))
    .where("account_id", "=", account)
    .where("outcome", "=", "done")
    .where("finished_at", "is not", null)
    .executeTakeFirst();
  const lastSuccess = success?.started_at ?? null;
  const isStale = lastSuccess === null || now > plus(parseUtcInstant(lastSuccess), staleAfter);
  const denied = await store.db
    .selectFrom("raw.denied_stream")
    .select(["stream", "reason"])
    .where("account_id", "=", account)
    .orderBy("stream")
    .execute();
  const losses = lossesOf(
    venue,
    streams.filter(({ stream }) => !denied.some((one) => one.stream === stream)),
  );
  const near = losses.filter(({ lostFrom }) => parseUtcInstant(lostFrom) < plus(now, LOSS_IS_NEAR));
  const { open, accepted } = shared.openItems(account);
  const openItems = [
    ...(lastRun?.outcome === "stopped" ? ["the last run was stopped"] : []),
    ...(lastRun?.outcome === "killed" ? ["the last run was killed"] : []),
    ...(isStale && lastRun !== null ? [staleText(lastSuccess, staleAfter, timeZone)] : []),
    ...(lastRun === null ? ["nothing has run yet"] : []),
    ...near.map((loss) => lossText(loss, timeZone)),
    ...open.map((item) => openItemText(item, now, timeZone)),
  ];
  return {
    account,
    venue,
    streams,
    lastRun,
    lastSuccess,
    losses: isStale ? losses : near,
    beginning: await readBeginning(store.db, account),
    closedPeriods: await runSqlFile<ClosedStatus>(store.db, "cli/closed-periods", { account_id: account }),
    notKept: denied.map(({ stream, reason }) => `${stream}: ${reason}`),
    openItems,
    accepted,
    next: nextStep(lastRun, isStale, open[0]?.next ?? null, near.length > 0),
  };
}

/** For a person at a terminal only, not for a file or a program: the results of the last days. */
async function recentLines(
  { store, context, configuration: { timeZone } }: Workspace,
  { account, streams }: AccountStatus,
): Promise<string[]> {
  const income = streams.find(({ stream }) => stream === RESULT_STREAM);
  if (context.output.columns === null || income?.complete_from == null || income.complete_until === null)
    return [];
  const [from, until] = [parseUtcInstant(income.complete_from), parseUtcInstant(income.complete_until)];
  return recentResults(store, account, { from, until }, timeZone);
}

/** The stream that moves the wallet, and so decides a day's result. */
const RESULT_STREAM = "income";

/** What the venue will no longer serve of each stream, and from when on, if it is not read before. */
function lossesOf(venue: string, streams: readonly StreamStatus[]): Loss[] {
  const served = VENUES[venue]?.streams;
  return streams.flatMap(({ stream, complete_until }) => {
    const name = STREAM_NAMES.find((one) => one === stream);
    const support = served === undefined || name === undefined ? null : supportOf({ streams: served }, name);
    const retention = support?.retention ?? null;
    if (complete_until === null || retention === null) return [];
    const lostFrom = formatInstant(plus(parseUtcInstant(complete_until), retention.sure));
    return [{ stream, since: complete_until, lostFrom }];
  });
}

function lossText({ stream, since, lostFrom }: Loss, timeZone: string): string {
  const at = (text: string) => formatLocal(parseUtcInstant(text), timeZone);
  return `${stream} since ${at(since)} will be lost from ${at(lostFrom)} on`;
}

function staleText(lastSuccess: string | null, staleAfter: DurationMs, timeZone: string): string {
  if (lastSuccess === null) return "no run has succeeded yet";
  return `no run has succeeded since ${formatLocal(parseUtcInstant(lastSuccess), timeZone)}, which is more than ${staleAfter / HOUR_MS} hours ago`;
}

function nextStep(
  lastRun: LastRun | null,
  isStale: boolean,
  openNext: string | null,
  isLossNear: boolean,
): string {
  if (lastRun === null) return "perpbooks doctor, then perpbooks run";
  if (lastRun.outcome === null) return "wait until the run that is going on has ended";
  if (lastRun.outcome === "killed") return "perpbooks run, which goes on where the last one stopped";
  if (lastRun.outcome === "stopped") return "fix what stopped the last run, then perpbooks run";
  if (isStale) return "perpbooks run, and see why it was not started";
  if (isLossNear) return "perpbooks run";
  return openNext ?? "nothing; the next nightly run";
}

function statusText(
  { context, configuration }: Workspace,
  account: AccountStatus,
  recent: readonly string[],
): string {
  const local = (at: Instant) => formatLocal(at, configuration.timeZone);
  const time = (text: string | null) => (text === null ? "" : local(parseUtcInstant(text)));
  const run = account.lastRun;
  const lastRun =
    run === null
      ? "never"
      : `${time(run.started_at)} ${outcomeText(run)}, ${run.requests ?? 0} requests sent; new records: ${run.new_records ?? 0}`;
  const columns = ["stream", "complete from", "complete until", "symbols queried", "records", "gaps"];
  const rows = account.streams.map((stream) => [
    stream.stream,
    time(stream.complete_from),
    time(stream.complete_until),
    stream.symbols === 0 ? "" : String(stream.symbols),
    stream.records,
    stream.gaps,
  ]);
  return [
    `${account.account} on ${account.venue}`,
    `  last run: ${lastRun}`,
    `  last success: ${account.lastSuccess === null ? "never" : time(account.lastSuccess)}`,
    ...recent.map((line) => `  ${line}`),
    `  open items: ${account.openItems.length === 0 ? "none" : account.openItems.join(", ")}`,
    ...account.losses
      .map((loss) => lossText(loss, configuration.timeZone))
      .filter((text) => !account.openItems.includes(text))
      .map((text) => `  if nothing runs: ${text}`),
    ...(account.accepted.length === 0 ? [] : [`  accepted: ${account.accepted.join(", ")}`]),
    ...(account.beginning === null
      ? []
      : [
          `  begins: ${time(account.beginning.from)}; what is before was not requested, because ${account.beginning.because} (inferred)`,
        ]),
    ...account.notKept.map((line) => `  not kept: ${line}`),
    ...account.closedPeriods.map(
      ({ period, closed_at, because, adjustments }) =>
        `  closed: ${period} since ${time(closed_at)}${because === "" ? "" : `, because ${because}`}${adjustments === 0 ? "" : `; events that came later and count in a later period: ${adjustments}`}`,
    ),
    `  next: ${account.next}`,
    ...(account.streams.length === 0 ? [""] : [tableFor(context.output, columns, rows, rows.length)]),
  ].join("\n");
}

function outcomeText({ outcome, stopped_by }: LastRun): string {
  if (outcome === null) return "and still going on";
  return stopped_by === null ? outcome : `${outcome}: ${stopped_by}`;
}

export const statusCommand = defineCommand({
  options: {
    config: CONFIG,
    account: ACCOUNTS,
    json: { type: "boolean", default: false, describe: "as JSON" },
  },
  examples: [
    ["status", "all accounts"],
    ["status --account main", "one account"],
    ["status --json", "for a program to read"],
  ],
  act: status,
});
