/**
 * `perpbooks download`: has the venue make files of what its interface no longer serves, and loads them as
 * `import` does. Requests are few and cannot be taken back, so without `--spend` it only says what it would
 * request and how many requests are left. With `--spend` it goes on with what is under way, requests what is
 * missing, waits, and loads. It can be killed at any point and run again.
 */

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AccountConfiguration } from "../../config/configuration.ts";
import { parseInstant } from "../../domain/calendar.ts";
import { formatInstant, type Instant, latest } from "../../domain/instant.ts";
import { type Window, windowText } from "../../domain/window.ts";
import { assert, UsageError } from "../../errors.ts";
import {
  type AwaitingExtraction,
  fetchDownload,
  isUnderWay,
  type ReadyDownload,
  readyDownloads,
  recordLoaded,
} from "../../history-files/await-download.ts";
import { bytesInMemory } from "../../history-files/byte-source.ts";
import {
  type DownloadPlan,
  type DownloadStreamName,
  planDownloads,
} from "../../history-files/plan-downloads.ts";
import {
  type DownloadExtraction,
  nextRequestAt,
  REQUEST_ONCE,
  requestDownload,
} from "../../history-files/request-download.ts";
import type { VenueClient } from "../../http/client.ts";
import { clientMaker } from "../../pipeline/clients.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT } from "../../pipeline/exit-code.ts";
import { loadHistoryFiles, requireSynced } from "../../pipeline/load-history-files.ts";
import { type Workspace, withWorkspace } from "../../pipeline/workspace.ts";
import { openVenue } from "../../venues/registry.ts";
import { type Downloads, FILE_STREAMS, type Venue } from "../../venues/venue.ts";
import { defineCommand } from "../command.ts";
import { ACCOUNT, CONFIG, FILE_TIME_ZONE, LOG } from "../options.ts";

export type DownloadOptions = {
  readonly config: string;
  readonly log?: string | undefined;
  readonly account: string;
  readonly from: string;
  readonly until: string;
  readonly stream?: DownloadStreamName | undefined;
  readonly spend: boolean;
  readonly fileTimeZone?: string | undefined;
};

/** What every step works with. */
type Work = {
  readonly workspace: Workspace;
  readonly account: AccountConfiguration;
  readonly venue: Venue;
  readonly downloads: Downloads;
  readonly streams: readonly DownloadStreamName[];
  readonly span: Window;
  /** True where the span begins later than was requested, with the account's books. */
  readonly isCut: boolean;
  readonly fileTimeZone: string | undefined;
};

export function download(options: DownloadOptions, context: CommandContext): Promise<number> {
  return withWorkspace(
    { config: options.config, log: options.log, account: [options.account] },
    context,
    async (workspace) => {
      const work = workOf(workspace, options);
      await requireSynced(workspace, work.account, "download");
      const plans = await plansOf(work, context.clock.now());
      if (work.isCut)
        say(
          work,
          `${work.account.name}: its books begin at ${formatInstant(work.span.from)}; nothing is requested from before`,
        );
      for (const plan of plans) say(work, planText(work, plan));
      const isIdle = plans.every((plan) => plan.requests.length === 0 && plan.underWay.length === 0);
      if (options.spend && !isIdle) return carryOut(work);
      if (!isIdle)
        say(work, "nothing was sent; with --spend it requests them, and goes on with what is under way");
      return EXIT.done;
    },
  );
}

function workOf(workspace: Workspace, options: DownloadOptions): Work {
  const [account] = workspace.accounts;
  assert(account !== undefined, "an account was chosen");
  const venue = openVenue(account);
  const { downloads } = venue;
  if (downloads === undefined) {
    throw refused(`${venue.title} makes no files on request`, "see `perpbooks gap accept`");
  }
  const { timeZone } = workspace.configuration;
  const requested = {
    from: readEnd("--from", options.from, timeZone),
    until: readEnd("--until", options.until, timeZone),
  };
  if (requested.from >= requested.until) {
    throw refused(
      `--from ${options.from} is not before --until ${options.until}`,
      "exchange or correct them",
    );
  }
  // A request for a time before the account's books would be spent on records from before its opening.
  const begins = account.since ?? venue.historyBegins;
  const span = { from: latest(requested.from, begins), until: requested.until };
  if (span.from >= span.until) {
    throw refused(
      `--until ${options.until} is not after ${formatInstant(begins)}, where the books of ${account.name} begin`,
      "give a later --until, or set the account's since to an earlier day",
    );
  }
  const streams = options.stream === undefined ? (["income", "fills"] as const) : [options.stream];
  return {
    workspace,
    account,
    venue,
    downloads,
    streams,
    span,
    isCut: span.from > requested.from,
    fileTimeZone: options.fileTimeZone,
  };
}

/** A day is its first instant in the configuration's time zone. */
function readEnd(option: string, text: string, timeZone: string): Instant {
  try {
    if (/^\d{4}-\d{2}-\d{2}/.test(text)) return parseInstant(text, timeZone);
  } catch {
    // The form is right, but the calendar has no such day or hour: the same mistake.
  }
  throw refused(
    `${option}: "${text}" is not a day`,
    "give a day like 2025-01-01, or an instant like 2025-01-01T00:00:00Z",
  );
}

function plansOf(
  { workspace, account, venue, downloads, streams, span }: Work,
  now: Instant,
): Promise<DownloadPlan[]> {
  return Promise.all(
    streams.map((stream) =>
      planDownloads(workspace.store.db, { accountId: account.name, venue, downloads, stream, span, now }),
    ),
  );
}

function planText({ account, venue, span }: Work, plan: DownloadPlan): string {
  const { requestsPerMonth, requestsSpent, requestsUnanswered, requests, underWay, month, stream } = plan;
  const left = requestsLeft(plan);
  const unanswered = requestsUnanswered === 0 ? "" : `, ${requestsUnanswered} of them without an answer`;
  const heading = `${account.name} ${stream}: ${requestsSpent} of ${requestsPerMonth} requests of ${month} spent from here${unanswered}; those on ${venue.title}'s web site count too`;
  const idle =
    requests.length === 0 && underWay.length === 0
      ? [`  nothing to request: ${windowText(span)} is covered, or still served: perpbooks sync reads it`]
      : [];
  return [
    heading,
    ...underWay.map(
      (one) => `  under way: ${windowText(one.span)}, requested at ${formatInstant(one.requestedAt)}`,
    ),
    ...requests.map(
      (window, nth) => `  ${nth < left ? "to request" : "not this month"}: ${windowText(window)}`,
    ),
    ...idle,
  ].join("\n");
}

function requestsLeft({ requestsPerMonth, requestsSpent }: DownloadPlan): number {
  return Math.max(0, requestsPerMonth - requestsSpent);
}

/**
 * The account's lock is held while the venue is queried and while rows are loaded, but not through the hours
 * in between.
 */
async function carryOut(work: Work): Promise<number> {
  const { workspace, account, downloads, streams } = work;
  const { store, context, progress } = workspace;
  const clientOf = clientMaker(workspace);
  const client = clientOf(account);
  await client.measureClock(`${account.name} clock`, context.signal);
  const extractionWith = (by: VenueClient): AwaitingExtraction => ({
    accountId: account.name,
    store,
    client: by,
    downloads,
    log: progress.log,
    signal: context.signal,
    clock: context.clock,
    progress: progress.doing,
  });
  const requesting = extractionWith(clientOf(account, REQUEST_ONCE));
  for (const stream of streams) await requestAll({ ...work, streams: [stream] }, requesting);

  const extraction = extractionWith(client);
  const plans = await plansOf(work, client.now());
  for await (const ready of readyDownloads(
    extraction,
    plans.flatMap((plan) => plan.underWay),
  )) {
    await loadReady(work, extraction, ready);
  }
  const unrequested = plans.filter((plan) => plan.requests.length > 0);
  for (const { stream, month } of unrequested) {
    say(
      work,
      `${account.name} ${stream}: the allowance of ${month} is spent; run the same command again next month`,
    );
  }
  if (unrequested.length === 0) say(work, "next: perpbooks run, which books and proves what was loaded");
  return unrequested.length === 0 ? EXIT.done : EXIT.openItems;
}

/**
 * Requests what is missing, one file after the other; what is missing is looked up again each time, under the
 * lock.
 */
async function requestAll(
  work: Work,
  extraction: DownloadExtraction & { client: VenueClient },
): Promise<void> {
  const { workspace, account } = work;
  const { store, context, progress } = workspace;
  const nextRequest = async (): Promise<{ stream: DownloadStreamName; span: Window } | null> => {
    const [plan] = await plansOf(work, extraction.client.now());
    const span = plan?.requests[0];
    return plan === undefined || span === undefined || requestsLeft(plan) === 0
      ? null
      : { stream: plan.stream, span };
  };
  while ((await nextRequest()) !== null) {
    const wait = (await nextRequestAt(extraction)) - extraction.client.now();
    if (wait > 0) {
      progress.doing(`${account.name}: the venue wants a pause before the next file is requested`);
      await context.clock.sleep(wait, context.signal);
    }
    await store.withAccountLock(account.name, async () => {
      const next = await nextRequest();
      if (next !== null) await requestDownload(extraction, next.stream, next.span);
    });
  }
}

async function loadReady(work: Work, extraction: AwaitingExtraction, ready: ReadyDownload): Promise<void> {
  const { workspace, account } = work;
  const { store, context } = workspace;
  const { stream, span, downloadId } = ready.download;
  const file = await fetchDownload(extraction, ready);
  await store.withAccountLock(account.name, async () => {
    if (!(await isUnderWay(extraction, ready.download))) return;
    try {
      await loadHistoryFiles(workspace, {
        command: "download",
        account,
        files: [{ name: file.name, source: bytesInMemory(file.bytes), origin: downloadId }],
        stream,
        period: span,
        timeZone: work.fileTimeZone,
      });
    } catch (error) {
      if (error instanceof UsageError) await keepFile(work, file);
      throw error;
    }
    await recordLoaded(extraction, ready.download, context.clock.now());
  });
}

/**
 * A file that cannot be loaded has nevertheless used up a request, and the venue keeps it for a day only: so
 * it is saved.
 */
async function keepFile(
  work: Work,
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
): Promise<void> {
  const folder = join(work.workspace.configuration.output, "downloads");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), bytes);
  say(work, `the file is kept: ${join(folder, name)}`);
}

function say({ workspace }: Work, text: string): void {
  workspace.progress.stop();
  workspace.context.output.write(`${text}\n`);
}

function refused(what: string, next: string): UsageError {
  return new UsageError({ where: "perpbooks download", what, evidence: ["nothing was done"], next });
}

export const downloadCommand = defineCommand({
  options: {
    config: CONFIG,
    log: LOG,
    account: ACCOUNT,
    from: {
      type: "string",
      demandOption: true,
      requiresArg: true,
      describe: "the first day, or an instant: 2025-01-01",
    },
    until: {
      type: "string",
      demandOption: true,
      requiresArg: true,
      describe: "the day or instant at which the span ends: 2025-04-01 ends with March",
    },
    stream: { choices: FILE_STREAMS, describe: "only this stream" },
    spend: {
      type: "boolean",
      default: false,
      describe: "request the files, which uses up some of the venue's monthly allowance",
    },
    "file-time-zone": FILE_TIME_ZONE,
  },
  examples: [["download --account main --from 2025-01-01 --until 2025-04-01", "show what it would cost"]],
  act: download,
});
