/**
 * Reads every row of a window, and proves it.
 *
 * Problem: a page that comes back full proves nothing about what lies beyond it. Which end the venue cut is
 * documented nowhere that can be relied on, rows share milliseconds, and "next page = last time + 1" loses
 * the rest of a millisecond.
 *
 * What is trusted: a full page is contiguous, that is, no row is missing strictly between its first and its
 * last instant. So the instants between are complete, and the rest of the window is requested on both sides
 * until a page that is not full has answered each part.
 *
 * What makes it cheap: the next part begins at the last *complete* instant, whose rows are known (the
 * anchor). If the new page begins with all of them, it was not cut at that end, and its first instants are
 * complete too. So a long window costs one request a page, one for its first edge, and one for its last.
 *
 * When one millisecond holds more than a page, it is split by what the endpoint offers; when even that fails,
 * the run stops and says so.
 */
import type { Instant } from "../domain/instant.ts";
import { append } from "../domain/lists.ts";
import { contains, type Window, windowText } from "../domain/window.ts";
import type { PageQuery, VerbatimRow } from "../venues/venue.ts";
import { after, checkPage, includesAll, stalled, type Walk } from "./page.ts";
import { readSaturatedInstant } from "./saturated.ts";

/** A span proven complete: `rows` are all the venue has of it. */
export type Proven = { readonly window: Window; readonly rows: readonly VerbatimRow[] };

/** An instant at the edge of a part whose rows are already known to be complete. */
type Anchor = { readonly at: Instant; readonly rows: readonly VerbatimRow[] };

/** A span still to be read; an anchor lies just outside it and is requested with it. */
type UnreadSpan = {
  readonly kind: "part";
  readonly window: Window;
  readonly left: Anchor | null;
  readonly right: Anchor | null;
};
type Done = { readonly kind: "done"; readonly proven: Proven };

/**
 * Yields disjoint proven spans that tile `window`, in order. Throws a `PageStalledError` or
 * `SaturatedInstantError`.
 */
export async function* walkWindow(walk: Walk, window: Window): AsyncGenerator<Proven> {
  const stack: (UnreadSpan | Done)[] = [{ kind: "part", window, left: null, right: null }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (next.kind === "done") yield next.proven;
    else append(stack, (await readPart(walk, next)).toReversed());
  }
}

/** What a part turned into: spans that are done and parts still to read, in order of time. */
async function readPart(walk: Walk, part: UnreadSpan): Promise<(UnreadSpan | Done)[]> {
  const requested: Window = {
    from: part.left?.at ?? part.window.from,
    until: part.right === null ? part.window.until : after(part.right.at),
  };
  const rows = await fetchChecked(walk, requested);
  const isWithin = (row: VerbatimRow) => contains(part.window, row.occurredAt);
  if (rows.length < walk.support.pageRowsMax) {
    refuseLostAnchor(walk, requested, rows, part.left);
    refuseLostAnchor(walk, requested, rows, part.right);
    return [{ kind: "done", proven: { window: part.window, rows: rows.filter(isWithin) } }];
  }

  const instants = [...new Set(rows.map((row) => row.occurredAt))];
  const [first, second] = instants;
  const [beforeLast, last] = [instants.at(-2), instants.at(-1)];
  if (first === undefined || last === undefined) throw stalled(walk, requested, "a full page had no rows");
  if (second === undefined || beforeLast === undefined)
    return splitAroundInstant(walk, part, requested, first, rows);

  const isLeftComplete = part.left !== null && holdsAnchor(rows, part.left);
  const isRightComplete = part.right !== null && holdsAnchor(rows, part.right);
  // The instants whose rows this page shows completely: all strictly between its first and last, and those
  // ends that an anchor proves.
  const from = isLeftComplete ? part.window.from : instants.length > 2 ? second : after(first);
  const until = isRightComplete ? part.window.until : instants.length > 2 ? after(beforeLast) : last;
  const middle: Done = {
    kind: "done",
    proven: {
      window: { from, until },
      rows: rows.filter((row) => isWithin(row) && from <= row.occurredAt && row.occurredAt < until),
    },
  };
  const anchorAt = (at: Instant): Anchor | null =>
    instants.length > 2 ? { at, rows: rows.filter((row) => row.occurredAt === at) } : null;
  return [
    ...(isLeftComplete ? [] : [partOf({ from: part.window.from, until: from }, part.left, anchorAt(second))]),
    ...(from < until ? [middle] : []),
    ...(isRightComplete
      ? []
      : [partOf({ from: until, until: part.window.until }, anchorAt(beforeLast), part.right)]),
  ].filter((piece) => piece.kind === "done" || piece.window.from < piece.window.until);
}

function partOf(window: Window, left: Anchor | null, right: Anchor | null): UnreadSpan {
  return { kind: "part", window, left, right };
}

/**
 * A full page of one instant: what lies before it, itself, and what lies after it are three separate
 * requests.
 */
async function splitAroundInstant(
  walk: Walk,
  part: UnreadSpan,
  requested: Window,
  at: Instant,
  rows: readonly VerbatimRow[],
): Promise<(UnreadSpan | Done)[]> {
  const alone: Window = { from: at, until: after(at) };
  if (requested.from === alone.from && requested.until === alone.until) {
    return [{ kind: "done", proven: { window: alone, rows: await readSaturatedInstant(walk, at, rows) } }];
  }
  const { from, until } = part.window;
  const itself = contains(part.window, at) ? [partOf(alone, null, null)] : [];
  return [
    partOf({ from, until: at < until ? at : until }, part.left?.at === at ? null : part.left, null),
    ...itself,
    partOf({ from: at < from ? from : after(at), until }, null, part.right?.at === at ? null : part.right),
  ].filter((piece) => piece.window.from < piece.window.until);
}

async function fetchChecked(walk: Walk, requested: Window): Promise<readonly VerbatimRow[]> {
  const pageQuery: PageQuery = {
    stream: walk.stream,
    symbol: walk.symbol,
    filters: {},
    span: { by: "time", window: requested },
  };
  const rows = await walk.fetchPage(pageQuery, `${walk.where} ${windowText(requested)}`);
  checkPage(walk, requested, rows);
  return rows.toSorted((a, b) => a.occurredAt - b.occurredAt);
}

function refuseLostAnchor(
  walk: Walk,
  requested: Window,
  rows: readonly VerbatimRow[],
  anchor: Anchor | null,
): void {
  if (anchor !== null && !holdsAnchor(rows, anchor)) {
    throw stalled(
      walk,
      requested,
      `rows that an earlier page showed at ${windowText({ from: anchor.at, until: after(anchor.at) })} were missing`,
    );
  }
}

/**
 * Whether the page shows every row known at the anchor's instant; one that has appeared since may be there
 * too.
 */
function holdsAnchor(rows: readonly VerbatimRow[], anchor: Anchor): boolean {
  return includesAll(
    rows.filter((row) => row.occurredAt === anchor.at),
    anchor.rows,
  );
}
