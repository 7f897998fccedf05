import { formatLocal } from "../../domain/calendar.ts";
import { type Instant, parseUtcInstant } from "../../domain/instant.ts";
import { NothingYetError } from "../../errors.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT, mostUrgent } from "../../pipeline/exit-code.ts";
import { exitCodeFor } from "../../pipeline/open-items.ts";
import { type Workspace, type WorkspaceOptions, withWorkspace } from "../../pipeline/workspace.ts";
import { type AccountStatus, lossText, readAccountStatus } from "../account-status.ts";
import { defineCommand } from "../command.ts";
import type { LastRun } from "../last-run.ts";
import { ACCOUNTS, CONFIG } from "../options.ts";
import { recentResults } from "../recent-results.ts";
import { tableFor } from "../result-text.ts";

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
  const accounts = await readAccountStatus(workspace);
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
    ...(account.proven === null
      ? []
      : [
          `  last whole proof: ${time(account.proven.wholeAt)}; each run since proves from ${time(account.proven.from)} on`,
        ]),
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
