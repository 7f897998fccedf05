/**
 * Waits for files that the venue makes, and fetches them. Making one can take hours; when the wait ends, the
 * same command goes on later. Anyone who has the link can fetch the file, so the link is held in memory
 * alone, and requested again by every run.
 */

import type { Clock } from "../clock.ts";
import { counted } from "../domain/counted.ts";
import {
  type DurationMs,
  formatInstant,
  HOUR_MS,
  type Instant,
  MINUTE_MS,
  SECOND_MS,
} from "../domain/instant.ts";
import { windowText } from "../domain/window.ts";
import {
  ConnectionLostError,
  durationText,
  GaveUpError,
  type PerpbooksError,
  RequestRefusedError,
  VenueUnavailableError,
} from "../errors.ts";
import { fetchFile } from "../http/send.ts";
import type { DownloadState } from "../venues/venue.ts";
import type { OrderedDownload } from "./plan-downloads.ts";
import type { DownloadExtraction } from "./request-download.ts";

export type AwaitingExtraction = DownloadExtraction & {
  readonly clock: Clock;
  /** Shows a person what is being done. */
  readonly progress: (doing: string) => void;
};

export type ReadyDownload = { readonly download: OrderedDownload; readonly url: string };

const WAIT_FIRST_MS: DurationMs = 30 * SECOND_MS;
const WAIT_MAX_MS: DurationMs = 5 * MINUTE_MS;
/** The venue's own example shows an average of two hours. */
const PATIENCE_MS: DurationMs = 4 * HOUR_MS;

/**
 * Gives each file as it becomes ready. Throws when one has expired, and a `GaveUpError` when the patience is
 * over.
 */
export async function* readyDownloads(
  extraction: AwaitingExtraction,
  downloads: readonly OrderedDownload[],
): AsyncGenerator<ReadyDownload> {
  let waiting = downloads;
  let waitedMs: DurationMs = 0;
  for (let wait = WAIT_FIRST_MS; ; wait = Math.min(2 * wait, WAIT_MAX_MS)) {
    const still: OrderedDownload[] = [];
    for (const download of waiting) {
      const state = await stateOf(extraction, download);
      if (state.kind === "expired") throw await expired(extraction, download);
      if (state.kind === "preparing") {
        still.push(download);
        continue;
      }
      if (state.until !== null)
        await record(extraction, download, { ready_until: formatInstant(state.until) });
      yield { download, url: state.url };
    }
    waiting = still;
    if (waiting.length === 0) return;
    if (waitedMs + wait > PATIENCE_MS) throw notReady(extraction, waiting, waitedMs);
    extraction.progress(`${extraction.accountId}: the venue is making ${counted(waiting.length, "file")}`);
    await extraction.clock.sleep(wait, extraction.signal);
    waitedMs += wait;
  }
}

function whereOf({ accountId, stream, span }: OrderedDownload): string {
  return `${accountId} download of ${stream} ${windowText(span)}`;
}

async function stateOf(extraction: AwaitingExtraction, download: OrderedDownload): Promise<DownloadState> {
  const { stateRequest, readState } = extraction.downloads.streams[download.stream];
  const { downloadId } = download;
  const state = await extraction.client.call(
    stateRequest(downloadId),
    whereOf(download),
    (body) => readState(downloadId, body),
    extraction.signal,
  );
  const isOver = state.kind === "ready" && state.until !== null && state.until <= extraction.client.now();
  return isOver ? { kind: "expired" } : state;
}

type Changes = { readonly ready_until?: string; readonly loaded_at?: string; readonly outcome?: string };

async function record(
  { store }: DownloadExtraction,
  download: OrderedDownload,
  changes: Changes,
): Promise<void> {
  await store.db
    .updateTable("raw.download")
    .set(changes)
    .where("account_id", "=", download.accountId)
    .where("stream", "=", download.stream)
    .where("from_time", "=", formatInstant(download.span.from))
    .where("requested_at", "=", formatInstant(download.requestedAt))
    .execute();
}

/** False when another process has loaded it since. */
export async function isUnderWay({ store }: DownloadExtraction, download: OrderedDownload): Promise<boolean> {
  const row = await store.db
    .selectFrom("raw.download")
    .select("outcome")
    .where("account_id", "=", download.accountId)
    .where("stream", "=", download.stream)
    .where("from_time", "=", formatInstant(download.span.from))
    .where("requested_at", "=", formatInstant(download.requestedAt))
    .executeTakeFirst();
  return row?.outcome === null;
}

/** The file's rows are in the books' raw records: it is never requested again. */
export async function recordLoaded(
  extraction: DownloadExtraction,
  download: OrderedDownload,
  at: Instant,
): Promise<void> {
  await record(extraction, download, { loaded_at: formatInstant(at), outcome: "loaded" });
  extraction.log("download_loaded", { account: download.accountId, stream: download.stream });
}

async function expired(
  extraction: AwaitingExtraction,
  download: OrderedDownload,
): Promise<RequestRefusedError> {
  await record(extraction, download, { outcome: "expired" });
  return new RequestRefusedError({
    where: whereOf(download),
    what: "the venue no longer has the file: its link has expired before it was fetched",
    evidence: [
      `it was requested at ${formatInstant(download.requestedAt)}`,
      "nothing was loaded from it, nothing was requested instead, and other files are not affected",
    ],
    next: "run the same command again: with --spend it requests the file again, which costs another request",
  });
}

function notReady(
  { accountId }: DownloadExtraction,
  waiting: readonly OrderedDownload[],
  waitedMs: DurationMs,
): GaveUpError {
  return new GaveUpError({
    where: `${accountId} download`,
    what: `the venue is still making ${counted(waiting.length, "file")} after ${durationText(waitedMs)}`,
    evidence: [
      ...waiting.map(
        (one) => `${one.stream} ${windowText(one.span)}, requested at ${formatInstant(one.requestedAt)}`,
      ),
      "what was ready is loaded; the rest stays requested",
    ],
    next: "run the same command again: it goes on with the same files, and requests none of them again",
  });
}

/** As much as the program unpacks; a year of a busy account is some ten megabytes. */
const FILE_BYTES_MAX = 128 * 1024 * 1024;
const FETCHES_MAX = 4;
const STANDS = "nothing was loaded from it; its request stands, and is not repeated";
const FETCH_WAIT_MS: DurationMs = 5 * SECOND_MS;

/** The file's bytes, and its name as the link has it: a name may hold the time zone of the times in it. */
export async function fetchDownload(
  extraction: AwaitingExtraction,
  { download, url }: ReadyDownload,
): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  for (let fetches = 1; ; fetches += 1) {
    try {
      return { name: nameOf(url, download), bytes: await fetchOnce(extraction, download, url) };
    } catch (error) {
      if (!(error instanceof ConnectionLostError || error instanceof VenueUnavailableError)) throw error;
      if (fetches === FETCHES_MAX) throw notFetched(download, error);
      await extraction.clock.sleep(fetches * FETCH_WAIT_MS, extraction.signal);
    }
  }
}

async function fetchOnce(
  extraction: AwaitingExtraction,
  download: OrderedDownload,
  url: string,
): Promise<Uint8Array> {
  const { status, bytes } = await fetchFile(url, FILE_BYTES_MAX, extraction.signal);
  if (status === 200) return bytes;
  const words = {
    where: whereOf(download),
    what: "the file could not be fetched by the link that the venue gave",
    evidence: [`HTTP ${status}`, STANDS],
    next: "run the same command again: it requests the link again, which costs nothing",
  };
  throw status >= 500 ? new VenueUnavailableError(words) : new RequestRefusedError(words);
}

function notFetched(download: OrderedDownload, cause: PerpbooksError): GaveUpError {
  return new GaveUpError(
    {
      where: whereOf(download),
      what: `the file could not be fetched in ${FETCHES_MAX} tries`,
      evidence: [`last: ${cause.words.what}`, ...new Set([...(cause.words.evidence ?? []), STANDS])],
      next: "run the same command again while the venue keeps the file, which is a day",
    },
    { cause },
  );
}

/** Only a plain name: it comes from outside, and is shown and kept. */
function nameOf(url: string, { stream, downloadId }: OrderedDownload): string {
  const name = /\/([\w.()+-]{1,120})$/.exec(decodedPath(url))?.[1] ?? "";
  return name === "" || name.startsWith(".") ? `${stream}-${downloadId}` : name;
}

function decodedPath(url: string): string {
  const { pathname } = new URL(url);
  try {
    return decodeURIComponent(pathname);
  } catch {
    // A percent sign without a code after it: then the name is not used.
    return "";
  }
}
