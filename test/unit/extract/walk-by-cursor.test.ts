import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PageStalledError } from "../../../src/errors.ts";
import type { Proven } from "../../../src/extract/walk.ts";
import { walkByCursor } from "../../../src/extract/walk-by-cursor.ts";
import { at, type CursorFault, type FakeRow, type FakeWalk, fakeCursorWalk, fakeRow } from "./fake-venue.ts";

const window = { from: at(0), until: at(60) };

async function readAll(walk: FakeWalk): Promise<Proven[]> {
  const spans: Proven[] = [];
  for await (const span of walkByCursor(walk, window)) spans.push(span);
  return spans;
}

function rowsAt(...times: readonly number[]): FakeRow[] {
  return times.map((time, position) => fakeRow(time, position + 1));
}

describe("walking a window by the venue's cursor", () => {
  test("any page size and any clustering in time, also times out of the venue's own order, give exactly the window's rows, once each", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -5, max: 64 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 12 }),
        async (times, pageRowsMax) => {
          const rows = rowsAt(...times);
          const spans = await readAll(fakeCursorWalk({ rows, pageRowsMax }));
          expect(spans.map((span) => span.window)).toEqual([window]);
          const inside = rows.filter((row) => row.occurredAt >= window.from && row.occurredAt < window.until);
          const bodies = (list: readonly { body: string }[]) => list.map((row) => row.body).toSorted();
          expect(bodies(spans.flatMap((span) => span.rows))).toEqual(bodies(inside));
        },
      ),
    );
  });

  test("costs one request a page, and one more only where the last page is full", async () => {
    const requested = async (count: number) => {
      const walk = fakeCursorWalk({
        rows: rowsAt(...Array.from({ length: count }, (_, n) => n)),
        pageRowsMax: 10,
      });
      await readAll(walk);
      return walk.queries.length;
    };
    expect([await requested(0), await requested(9), await requested(10), await requested(25)]).toEqual([
      1, 1, 2, 3,
    ]);
  });

  test.each<{ fault: CursorFault; finding: string }>([
    { fault: "the same cursor again", finding: `the venue returned cursor "16" a second time` },
    { fault: "a row again", finding: `a row came on two pages: ["A","BTCUSDT","16","15"]` },
    {
      fault: "no cursor though there is more",
      finding: `behind the last page, at 1970-01-01T00:00:00.014Z, was another row: ["A","BTCUSDT","15","14"]`,
    },
    {
      fault: "a row of another window",
      finding: `a row lies outside the window: {"id":999,"type":"A","time":60}`,
    },
    {
      fault: "empty pages with ever new cursors",
      finding: `a page without rows leads on to another, by cursor "16+"`,
    },
  ])("$fault stops the run: the venue's answer cannot be complete", async ({ fault, finding }) => {
    const rows = rowsAt(...Array.from({ length: 20 }, (_, n) => n));
    const error = await readAll(fakeCursorWalk({ rows, pageRowsMax: 5, fault })).catch(
      (failure: unknown) => failure,
    );
    expect(error).toBeInstanceOf(PageStalledError);
    expect((error as PageStalledError).words.evidence?.[0]).toBe(finding);
  });
});
