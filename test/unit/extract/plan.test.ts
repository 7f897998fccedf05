/** What is requested, from what is covered: the laws of the plan, and its cases in days. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { DAY_MS, HOUR_MS, type Instant, instant, plus } from "../../../src/domain/instant.ts";
import { difference, union, type Window } from "../../../src/domain/window.ts";
import { lastReadAge, type Plan, type PlanInput, plan, reachOf } from "../../../src/extract/plan.ts";

/** Where the documents agree. */
const exactly = (retention: number | null) =>
  retention === null ? null : { sure: retention, possible: retention };

/**
 * What was ever requested beyond what is sure, and how far back history may reach, do not matter where the
 * documents agree.
 */
function planWith(
  input: Omit<PlanInput, "reach" | "probed" | "historyFrom"> & { readonly retention: number | null },
): Plan {
  const { retention, span } = input;
  return plan({
    ...input,
    probed: [],
    historyFrom: span.from,
    reach: reachOf(span.until, exactly(retention)),
  });
}

const WEEK_MS = 7 * DAY_MS;
const MARGIN_MS = 10 * 60_000;

describe("laws", () => {
  const NOW = instant(2_000 * HOUR_MS);
  const anyWindow = fc.record({ from: fc.nat({ max: 2_100 }), hours: fc.integer({ min: 1, max: 400 }) }).map(
    ({ from, hours }): Window => ({
      from: instant(from * HOUR_MS),
      until: instant((from + hours) * HOUR_MS),
    }),
  );
  const anyInput = fc.record({
    span: fc.nat({ max: 1_999 }).map((from): Window => ({ from: instant(from * HOUR_MS), until: NOW })),
    settled: fc.array(anyWindow, { maxLength: 12 }),
    windowMax: fc.integer({ min: 1, max: 200 }).map((hours) => hours * HOUR_MS),
    retention: fc.option(fc.integer({ min: 1, max: 2_500 }).map((hours) => hours * HOUR_MS)),
  });

  /** The plan, with everything that was read already read for the last time too. */
  function planOf(input: Omit<Parameters<typeof planWith>[0], "readLast" | "doubtful">): Plan {
    return planWith({
      ...input,
      settled: union(input.settled),
      readLast: union(input.settled),
      doubtful: [],
    });
  }

  test("what is settled, what is planned and what is a gap tile the span: nothing is left out and nothing is requested twice", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { windows, gaps } = planOf(input);
        const parts = [...windows, ...gaps];
        expect(difference(input.span, [...input.settled, ...parts])).toEqual([]);
        const length = (spans: readonly Window[]) =>
          spans.reduce((sum, { from, until }) => sum + (until - from), 0);
        expect(length(parts)).toBe(length(difference(input.span, input.settled)));
        expect(length(union(parts))).toBe(length(parts));
      }),
      { numRuns: 1000 },
    );
  });

  test("no window is longer than the venue allows, or empty; they come in order", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { windows } = planOf(input);
        for (const { from, until } of windows) {
          expect(until).toBeGreaterThan(from);
          expect(until - from).toBeLessThanOrEqual(input.windowMax);
        }
        expect(windows).toEqual(windows.toSorted((a, b) => a.from - b.from));
      }),
    );
  });

  test("whatever lies within the retention is requested, and whatever lies before it is a gap", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { windows, gaps } = planOf(input);
        const served = reachOf(NOW, exactly(input.retention)).sureFrom ?? instant(0);
        expect(windows.filter(({ from }) => from < served)).toEqual([]);
        expect(gaps.filter(({ until }) => until > served)).toEqual([]);
      }),
    );
  });

  test("what was planned and then read leaves nothing to plan", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { windows, gaps } = planOf(input);
        const again = planOf({ ...input, settled: [...input.settled, ...windows] });
        expect(again.windows).toEqual([]);
        expect(union(again.gaps)).toEqual(union(gaps));
      }),
    );
  });
});

describe("a history of thirty days, in days before now", () => {
  const NOW = parseInstant("2026-03-31T00:00:00Z");
  const ago = (days: number): Instant => plus(NOW, -days * DAY_MS);
  const days = (from: number, until: number): Window => ({ from: ago(from), until: ago(until) });
  const shown = (windows: readonly Window[]): string =>
    windows.map(({ from, until }) => `${(NOW - from) / DAY_MS}–${(NOW - until) / DAY_MS}`).join(" ");

  test.each<{
    readonly title: string;
    readonly settled: readonly Window[];
    readonly retention: number | null;
    readonly requests: string;
    readonly gaps: string;
  }>([
    {
      title: "the first time, all of it in weeks, the last of them what is left",
      settled: [],
      retention: null,
      requests: "30–23 23–16 16–9 9–2 2–0",
      gaps: "",
    },
    {
      title: "the night after, what is not settled yet",
      settled: [days(30, 2)],
      retention: null,
      requests: "2–0",
      gaps: "",
    },
    {
      title: "a hole that a crash left, wherever it lies",
      settled: [days(30, 20), days(17, 2)],
      retention: null,
      requests: "20–17 2–0",
      gaps: "",
    },
    {
      title: "a beginning that was moved back",
      settled: [days(25, 2)],
      retention: null,
      requests: "30–25 2–0",
      gaps: "",
    },
    {
      title: "windows that overlap, in any order",
      settled: [days(12, 2), days(30, 20), days(21, 10)],
      retention: null,
      requests: "2–0",
      gaps: "",
    },
    {
      title: "nothing, where all of it is settled",
      settled: [days(40, -1)],
      retention: null,
      requests: "",
      gaps: "",
    },
  ])("$title", ({ settled, retention, requests, gaps }) => {
    const found = planWith({
      span: days(30, 0),
      settled: union(settled),
      readLast: [],
      doubtful: [],
      windowMax: WEEK_MS,
      retention,
    });
    expect({ requests: shown(found.windows), gaps: shown(found.gaps) }).toEqual({ requests, gaps });
  });

  test("what the venue no longer serves is a gap, up to a margin in which it might stop serving it", () => {
    const found = planWith({
      span: days(30, 0),
      settled: [days(28, 25)],
      readLast: [],
      doubtful: [],
      windowMax: WEEK_MS,
      retention: 10 * DAY_MS,
    });
    const edge = plus(ago(10), MARGIN_MS);
    expect(found).toEqual({
      probes: [],
      gaps: [days(30, 28), { from: ago(25), until: edge }],
      windows: [
        { from: edge, until: plus(edge, WEEK_MS) },
        { from: plus(edge, WEEK_MS), until: NOW },
      ],
    });
  });

  test("what was read in time stays covered when the venue no longer serves it", () => {
    const found = planWith({
      span: days(30, 0),
      settled: [days(30, 2)],
      readLast: [],
      doubtful: [],
      windowMax: WEEK_MS,
      retention: 10 * DAY_MS,
    });
    expect({ requests: shown(found.windows), gaps: shown(found.gaps) }).toEqual({
      requests: "2–0",
      gaps: "",
    });
  });
});

describe("the last read of a settled window, where the venue serves ninety days", () => {
  const NOW = parseInstant("2026-07-01T00:00:00Z");
  const RETENTION = 90 * DAY_MS;
  const ago = (days: number): Instant => plus(NOW, -days * DAY_MS);
  const days = (from: number, until: number): Window => ({ from: ago(from), until: ago(until) });
  const EDGE = plus(ago(90), MARGIN_MS);

  test.each<{
    readonly title: string;
    readonly readLast: readonly Window[];
    readonly requests: readonly Window[];
  }>([
    {
      title: "comes in its last ten days, in windows that the venue allows",
      readLast: [],
      requests: [
        { from: EDGE, until: plus(EDGE, WEEK_MS) },
        { from: plus(EDGE, WEEK_MS), until: ago(80) },
      ],
    },
    { title: "waits until a week of it is due", readLast: [days(200, 86)], requests: [] },
    { title: "waits no longer then", readLast: [days(200, 87)], requests: [days(87, 80)] },
    {
      title: "nor when it would soon be too late",
      readLast: [days(200, 89), days(85, 80)],
      requests: [days(89, 85)],
    },
    { title: "is not repeated", readLast: [days(200, 80)], requests: [] },
  ])("$title", ({ readLast, requests }) => {
    const found = planWith({
      span: days(200, 0),
      settled: [days(200, 0)],
      readLast,
      doubtful: [],
      windowMax: WEEK_MS,
      retention: RETENTION,
    });
    expect(found).toEqual({ windows: requests, probes: [], gaps: [] });
  });

  test("there is none where nothing leaves, or where it leaves too soon", () => {
    expect(
      [null, 7 * DAY_MS, 19 * DAY_MS, 20 * DAY_MS, RETENTION].map((age) => lastReadAge(exactly(age))),
    ).toEqual([null, null, null, 10 * DAY_MS, 80 * DAY_MS]);
  });
});

describe("where one document says three months and another six", () => {
  const NOW = parseInstant("2026-07-01T00:00:00Z");
  const RETENTION = { sure: 90 * DAY_MS, possible: 110 * DAY_MS };
  const ago = (days: number): Instant => plus(NOW, -days * DAY_MS);
  const days = (from: number, until: number): Window => ({ from: ago(from), until: ago(until) });
  const reach = reachOf(NOW, RETENTION);
  const [SURE, POSSIBLE] = [plus(ago(90), MARGIN_MS), plus(ago(110), MARGIN_MS)];
  const planned = (input: Partial<PlanInput>): Plan =>
    plan({
      span: days(200, 0),
      historyFrom: ago(200),
      reach,
      settled: [{ from: SURE, until: NOW }],
      readLast: [days(200, 0)],
      probed: [],
      doubtful: [],
      windowMax: WEEK_MS,
      ...input,
    });

  test("what only one allows is requested from the newest back, and is a gap until rows prove it", () => {
    expect(planned({})).toEqual({
      windows: [],
      probes: [
        { from: plus(POSSIBLE, 2 * WEEK_MS), until: SURE },
        { from: plus(POSSIBLE, WEEK_MS), until: plus(POSSIBLE, 2 * WEEK_MS) },
        { from: POSSIBLE, until: plus(POSSIBLE, WEEK_MS) },
      ],
      gaps: [{ from: ago(200), until: SURE }],
    });
  });

  test("it is requested once", () => {
    const probed = [{ from: POSSIBLE, until: SURE }];
    expect(planned({ probed }).probes).toEqual([]);
    expect(planned({ probed }).gaps).toEqual([{ from: ago(200), until: SURE }]);
    expect(planned({ probed: [{ from: POSSIBLE, until: ago(95) }] }).probes).toEqual([
      { from: ago(95), until: SURE },
    ]);
  });

  test("what is covered already is not requested, nor what is before all history", () => {
    expect(planned({ settled: [{ from: ago(100), until: NOW }], historyFrom: ago(101) }).probes).toEqual([
      days(101, 100),
    ]);
    expect(planned({ historyFrom: ago(80) }).probes).toEqual([]);
  });

  test("a history without a wish begins where the venue is sure to serve, to the millisecond, and requests what is possible before it", () => {
    const span = { from: SURE, until: NOW };
    expect(planned({ span, settled: [], historyFrom: ago(3000) })).toMatchObject({ gaps: [] });
    expect(planned({ span, settled: [], historyFrom: ago(3000) }).probes).toHaveLength(3);
  });
});

describe("what is settled and doubtful all the same", () => {
  const NOW = parseInstant("2026-07-01T00:00:00Z");
  const ago = (days: number): Instant => plus(NOW, -days * DAY_MS);
  const days = (from: number, until: number): Window => ({ from: ago(from), until: ago(until) });

  test.each<{
    readonly title: string;
    readonly doubtful: readonly Window[];
    readonly retention: number | null;
    readonly requests: readonly Window[];
  }>([
    {
      title: "is read again",
      doubtful: [days(20, 19)],
      retention: null,
      requests: [days(2, 0), days(20, 19)],
    },
    {
      title: "in windows that the venue allows",
      doubtful: [days(20, 10)],
      retention: null,
      requests: [days(2, 0), days(20, 13), days(13, 10)],
    },
    {
      title: "only once where it is not settled",
      doubtful: [days(3, 1)],
      retention: null,
      requests: [days(2, 0), days(3, 2)],
    },
    {
      title: "as far as it is served, and what is no longer is no gap",
      doubtful: [days(30, 25), days(20, 10)],
      retention: 15 * DAY_MS,
      requests: [days(2, 0), { from: plus(ago(15), MARGIN_MS), until: ago(10) }],
    },
    {
      title: "once where it is due for its last read as well",
      doubtful: [days(86, 82)],
      retention: 90 * DAY_MS,
      requests: [
        days(2, 0),
        { from: plus(ago(90), MARGIN_MS), until: plus(ago(83), MARGIN_MS) },
        { from: plus(ago(83), MARGIN_MS), until: ago(80) },
      ],
    },
  ])("$title", ({ doubtful, retention, requests }) => {
    const readLast = retention === 90 * DAY_MS ? [] : [days(300, 2)];
    const found = planWith({
      span: days(200, 0),
      settled: [days(300, 2)],
      readLast,
      doubtful,
      windowMax: WEEK_MS,
      retention,
    });
    expect(found).toEqual({ windows: requests, probes: [], gaps: [] });
  });
});
