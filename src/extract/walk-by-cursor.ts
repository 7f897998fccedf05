/**
 * Reads every row of a window by the venue's own cursor, and proves it.
 *
 * The venue hands out a cursor with each page, and none with the last. What is not taken on its word: that
 * the cursor moves on (one that comes a second time would be followed for ever, and so would new ones that
 * lead from empty page to empty page), that the filters were kept (a row outside the window), that a row
 * comes once (one that comes again means that rows moved under the cursor), and that a full page without a
 * cursor was the last one: what lies at and before its oldest instant is requested once more by time, and
 * must bring nothing new.
 *
 * The window is proven as a whole, not page by page: the venue sorts by its own numbers, and a row's time may
 * lie some milliseconds out of their order, so that no single instant between two pages is sure to be
 * complete.
 */
import { formatInstant } from "../domain/instant.ts";
import { type Window, windowText } from "../domain/window.ts";
import type { PageQuery, VerbatimRow } from "../venues/venue.ts";
import { after, checkPage, identityText, stalled, type Walk } from "./page.ts";
import type { Proven } from "./walk.ts";

/** Yields the window with all of its rows. Throws a `PageStalledError`. */
export async function* walkByCursor(walk: Walk, window: Window): AsyncGenerator<Proven> {
  const rows = new Map<string, VerbatimRow>();
  let lastPage: readonly VerbatimRow[] = [];
  for await (const page of pages(walk, window)) {
    for (const row of page) {
      const identity = identityText(row);
      if (rows.has(identity)) throw stalled(walk, window, `a row came on two pages: ${identity}`);
      rows.set(identity, row);
    }
    lastPage = page;
  }
  if (lastPage.length >= walk.support.pageRowsMax) await confirmEnd(walk, window, lastPage, rows);
  yield { window, rows: [...rows.values()] };
}

/** A full page proves nothing about what lies beyond it, even when the venue gives no cursor with it. */
async function confirmEnd(
  walk: Walk,
  window: Window,
  lastPage: readonly VerbatimRow[],
  rows: ReadonlyMap<string, VerbatimRow>,
): Promise<void> {
  const oldest = lastPage.reduce(
    (found, row) => (row.occurredAt < found ? row.occurredAt : found),
    window.until,
  );
  for await (const page of pages(walk, { from: window.from, until: after(oldest) })) {
    const unseen = page.find((row) => !rows.has(identityText(row)));
    if (unseen === undefined) continue;
    throw stalled(
      walk,
      window,
      `behind the last page, at ${formatInstant(unseen.occurredAt)}, was another row: ${identityText(unseen)}`,
    );
  }
}

async function* pages(walk: Walk, window: Window): AsyncGenerator<readonly VerbatimRow[]> {
  const cursors = new Set<string>();
  const where = `${walk.where} ${windowText(window)}`;
  const pageQuery = (span: PageQuery["span"]): PageQuery => ({
    stream: walk.stream,
    symbol: walk.symbol,
    filters: {},
    span,
  });
  let page = await walk.fetchCursorPage(pageQuery({ by: "time", window }), where);
  for (;;) {
    checkPage(walk, window, page.rows);
    yield page.rows;
    if (page.next === null) return;
    if (page.rows.length === 0) {
      throw stalled(walk, window, `a page without rows leads on to another, by cursor "${page.next}"`);
    }
    if (cursors.has(page.next)) {
      throw stalled(walk, window, `the venue returned cursor "${page.next}" a second time`);
    }
    cursors.add(page.next);
    page = await walk.fetchCursorPage(
      pageQuery({ by: "cursor", window, cursor: page.next }),
      `${where}, page ${cursors.size + 1}`,
    );
  }
}
