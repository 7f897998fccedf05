/**
 * Requests a file from the venue, once. The request is on record before it is sent, and its id before
 * anything else is done: killed at any instant, the next run knows what was requested, and never requests it
 * again. A request whose answer is lost may have been counted by the venue: it stays on record without an id,
 * and counts.
 */
import { formatInstant, type Instant, instant, latest, parseUtcInstant, plus } from "../domain/instant.ts";
import { type Window, windowText } from "../domain/window.ts";
import {
  ClockSkewedError,
  GaveUpError,
  InterruptedError,
  PerpbooksError,
  RateLimitedError,
  RequestRefusedError,
} from "../errors.ts";
import type { VenueClient } from "../http/client.ts";
import { DEFAULT_RETRY_BUDGET, type RetryBudget } from "../http/retry.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store/store.ts";
import type { Downloads } from "../venues/venue.ts";
import type { DownloadStreamName } from "./plan-downloads.ts";

/**
 * After a rate limit the request waits and is sent again; after anything else it is never tried again, as the
 * first try may have been counted.
 */
export const REQUEST_ONCE: RetryBudget = { ...DEFAULT_RETRY_BUDGET, attemptsMax: 1 };

export type DownloadExtraction = {
  readonly accountId: string;
  readonly store: Store;
  readonly client: VenueClient;
  readonly downloads: Downloads;
  readonly log: Log;
  readonly signal: AbortSignal;
};

/**
 * When the next request may be sent: the venue treats requests that follow each other too soon as an attack,
 * whichever account they are for.
 */
export async function nextRequestAt({ store, downloads }: DownloadExtraction): Promise<Instant> {
  const row = await store.db
    .selectFrom("raw.download")
    .select((expression) => expression.fn.max("requested_at").as("requested_at"))
    .executeTakeFirst();
  const last = row?.requested_at ?? null;
  return last === null ? instant(0) : plus(parseUtcInstant(last), downloads.pause);
}

/** To be called under the account's lock, with a client of the budget `REQUEST_ONCE`. */
export async function requestDownload(
  extraction: DownloadExtraction,
  stream: DownloadStreamName,
  span: Window,
): Promise<void> {
  const { accountId, store, client, downloads } = extraction;
  const where = `${accountId} download of ${stream} ${windowText(span)}`;
  const key = {
    account_id: accountId,
    stream,
    from_time: formatInstant(span.from),
    requested_at: formatInstant(latest(client.now(), await nextRequestAt(extraction))),
  };
  await store.db
    .insertInto("raw.download")
    .values({
      ...key,
      until_time: formatInstant(span.until),
      download_id: null,
      ready_until: null,
      loaded_at: null,
      outcome: null,
    })
    .execute();
  const { request, readId } = downloads.streams[stream];
  let isAnswered = false;
  try {
    const download_id = await client.call(
      request(span),
      where,
      (body) => {
        isAnswered = true;
        return readId(body);
      },
      extraction.signal,
    );
    await ofKey(store.db.updateTable("raw.download").set({ download_id }), key).execute();
  } catch (error) {
    if (isAnswered || !isRefusal(error)) throw error instanceof GaveUpError ? unanswered(error) : error;
    await ofKey(store.db.deleteFrom("raw.download"), key).execute();
    throw error instanceof RequestRefusedError ? notGranted(error) : error;
  }
  extraction.log("download_asked", { account: accountId, ...key, until_time: formatInstant(span.until) });
}

type Key = { account_id: string; stream: string; from_time: string; requested_at: string };

function ofKey<Query extends { where(column: keyof Key, operator: "=", value: string): Query }>(
  query: Query,
  key: Key,
): Query {
  return query
    .where("account_id", "=", key.account_id)
    .where("stream", "=", key.stream)
    .where("from_time", "=", key.from_time)
    .where("requested_at", "=", key.requested_at);
}

/** Whether the venue certainly refused the request. A lost or broken answer does not show that. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof PerpbooksError) || error instanceof InterruptedError) return false;
  if (!(error instanceof GaveUpError)) return true;
  const { cause } = error;
  return cause === undefined || cause instanceof RateLimitedError || cause instanceof ClockSkewedError;
}

function unanswered(error: GaveUpError): GaveUpError {
  const { words } = error;
  return new GaveUpError(
    {
      where: words.where,
      what: "the venue's answer never came",
      evidence: [
        ...(words.evidence ?? []),
        "the venue may have counted the request: so it counts here, and is never sent again by itself",
      ],
      next: "check the network and the venue's status page; with --spend the same command requests it again, which may cost a second request",
    },
    { cause: error },
  );
}

function notGranted(error: RequestRefusedError): RequestRefusedError {
  const { words } = error;
  return new RequestRefusedError(
    {
      ...words,
      what: "the venue refused to make a file",
      evidence: [...(words.evidence ?? []), "the request is not counted here"],
      next: "if the month's allowance is used up, as downloads on the venue's web site count too: run the same command again next month; else download the file on the web site, and give it to perpbooks import",
    },
    { cause: error },
  );
}
