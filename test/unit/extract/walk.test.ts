import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PageStalledError, SaturatedInstantError, SymbolNotServedError } from "../../../src/errors.ts";
import { type Proven, walkWindow } from "../../../src/extract/walk.ts";
import { at, type FakeRow, type FakeWalk, fakeRow, fakeWalk, type Truncation } from "./fake-venue.ts";

const UNTIL = 60;
const window = { from: at(0), until: at(UNTIL) };

async function readAll(walk: ReturnType<typeof fakeWalk>): Promise<Proven[]> {
  const spans: Proven[] = [];
  for await (const span of walkWindow(walk, window)) spans.push(span);
  return spans;
}

function bodies(rows: readonly { body: string }[]): string[] {
  return rows.map((row) => row.body).toSorted();
}

function expectExactly(spans: readonly Proven[], rows: readonly FakeRow[]): void {
  expect(bodies(spans.flatMap((span) => span.rows))).toEqual(bodies(rows));
  let reached = window.from;
  for (const span of spans) {
    expect(span.window.from).toBe(reached);
    reached = span.window.until;
  }
  expect(reached).toBe(window.until);
}

/**
 * Rows anywhere in the window: few instants make them crowd, and equal ids at one instant make equal twins.
 */
const anyRows = fc
  .array(
    fc.record({
      time: fc.nat({ max: UNTIL - 1 }),
      twins: fc.integer({ min: 1, max: 3 }),
      type: fc.constantFrom("A", "B", "C"),
    }),
    { maxLength: 60 },
  )
  .map((events) => {
    const inOrder = events.toSorted((a, b) => a.time - b.time);
    return inOrder.flatMap(({ time, twins, type }, position) =>
      Array.from({ length: twins }, () => fakeRow(time, position + 1, type)),
    );
  });
const anyTruncation = fc.constantFrom<Truncation>("oldest", "newest", "middle", "by turns");

describe("walking a window", () => {
  test("any page size, any end cut off, any clustering in time gives exactly the venue's rows, once each, in spans that tile the window", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyRows,
        fc.integer({ min: 1, max: 12 }),
        anyTruncation,
        async (rows, pageRowsMax, truncation) => {
          const walk = fakeWalk({ rows, pageRowsMax, truncation, split: "types" });
          const spans = await readAll(walk).catch((error) => {
            // The only way out: an instant whose rows of one type alone fill a page.
            expect(error).toBeInstanceOf(SaturatedInstantError);
            const crowd = new Map<string, number>();
            for (const row of rows)
              crowd.set(`${row.type}${row.occurredAt}`, (crowd.get(`${row.type}${row.occurredAt}`) ?? 0) + 1);
            expect(Math.max(...crowd.values())).toBeGreaterThanOrEqual(pageRowsMax);
            return null;
          });
          if (spans !== null) expectExactly(spans, rows);
        },
      ),
      { numRuns: 1500 },
    );
  });

  test("rows that share one millisecond and fill many pages are read by id, self-trades with two rows of one id included", async () => {
    const crowds = fc
      .array(
        fc.record({
          time: fc.nat({ max: 5 }),
          rows: fc.integer({ min: 1, max: 40 }),
          gap: fc.integer({ min: 1, max: 1000 }),
        }),
        {
          minLength: 1,
          maxLength: 6,
        },
      )
      .map((events) => {
        let id = 0;
        return events
          .toSorted((a, b) => a.time - b.time)
          .flatMap(({ time, rows, gap }) =>
            Array.from({ length: rows }, (_, position) => {
              id += position % 5 === 4 ? 0 : gap;
              return fakeRow(time, Math.max(id, 1), position % 5 === 4 ? "SELL" : "BUY");
            }),
          );
      });
    await fc.assert(
      fc.asyncProperty(
        crowds,
        fc.integer({ min: 3, max: 12 }),
        anyTruncation,
        async (rows, pageRowsMax, truncation) => {
          expectExactly(await readAll(fakeWalk({ rows, pageRowsMax, truncation, split: "ids" })), rows);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("a quiet window costs one request, a long one a request a page and a few for its edges", async () => {
    const quiet = fakeWalk({ rows: [fakeRow(3, 1)], pageRowsMax: 10, truncation: "oldest" });
    await readAll(quiet);
    expect(quiet.queries).toHaveLength(1);

    const rows = Array.from({ length: 580 }, (_, position) =>
      fakeRow(Math.floor(position / 10), position + 1),
    );
    const long = fakeWalk({ rows, pageRowsMax: 100, truncation: "oldest" });
    expectExactly(await readAll(long), rows);
    // A page shows ten instants, two of them again: 58 instants take 8 pages, and one more request proves the
    // first edge.
    expect(long.queries).toHaveLength(9);
  });

  test("when nothing separates the rows of one millisecond, the run stops and names it", async () => {
    const rows = Array.from({ length: 5 }, (_, position) => fakeRow(7, position + 1));
    await expect(readAll(fakeWalk({ rows, pageRowsMax: 5, truncation: "oldest" }))).rejects.toThrow(
      "fake income at 1970-01-01T00:00:00.007Z: more rows share this millisecond than a page of 5 can show\n" +
        "  the endpoint offers nothing to separate them by\n" +
        "  what came before it is loaded; nothing of it or after it is\n" +
        "  next: report it: perpbooks never goes on with a hole, and needs another way to separate these rows",
    );
  });

  test("a type that nobody knows of, hidden behind a full millisecond, stops the run instead of being lost", async () => {
    const rows = Array.from({ length: 6 }, (_, position) => fakeRow(7, position + 1, "A"));
    const walk = fakeWalk({ rows, pageRowsMax: 4, truncation: "oldest", split: "types" });
    await expect(readAll(walk)).rejects.toBeInstanceOf(SaturatedInstantError);
  });

  test.each([
    { refused: "CCCUSDT", title: "that no row names has none there", isProven: true },
    {
      refused: "BBBUSDT",
      title: "that a row names leaves nobody to say how many there are: the run stops",
      isProven: false,
    },
  ])("of a full millisecond, a symbol the venue refuses $title", async ({ refused, isProven }) => {
    const rows = ["AAAUSDT", "BBBUSDT"].flatMap((symbol) =>
      [1, 2, 3].map((id) => fakeRow(7, id, "A", symbol)),
    );
    const plain = fakeWalk({ rows, pageRowsMax: 4, truncation: "by turns" });
    const walk: FakeWalk = {
      ...plain,
      venue: {
        ...plain.venue,
        splitInstant: (pageQuery) =>
          ["AAAUSDT", "BBBUSDT", "CCCUSDT"].map((symbol) => ({ ...pageQuery, filters: { symbol } })),
      },
      fetchPage: async (pageQuery, where) => {
        const { symbol } = pageQuery.filters;
        if (symbol === undefined) return plain.fetchPage(pageQuery, where);
        if (symbol === refused) throw new SymbolNotServedError({ where, what: "refused", next: "nothing" });
        return rows.filter((row) => row.symbol === symbol);
      },
    };
    if (isProven) expectExactly(await readAll(walk), rows);
    else await expect(readAll(walk)).rejects.toThrow("the venue does not serve BBBUSDT by itself");
  });

  const lies: readonly [
    title: string,
    rows: (requested: readonly FakeRow[]) => readonly FakeRow[],
    finding: string,
  ][] = [
    ["a row outside the window", () => [fakeRow(UNTIL, 1)], "a row lies outside the window"],
    [
      "more rows than requested",
      () => [fakeRow(1, 1), fakeRow(2, 2), fakeRow(3, 3), fakeRow(4, 4)],
      "4 rows came back for a limit of 3",
    ],
  ];
  for (const [title, answer, finding] of lies) {
    test(`${title} means an ignored parameter, and stops the run`, async () => {
      const walk = {
        ...fakeWalk({ rows: [], pageRowsMax: 3, truncation: "oldest" }),
        fetchPage: async () => answer([]),
      };
      await expect(readAll(walk)).rejects.toThrow(finding);
      await expect(readAll(walk)).rejects.toBeInstanceOf(PageStalledError);
    });
  }

  test("a venue that returns the same page whatever is requested is stopped, not followed for ever", async () => {
    const page = [fakeRow(1, 1), fakeRow(2, 2), fakeRow(3, 3)];
    const walk = {
      ...fakeWalk({ rows: [], pageRowsMax: 3, truncation: "oldest" }),
      fetchPage: async () => page,
    };
    await expect(readAll(walk)).rejects.toBeInstanceOf(PageStalledError);
  });

  test("rows that one page showed and the next one hides stop the run", async () => {
    const rows = Array.from({ length: 9 }, (_, position) => fakeRow(position, position + 1));
    const honest = fakeWalk({ rows, pageRowsMax: 4, truncation: "oldest" });
    let requested = 0;
    const walk = {
      ...honest,
      fetchPage: async (...pageQuery: Parameters<typeof honest.fetchPage>) => {
        requested += 1;
        return requested === 2 ? [] : honest.fetchPage(...pageQuery);
      },
    };
    await expect(readAll(walk)).rejects.toThrow("rows that an earlier page showed");
  });
});
