/**
 * Finds the oldest rows of a stream by a few requests that look over all of time at once.
 *
 * Problem: of a request longer than its documents speak of, a venue may answer a part without a word: the
 * first days, the last ones, or the newest rows.
 *
 * What is trusted: rows that lie more than a window behind the beginning and a window before the end of what
 * was requested, which neither a first nor a last week would show; and the silence of what lies before the
 * oldest of them, requested once more by itself. A venue that shows older rows then, although its page had
 * room for them, leaves rows out without a word: then its silence may be that of a pause, and proves nothing.
 * Only behind a full page older rows are followed back. Whatever is less than that counts as no answer.
 */
import { earliest, type Instant, plus } from "../domain/instant.ts";
import type { Window } from "../domain/window.ts";
import { NotServedError, PageStalledError, RequestRefusedError } from "../errors.ts";
import type { PageQuery, VerbatimRow } from "../venues/venue.ts";
import { checkPage, type Walk } from "./page.ts";

/** All rows of the first instant that has any, or as many of them as a page shows. */
export type FirstRows = { readonly at: Instant; readonly rows: readonly VerbatimRow[] };

/** What is further from its end than so many requests is not worth looking for. */
export const SURVEY_REQUESTS_MAX = 10;

/** Null where the venue's answers show no beginning that can be trusted. */
export async function firstRows(walk: Walk, span: Window): Promise<FirstRows | null> {
  let found: FirstRows | null = null;
  let isWide = false;
  let hadRoom = false;
  let { until } = span;
  for (let sent = 0; sent < SURVEY_REQUESTS_MAX && span.from < until; sent += 1) {
    const requested: Window = { from: span.from, until };
    const rows = await survey(walk, requested);
    if (rows === null) return null;
    if (rows.length === 0) return isWide ? found : null;
    if (hadRoom) return null;
    hadRoom = rows.length < walk.support.pageRowsMax;
    isWide ||= rows.some((row) => isInTheMiddle(row.occurredAt, requested, walk.support.windowMax));
    const at = rows.map((row) => row.occurredAt).reduce(earliest, until);
    found = { at, rows: rows.filter((row) => row.occurredAt === at) };
    until = at;
  }
  return null;
}

function isInTheMiddle(at: Instant, { from, until }: Window, windowMax: number): boolean {
  return at >= plus(from, windowMax) && at < plus(until, -windowMax);
}

/** Null where the venue does not answer such a request. */
async function survey(walk: Walk, requested: Window): Promise<readonly VerbatimRow[] | null> {
  const pageQuery: PageQuery = {
    stream: walk.stream,
    symbol: walk.symbol,
    filters: {},
    span: { by: "survey", window: requested },
  };
  try {
    const rows = await walk.fetchPage(pageQuery, `${walk.where} survey`);
    checkPage(walk, requested, rows);
    return rows;
  } catch (error) {
    const isNoAnswer =
      error instanceof NotServedError ||
      error instanceof RequestRefusedError ||
      error instanceof PageStalledError;
    if (!isNoAnswer) throw error;
    return null;
  }
}
