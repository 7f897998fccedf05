/**
 * What to request from the venue as files. A request cannot be taken back, so only spans are requested that
 * nothing covers, that the interface no longer serves, and for which no file was requested yet; and as few
 * files as cover them.
 */
import {
  type DurationMs,
  earliest,
  formatInstant,
  type Instant,
  instant,
  latest,
  parseUtcInstant,
  plus,
  SECOND_MS,
} from "../domain/instant.ts";
import { difference, intersection, union, type Window } from "../domain/window.ts";
import { readCoverage } from "../extract/coverage.ts";
import { reachOf } from "../extract/plan.ts";
import type { Database } from "../store/store.ts";
import type { DownloadRow } from "../store/tables.ts";
import type { Downloads, Venue } from "../venues/venue.ts";
import { fileSymbols } from "./file-symbols.ts";

export type DownloadStreamName = keyof Downloads["streams"];

/** A file that was requested, and whose id is known. */
export type OrderedDownload = {
  readonly accountId: string;
  readonly stream: DownloadStreamName;
  readonly span: Window;
  readonly requestedAt: Instant;
  readonly downloadId: string;
};

export type DownloadPlan = {
  readonly stream: DownloadStreamName;
  /** The month of the venue's calendar, in UTC, that the requests are counted in: `2026-01`. */
  readonly month: string;
  readonly requestsPerMonth: number;
  readonly requestsSpent: number;
  /** How many of them got no answer: the venue may or may not have counted them. */
  readonly requestsUnanswered: number;
  /** Requested and not loaded yet: to go on with. */
  readonly underWay: readonly OrderedDownload[];
  /** To be requested, in order; may be more than the month has left. */
  readonly requests: readonly Window[];
};

export type DownloadWish = {
  readonly accountId: string;
  readonly venue: Venue;
  readonly downloads: Downloads;
  readonly stream: DownloadStreamName;
  /** What the person wants. */
  readonly span: Window;
  readonly now: Instant;
};

/** Outcomes after which a span may be requested again. */
const GONE: readonly (string | null)[] = ["expired", "undone"];

export async function planDownloads(db: Database, wish: DownloadWish): Promise<DownloadPlan> {
  const { accountId, downloads, stream, span, now } = wish;
  const rows = await db
    .selectFrom("raw.download")
    .selectAll()
    .where("account_id", "=", accountId)
    .where("stream", "=", stream)
    .orderBy("requested_at")
    .orderBy("from_time")
    .execute();
  const month = monthOf(now);
  const spent = rows.filter((row) => monthOf(parseUtcInstant(row.requested_at)) === month);
  const given = rows.filter((row) => row.download_id !== null && !GONE.includes(row.outcome));
  const taken = given.map(spanOf);
  const missing = await missingSpans(db, wish);
  return {
    stream,
    month,
    requestsPerMonth: downloads.streams[stream].requestsPerMonth,
    requestsSpent: spent.length,
    requestsUnanswered: spent.filter((row) => row.download_id === null).length,
    underWay: given
      .filter((row) => row.outcome === null && intersection([spanOf(row)], [span]).length > 0)
      .map(orderedDownload),
    requests: fewestRequests(missing.spans, taken, downloads.spanMax).filter(
      (request) => request.from < missing.before,
    ),
  };
}

function monthOf(at: Instant): string {
  return formatInstant(at).slice(0, "2026-01".length);
}

function spanOf(row: DownloadRow): Window {
  return { from: parseUtcInstant(row.from_time), until: parseUtcInstant(row.until_time) };
}

function orderedDownload(row: DownloadRow): OrderedDownload {
  return {
    accountId: row.account_id,
    stream: row.stream === "income" ? "income" : "fills",
    span: spanOf(row),
    requestedAt: parseUtcInstant(row.requested_at),
    downloadId: row.download_id ?? "",
  };
}

/** `before`: where the interface begins to serve. */
type Missing = { readonly spans: readonly Window[]; readonly before: Instant };

/**
 * The parts of the span that nothing covers, in whole seconds, as files have no finer time. A part that lies
 * wholly where the interface still serves is left to a sync. A part that only reaches into it is requested to
 * its end: the edge moves on all the time, and cut there the part would leave a small rest to request at
 * every later run.
 */
async function missingSpans(db: Database, wish: DownloadWish): Promise<Missing> {
  const { accountId, venue, stream, span, now } = wish;
  const support = venue.streams[stream];
  const served = support.kind === "supported" ? reachOf(now, support.retention).sureFrom : null;
  // Where the interface serves everything, a sync reads it, and costs nothing.
  if (served === null) return { spans: [], before: span.from };
  const wanted = { from: span.from, until: earliest(span.until, now) };
  const coverage = await readCoverage(db, accountId, venue.streams);
  const account = { symbol: "", is_known: true, listed_at: null };
  const symbols = stream === "income" ? [account] : await fileSymbols(db, accountId, stream);
  const holes = symbols.flatMap(({ symbol, is_known, listed_at }) => {
    const settled = coverage.settled(stream, symbol);
    // Before it was listed a contract has no history. One that is only listed was requested once, and is
    // followed by the income from then on.
    const from = listed_at === null ? wanted.from : latest(wanted.from, parseUtcInstant(listed_at));
    const until = is_known ? wanted.until : earliest(wanted.until, settled[0]?.from ?? from);
    return difference({ from, until }, settled).filter((hole) => hole.from < served);
  });
  const wholeSeconds = holes.map(({ from, until }) => ({
    from: secondBefore(from),
    until: secondAfter(until),
  }));
  return { spans: union(wholeSeconds), before: served };
}

function secondBefore(at: Instant): Instant {
  return instant(at - (at % SECOND_MS));
}

function secondAfter(at: Instant): Instant {
  return secondBefore(plus(at, SECOND_MS - 1));
}

/**
 * The fewest files that hold all that is missing. A file may span what is covered already, whose rows are
 * left out, but never a span for which a file was made before.
 */
export function fewestRequests(
  missing: readonly Window[],
  taken: readonly Window[],
  spanMax: DurationMs,
): readonly Window[] {
  const requests: Window[] = [];
  for (const hole of missing.flatMap((span) => difference(span, taken))) {
    for (let { from } = hole; from < hole.until; ) {
      const last = requests.at(-1);
      const reach = last === undefined ? from : earliest(hole.until, plus(last.from, spanMax));
      if (
        last !== undefined &&
        reach > from &&
        intersection([{ from: last.from, until: reach }], union(taken)).length === 0
      ) {
        requests[requests.length - 1] = { from: last.from, until: reach };
        from = reach;
      } else {
        const until = earliest(hole.until, plus(from, spanMax));
        requests.push({ from, until });
        from = until;
      }
    }
  }
  return requests;
}
