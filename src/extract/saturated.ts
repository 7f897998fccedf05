/**
 * One millisecond with at least a page of rows: read by id or by page number where the venue offers that,
 * else by narrower requests.
 */
import { formatInstant, type Instant } from "../domain/instant.ts";
import { append } from "../domain/lists.ts";
import { assert, SaturatedInstantError, SymbolNotServedError } from "../errors.ts";
import type { PageQuery, VerbatimRow } from "../venues/venue.ts";
import { after, checkPage, includesAll, sharesRow, stalled, type Walk } from "./page.ts";

/**
 * All rows of the instant. `rowsSeen` is the full page that showed it. Throws a `SaturatedInstantError` when
 * it cannot be done.
 */
export async function readSaturatedInstant(
  walk: Walk,
  at: Instant,
  rowsSeen: readonly VerbatimRow[],
): Promise<readonly VerbatimRow[]> {
  if (walk.venue.hasIdCursor(walk.stream)) return readById(walk, at, rowsSeen);
  const pageQuery: PageQuery = {
    stream: walk.stream,
    symbol: walk.symbol,
    filters: {},
    span: { by: "time", window: { from: at, until: after(at) } },
  };
  const firstPage = walk.venue.numberedPage?.(pageQuery, 1) ?? null;
  return firstPage === null
    ? readByFilters(walk, at, pageQuery, rowsSeen)
    : readByNumber(walk, at, pageQuery, firstPage, rowsSeen);
}

/**
 * Pages 1, 2, … of one request until one is not full. The order of rows within a millisecond is documented
 * nowhere, and may change from page to page; what proves them complete all the same is that no row comes
 * twice: then as many rows were seen as the venue counted off. So a row that comes again stops the run: the
 * number was ignored, or rows moved meanwhile. (Twins on two pages look the same, and stop it too.) Rows that
 * went would move the others up unseen; that the first page is still what it was speaks against it.
 */
async function readByNumber(
  walk: Walk,
  at: Instant,
  pageQuery: PageQuery,
  firstPage: PageQuery,
  rowsSeen: readonly VerbatimRow[],
): Promise<readonly VerbatimRow[]> {
  const window = { from: at, until: after(at) };
  const fetchNumbered = async (page: PageQuery, number: number) => {
    const rows = await walk.fetchPage(page, `${walk.where} at ${formatInstant(at)}, page ${number}`);
    checkPage(walk, window, rows);
    return rows;
  };
  const first = await fetchNumbered(firstPage, 1);
  const found = [...first];
  for (let number = 2, rows = first; rows.length >= walk.support.pageRowsMax; number += 1) {
    const next = walk.venue.numberedPage?.(pageQuery, number) ?? null;
    assert(next !== null, `${walk.venue.id} numbered page 1 of ${walk.stream} but not page ${number}`);
    rows = await fetchNumbered(next, number);
    if (sharesRow(found, rows)) {
      throw stalled(walk, window, `page ${number} brought rows that an earlier page had shown`);
    }
    append(found, rows);
  }
  const again = await fetchNumbered(firstPage, 1);
  if (again.length !== first.length || !includesAll(again, first)) {
    throw stalled(walk, window, "page 1 was another after the last page than before");
  }
  if (!includesAll(found, rowsSeen)) {
    throw stalled(walk, window, "reading by page number brought back other rows than reading by time");
  }
  return found;
}

async function readByFilters(
  walk: Walk,
  at: Instant,
  pageQuery: PageQuery,
  rowsSeen: readonly VerbatimRow[],
): Promise<readonly VerbatimRow[]> {
  const queries = walk.venue.splitInstant(pageQuery, { rowsSeen, knownSymbols: walk.knownSymbols });
  if (queries === null) throw saturated(walk, at, "the endpoint offers nothing to separate them by");
  const window = { from: at, until: after(at) };
  const found: VerbatimRow[] = [];
  for (const narrower of queries) {
    const rows = await fetchUnlessRefused(walk, narrower, at, rowsSeen);
    checkPage(walk, window, rows);
    const isFull = rows.length >= walk.support.pageRowsMax;
    append(found, isFull ? await readByFilters(walk, at, narrower, rows) : rows);
  }
  // The requests are made from the types and symbols that are known; a row that none of them brings back
  // shows that they are not all.
  if (!includesAll(found, rowsSeen))
    throw saturated(walk, at, "some of them belong to none of the known types and symbols");
  return found;
}

/**
 * A symbol that the venue does not serve, and that no row has named, has no rows; of one that has been named
 * nobody could say how many are missing.
 */
async function fetchUnlessRefused(
  walk: Walk,
  pageQuery: PageQuery,
  at: Instant,
  rowsSeen: readonly VerbatimRow[],
): Promise<readonly VerbatimRow[]> {
  try {
    return await walk.fetchPage(pageQuery, `${walk.where} at ${formatInstant(at)}`);
  } catch (error) {
    if (!(error instanceof SymbolNotServedError)) throw error;
    const symbol = pageQuery.filters["symbol"] ?? "";
    if (!rowsSeen.some((row) => row.symbol === symbol)) return [];
    throw saturated(walk, at, `the venue does not serve ${symbol} by itself`);
  }
}

/**
 * The venue's ids ascend with time within a symbol. So: go back in ids, in steps that double, until a page
 * begins before the instant; then forward from there until it has passed. Each page begins with the id that
 * ended the one before, because a self-trade has two rows of one id.
 */
async function readById(
  walk: Walk,
  at: Instant,
  rowsSeen: readonly VerbatimRow[],
): Promise<readonly VerbatimRow[]> {
  const lowest = rowsSeen.map((row) => BigInt(row.id ?? "0")).reduce((a, b) => (b < a ? b : a));
  let fromId = lowest;
  let page = await fetchFrom(walk, at, fromId);
  for (let step = 1n; fromId > 1n && (page[0]?.occurredAt ?? at) >= at; step *= 2n) {
    fromId = lowest > step ? lowest - step : 1n;
    page = await fetchFrom(walk, at, fromId);
  }
  const found: VerbatimRow[] = [];
  for (;;) {
    const isLast = page.length < walk.support.pageRowsMax || (page.at(-1)?.occurredAt ?? at) > at;
    const lastId = BigInt(page.at(-1)?.id ?? "0");
    append(
      found,
      page.filter((row) => row.occurredAt === at && (isLast || BigInt(row.id ?? "0") < lastId)),
    );
    if (isLast) break;
    if (lastId <= fromId) throw saturated(walk, at, `the page from id ${fromId} ends with id ${lastId}`);
    fromId = lastId;
    page = await fetchFrom(walk, at, fromId);
  }
  if (!includesAll(found, rowsSeen))
    throw saturated(walk, at, "reading by id brought back other rows than reading by time");
  return found;
}

async function fetchFrom(walk: Walk, at: Instant, fromId: bigint): Promise<readonly VerbatimRow[]> {
  const where = `${walk.where} from id ${fromId}`;
  const pageQuery: PageQuery = {
    stream: walk.stream,
    symbol: walk.symbol,
    filters: {},
    span: { by: "id", fromId: String(fromId) },
  };
  const rows = await walk.fetchPage(pageQuery, where);
  const window = { from: at, until: after(at) };
  let before: VerbatimRow | null = null;
  for (const row of rows) {
    if (row.symbol !== walk.symbol || BigInt(row.id ?? "0") < fromId) {
      throw stalled(walk, window, `a row that was not requested came back: ${row.body.slice(0, 200)}`);
    }
    if (
      before !== null &&
      (BigInt(row.id ?? "0") < BigInt(before.id ?? "0") || row.occurredAt < before.occurredAt)
    ) {
      throw saturated(walk, at, "its ids do not ascend with time");
    }
    before = row;
  }
  return rows;
}

function saturated(walk: Walk, at: Instant, why: string): SaturatedInstantError {
  return new SaturatedInstantError({
    where: `${walk.where} at ${formatInstant(at)}`,
    what: `more rows share this millisecond than a page of ${walk.support.pageRowsMax} can show`,
    evidence: [why, "what came before it is loaded; nothing of it or after it is"],
    next: "report it: perpbooks never goes on with a hole, and needs another way to separate these rows",
  });
}
