/** A millisecond with more rows than a page, where the venue numbers its pages. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PageStalledError } from "../../../src/errors.ts";
import type { FetchPage, Walk } from "../../../src/extract/page.ts";
import { type Proven, walkWindow } from "../../../src/extract/walk.ts";
import type { PageQuery } from "../../../src/venues/venue.ts";
import { at, type FakeRow, fakeRow, fakeWalk } from "./fake-venue.ts";

const AT = 7;
const window = { from: at(0), until: at(20) };

/** `count` rows at the one instant, with one before and one after it. */
function crowd(count: number): FakeRow[] {
  const rows = Array.from({ length: count }, (_, position) => fakeRow(AT, position + 1));
  return [fakeRow(AT - 3, 10_001), ...rows, fakeRow(AT + 3, 10_002)];
}

type PageRequest = { readonly page: number; readonly times: number };
/** What the venue counts pages off: the rows of the instant, as they stand when a page is requested. */
type Order = (rows: readonly FakeRow[], requested: PageRequest) => readonly FakeRow[];

const asIs: Order = (rows) => rows;

/** A walk over a venue that numbers its pages; `order` is its whim. */
function numberedWalk(
  rows: readonly FakeRow[],
  pageRowsMax: number,
  order: Order = asIs,
): Walk & { readonly pagesRequested: number[] } {
  const walk = fakeWalk({ rows, pageRowsMax, truncation: "oldest" });
  const pagesRequested: number[] = [];
  const fetchPage: FetchPage = async (pageQuery, where) => {
    if (pageQuery.filters["page"] === undefined) return walk.fetchPage(pageQuery, where);
    const page = Number(pageQuery.filters["page"]);
    pagesRequested.push(page);
    expect(pageQuery).toEqual({
      stream: "income",
      symbol: "",
      filters: { page: String(page) },
      span: { by: "time", window: { from: at(AT), until: at(AT + 1) } },
    });
    const found = order(
      rows.filter((row) => row.occurredAt === AT),
      { page, times: pagesRequested.length },
    );
    return found.slice((page - 1) * pageRowsMax, page * pageRowsMax);
  };
  const numberedPage = (pageQuery: PageQuery, number: number) => ({
    ...pageQuery,
    filters: { page: String(number) },
  });
  return { ...walk, venue: { ...walk.venue, numberedPage }, fetchPage, pagesRequested };
}

async function readAll(walk: Walk): Promise<string[]> {
  const spans: Proven[] = [];
  for await (const span of walkWindow(walk, window)) spans.push(span);
  return bodies(spans.flatMap((span) => span.rows));
}

function bodies(rows: readonly { readonly body: string }[]): string[] {
  return rows.map((row) => row.body).toSorted();
}

describe("numbered pages of one millisecond", () => {
  test("any number of rows in pages of any size come back once each; what fits in a page needs no numbers", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 60 }), fc.integer({ min: 2, max: 12 }), async (count, pageRowsMax) => {
        const walk = numberedWalk(crowd(count), pageRowsMax);
        expect(await readAll(walk)).toEqual(bodies(crowd(count)));
        // Every page up to the first that is not full, and the first one again.
        const pages = Array.from({ length: Math.floor(count / pageRowsMax) + 1 }, (_, index) => index + 1);
        expect(walk.pagesRequested).toEqual(count < pageRowsMax ? [] : [...pages, 1]);
      }),
    );
  });

  test("whatever the order from page to page, either every row comes back or the run stops", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 3, max: 20 }),
        fc.integer({ min: 2, max: 6 }),
        fc.infiniteStream(fc.nat()),
        async (count, pageRowsMax, chance) => {
          const shuffled: Order = (rows) =>
            rows
              .map((row) => ({ row, rank: chance.next().value % 3 }))
              .toSorted((a, b) => a.rank - b.rank)
              .map(({ row }) => row);
          const read = await readAll(numberedWalk(crowd(count), pageRowsMax, shuffled)).catch((error) => {
            expect(error).toBeInstanceOf(PageStalledError);
            return null;
          });
          if (read !== null) expect(read).toEqual(bodies(crowd(count)));
        },
      ),
      { numRuns: 500 },
    );
  });

  test("1001 rows of one millisecond take two pages, and the first again", async () => {
    const walk = numberedWalk(crowd(1001), 1000);
    expect(await readAll(walk)).toHaveLength(1003);
    expect(walk.pagesRequested).toEqual([1, 2, 1]);
  });

  test("a venue that ignores the number is stopped at the second page, not followed for ever", async () => {
    const walk = numberedWalk(crowd(9), 4);
    const honest = walk.fetchPage;
    const deaf: Walk = {
      ...walk,
      fetchPage: (pageQuery, where) =>
        honest(
          pageQuery.filters["page"] === undefined ? pageQuery : { ...pageQuery, filters: { page: "1" } },
          where,
        ),
    };
    await expect(readAll(deaf)).rejects.toThrow(
      "fake income [1970-01-01T00:00:00.007Z, 1970-01-01T00:00:00.008Z): the venue's answer cannot be complete\n" +
        "  page 2 brought rows that an earlier page had shown\n",
    );
    await expect(readAll(deaf)).rejects.toBeInstanceOf(PageStalledError);
  });

  test("a row that appears between two pages and moves the others is noticed", async () => {
    const late = fakeRow(AT, 9999);
    const grows: Order = (rows, { page }) => (page === 1 ? rows : [late, ...rows]);
    await expect(readAll(numberedWalk(crowd(9), 4, grows))).rejects.toThrow("an earlier page had shown");
  });

  test("a row that goes while the pages are read is noticed at the first page, which is requested again", async () => {
    const shrinks: Order = (rows, { times }) => (times === 1 ? rows : rows.slice(1));
    await expect(readAll(numberedWalk(crowd(9), 4, shrinks))).rejects.toThrow(
      "page 1 was another after the last page than before",
    );
  });

  test("numbers that leave out what a request without numbers showed stop the run", async () => {
    const hides: Order = (rows) => rows.slice(1);
    await expect(readAll(numberedWalk(crowd(9), 4, hides))).rejects.toThrow(
      "reading by page number brought back other rows than reading by time",
    );
  });
});
