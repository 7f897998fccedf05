/**
 * What to ask the venue for as files. An ask is spent for good, so it is planned from what is known: only spans that nothing covers, that the
 * interface no longer serves, and of which no file was asked for yet; and as few files as cover them.
 */
import {
  type DurationMs,
  earliest,
  formatInstant,
  type Instant,
  instant,
  later,
  latest,
  parseUtcInstant,
  SECOND_MS,
} from "../domain/instant.ts";
import { common, joined, uncovered, type Window } from "../domain/window.ts";
import { fileSymbols } from "../load/file-symbols.ts";
import type { Database } from "../store/store.ts";
import type { DownloadRow } from "../store/tables.ts";
import type { Downloads, Venue } from "../venues/venue.ts";
import { readCoverage } from "./coverage.ts";
import { servedFrom } from "./plan.ts";

export type DownloadStreamName = keyof Downloads["streams"];

/** A file that was asked for, and whose id is known. */
export type OrderedDownload = {
  readonly accountId: string;
  readonly stream: DownloadStreamName;
  readonly span: Window;
  readonly requestedAt: Instant;
  readonly downloadId: string;
};

export type DownloadPlan = {
  readonly stream: DownloadStreamName;
  /** The month of the venue's calendar, in UTC, that the asks are counted in: `2026-01`. */
  readonly month: string;
  readonly asksPerMonth: number;
  readonly asksSpent: number;
  /** Those of them whose answer never came: the venue may or may not have counted them. */
  readonly asksUnanswered: number;
  /** Asked for and not loaded yet: to go on with. */
  readonly underWay: readonly OrderedDownload[];
  /** To be asked for, in order; more than are left, where more is missing. */
  readonly asks: readonly Window[];
};

export type DownloadQuestion = {
  readonly accountId: string;
  readonly venue: Venue;
  readonly downloads: Downloads;
  readonly stream: DownloadStreamName;
  /** What the person wants. */
  readonly span: Window;
  readonly now: Instant;
};

export async function planDownloads(db: Database, question: DownloadQuestion): Promise<DownloadPlan> {
  const { accountId, downloads, stream, span, now } = question;
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
  const given = rows.filter((row) => row.download_id !== null && row.outcome !== "expired");
  const taken = given.map(spanOf);
  const missing = await missingSpans(db, question);
  return {
    stream,
    month,
    asksPerMonth: downloads.streams[stream].asksPerMonth,
    asksSpent: spent.length,
    asksUnanswered: spent.filter((row) => row.download_id === null).length,
    underWay: given
      .filter((row) => row.outcome === null && common([spanOf(row)], [span]).length > 0)
      .map(orderedDownload),
    asks: fewestAsks(missing, taken, downloads.spanMax),
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

/** What of the span nothing covers and the venue's interface no longer serves, in whole seconds, as files have no finer time. */
async function missingSpans(db: Database, question: DownloadQuestion): Promise<readonly Window[]> {
  const { accountId, venue, stream, span, now } = question;
  const support = venue.streams[stream];
  const served = support.kind === "supported" ? servedFrom(now, support.retention) : null;
  // Where the interface serves everything, a sync reads it, and costs nothing.
  if (served === null) return [];
  const wanted = { from: span.from, until: earliest(span.until, served) };
  const coverage = await readCoverage(db, accountId, venue.streams);
  const symbols =
    stream === "income" ? [{ symbol: "", listed_at: null }] : await fileSymbols(db, accountId, stream);
  const holes = symbols.flatMap(({ symbol, listed_at }) => {
    // Before it was listed a contract has no history.
    const from = listed_at === null ? wanted.from : latest(wanted.from, parseUtcInstant(listed_at));
    return uncovered({ from, until: wanted.until }, coverage.settled(stream, symbol));
  });
  return joined(holes.map(({ from, until }) => ({ from: secondBefore(from), until: secondAfter(until) })));
}

function secondBefore(at: Instant): Instant {
  return instant(at - (at % SECOND_MS));
}

function secondAfter(at: Instant): Instant {
  return secondBefore(later(at, SECOND_MS - 1));
}

/**
 * The fewest files that hold all that is missing. A file may reach over what is covered already, whose rows are left out; but never over
 * what a file was made of before.
 */
export function fewestAsks(
  missing: readonly Window[],
  taken: readonly Window[],
  spanMax: DurationMs,
): readonly Window[] {
  const asks: Window[] = [];
  for (const hole of missing.flatMap((span) => uncovered(span, taken))) {
    for (let { from } = hole; from < hole.until; ) {
      const last = asks.at(-1);
      const reach = last === undefined ? from : earliest(hole.until, later(last.from, spanMax));
      if (
        last !== undefined &&
        reach > from &&
        common([{ from: last.from, until: reach }], joined(taken)).length === 0
      ) {
        asks[asks.length - 1] = { from: last.from, until: reach };
        from = reach;
      } else {
        const until = earliest(hole.until, later(from, spanMax));
        asks.push({ from, until });
        from = until;
      }
    }
  }
  return asks;
}
