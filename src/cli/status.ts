import { formatInstant, type Instant, parseUtcInstant } from "../domain/instant.ts";
import { runSqlFile } from "../store/sql-file.ts";
import { attentionOf, exitCodeFor } from "./attention.ts";
import { defineCommand } from "./command.ts";
import { mostUrgent } from "./exit-code.ts";
import { ACCOUNTS, CONFIG } from "./options.ts";
import { tableFor } from "./result-text.ts";
import type { Surroundings } from "./surroundings.ts";
import { type Workspace, type WorkspaceOptions, withWorkspace } from "./workspace.ts";

type StreamStatus = {
  stream: string;
  complete_from: string | null;
  complete_until: string | null;
  symbols: number;
  records: string;
  gaps: string;
};
type LastRun = {
  started_at: string;
  outcome: string | null;
  requests: number | null;
  new_records: number | null;
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
  readonly closedPeriods: readonly ClosedStatus[];
  /** Streams that are not read, and why. */
  readonly notKept: readonly string[];
  readonly needsAttention: readonly string[];
  /** What would need attention, had a person not put it to rest. */
  readonly accepted: readonly string[];
  readonly next: string;
};

/** How complete each account's history is, when it was last read, and what to do. */
export function status(
  options: WorkspaceOptions & { readonly json: boolean },
  surroundings: Surroundings,
): Promise<number> {
  return withWorkspace(
    options,
    surroundings,
    async (workspace) => {
      const accounts: AccountStatus[] = [];
      for (const account of workspace.accounts)
        accounts.push(await readStatus(workspace, account.name, account.venue));
      workspace.progress.stop();
      if (options.json) surroundings.output.write(`${JSON.stringify(accounts, null, 2)}\n`);
      else {
        const texts = accounts.map((account) => statusText(workspace, account));
        surroundings.output.write(texts.join("\n"));
      }
      return mostUrgent(accounts.map((account) => exitCodeFor(account.needsAttention)));
    },
    "unneeded",
  );
}

async function readStatus({ store }: Workspace, account: string, venue: string): Promise<AccountStatus> {
  const streams = await runSqlFile<StreamStatus>(store.db, "cli/stream-status", { account_id: account });
  const lastRun = await store.db
    .selectFrom("raw.run")
    .select(["started_at", "outcome", "requests", "new_records"])
    .where("account_id", "=", account)
    .orderBy("started_at", "desc")
    .limit(1)
    .executeTakeFirst();
  const isStopped = lastRun?.outcome?.startsWith("stopped") ?? false;
  const { open, accepted } = await attentionOf(store.db, account);
  const needsAttention = [...(isStopped ? ["the last run was stopped"] : []), ...open];
  const denied = await store.db
    .selectFrom("raw.denied_stream")
    .select(["stream", "reason"])
    .where("account_id", "=", account)
    .orderBy("stream")
    .execute();
  return {
    account,
    venue,
    streams,
    lastRun: lastRun ?? null,
    closedPeriods: await runSqlFile<ClosedStatus>(store.db, "cli/closed-periods", { account_id: account }),
    notKept: denied.map(({ stream, reason }) => `${stream}: ${reason}`),
    needsAttention,
    accepted,
    next: nextStep(lastRun ?? null, needsAttention),
  };
}

function nextStep(lastRun: LastRun | null, needsAttention: readonly string[]): string {
  if (lastRun === null) return "perpbooks run";
  if (lastRun.outcome === null)
    return "the last run was killed or is still going on; perpbooks run goes on where it stopped";
  if (lastRun.outcome !== "done") return "mend what stopped the last run, then perpbooks run";
  if (needsAttention.length > 0) return "perpbooks report reconciliation gaps";
  return "nothing; the next nightly run";
}

function statusText({ surroundings, configuration }: Workspace, account: AccountStatus): string {
  const local = (at: Instant) => formatInstant(at, configuration.timeZone);
  const time = (text: string | null) => (text === null ? "" : local(parseUtcInstant(text)));
  const run = account.lastRun;
  const lastRun =
    run === null
      ? "never"
      : `${time(run.started_at)} ${run.outcome ?? "not ended"}, ${run.requests ?? 0} requests sent; new records: ${run.new_records ?? 0}`;
  const columns = ["stream", "complete from", "complete until", "symbols asked", "records", "gaps"];
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
    `  needs attention: ${account.needsAttention.length === 0 ? "nothing" : account.needsAttention.join(", ")}`,
    ...(account.accepted.length === 0 ? [] : [`  accepted: ${account.accepted.join(", ")}`]),
    ...account.notKept.map((line) => `  not kept: ${line}`),
    ...account.closedPeriods.map(
      ({ period, closed_at, because, adjustments }) =>
        `  closed: ${period} since ${time(closed_at)}${because === "" ? "" : `, because ${because}`}${adjustments === 0 ? "" : `; events that came later and count in a later period: ${adjustments}`}`,
    ),
    `  next: ${account.next}`,
    ...(account.streams.length === 0 ? [""] : [tableFor(surroundings.output, columns, rows, rows.length)]),
  ].join("\n");
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
