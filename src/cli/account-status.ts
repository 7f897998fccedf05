/**
 * How complete each account's history is, how its last run ended, and what to do: what `status` shows, and
 * what a notification tells. `docs/status.schema.json` describes the same to programs.
 */
import type { AccountConfiguration } from "../config/configuration.ts";
import { formatLocal } from "../domain/calendar.ts";
import {
  DAY_MS,
  type DurationMs,
  formatInstant,
  HOUR_MS,
  latest,
  parseUtcInstant,
  plus,
} from "../domain/instant.ts";
import { STREAM_NAMES } from "../domain/record.ts";
import { readBeginning } from "../load/beginning.ts";
import { type OpenItems, openItemText, readOpenItems } from "../pipeline/open-items.ts";
import type { Workspace } from "../pipeline/workspace.ts";
import { type ByAccount, byAccount, oneOrAll } from "../store/by-account.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";
import { VENUES } from "../venues/registry.ts";
import { supportOf } from "../venues/venue.ts";
import { type LastRun, readLastRun } from "./last-run.ts";

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
export type AccountStatus = {
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
  /**
   * When the records and books were last proven whole, and from when on every run proves them since; null
   * where every run proves the whole.
   */
  readonly proven: { readonly wholeAt: string; readonly from: string } | null;
  readonly closedPeriods: readonly ClosedStatus[];
  /** Streams that are not read, and why. */
  readonly notKept: readonly string[];
  /** What needs a person, in words: what is open in the books, and what is wrong with the runs. */
  readonly openItems: readonly string[];
  /** How many things are open in the books; the words above tell of several at once. */
  readonly openItemCount: number;
  /** Open items that a person has accepted. */
  readonly accepted: readonly string[];
  readonly next: string;
};
/** What a stream has from `since` on is not read yet, and is gradually lost from `lostFrom` on. */
export type Loss = { readonly stream: string; readonly since: string; readonly lostFrom: string };

/** A loss that is nearer than this is shown, however recent the last run is. */
export const LOSS_IS_NEAR: DurationMs = 10 * DAY_MS;

/** Of each chosen account, in the order of the configuration. */
export async function readAccountStatus(workspace: Workspace): Promise<AccountStatus[]> {
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
  const accounts: AccountStatus[] = [];
  for (const account of workspace.accounts) accounts.push(await readStatus(workspace, account, shared));
  return accounts;
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
  const beginning = await readBeginning(store.db, account);
  const streams = shared.streams(account).map(({ account_id, ...stream }) => ({
    ...stream,
    complete_from: afterBeginning(stream.complete_from, beginning),
  }));
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
    beginning,
    proven: await readProven(store.db, account),
    closedPeriods: await runSqlFile<ClosedStatus>(store.db, "cli/closed-periods", { account_id: account }),
    notKept: denied.map(({ stream, reason }) => `${stream}: ${reason}`),
    openItems,
    openItemCount: open.reduce((total, { count }) => total + count, 0),
    accepted,
    next: nextStep(lastRun, isStale, open[0]?.next ?? null, near.length > 0),
  };
}

/** Of the check that is the furthest behind. */
async function readProven(db: Database, account: string): Promise<AccountStatus["proven"]> {
  const proven = await db
    .selectFrom("ledger.proven")
    .select(({ fn }) => [fn.min("whole_at").as("wholeAt"), fn.min("until_time").as("from")])
    .where("account_id", "=", account)
    .executeTakeFirstOrThrow();
  return proven.wholeAt === null || proven.from === null
    ? null
    : { wholeAt: proven.wholeAt, from: proven.from };
}

/** What lies before an inferred beginning was not read, and is told of apart. */
function afterBeginning(completeFrom: string | null, beginning: AccountStatus["beginning"]): string | null {
  if (completeFrom === null || beginning === null) return completeFrom;
  const [from, begins] = [parseUtcInstant(completeFrom), parseUtcInstant(beginning.from)];
  return formatInstant(latest(from, begins));
}

/** What the venue will no longer serve of each stream, and from when on, if it is not read before. */
export function lossesOf(venue: string, streams: readonly StreamStatus[]): Loss[] {
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

export function lossText({ stream, since, lostFrom }: Loss, timeZone: string): string {
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
