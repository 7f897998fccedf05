/** Where rows begin, by requests over all of time: of a venue that answers them, and of those that do not. */
import { expect, test } from "vitest";
import { earliest, latest, plus } from "../../../src/domain/instant.ts";
import type { Window } from "../../../src/domain/window.ts";
import { OutsideRetentionError, RequestRefusedError } from "../../../src/errors.ts";
import { firstRows, SURVEY_REQUESTS_MAX } from "../../../src/extract/survey.ts";
import type { VerbatimRow } from "../../../src/venues/venue.ts";
import { at, fakeRow, fakeWalk, type Truncation } from "./fake-venue.ts";

const WEEK = 7;
const span = { from: at(0), until: at(1_000) };
/** A row on each of the last 60 days but two weeks' pause. */
const ROWS = Array.from({ length: 60 }, (_, nth) => 940 + nth)
  .filter((day) => day < 950 || day > 964)
  .map((day) => fakeRow(day, day));

type Venue = {
  readonly truncation?: Truncation;
  readonly pageRowsMax?: number;
  /** What of a request it answers, without a word. */
  readonly clips?: (requested: Window) => Window;
  readonly refuses?: Error;
  readonly rows?: readonly (typeof ROWS)[number][];
};

async function found({ truncation = "oldest", pageRowsMax = 100, clips, refuses, rows = ROWS }: Venue) {
  const walk = fakeWalk({ rows, pageRowsMax, truncation });
  let requests = 0;
  const first = await firstRows(
    {
      ...walk,
      support: { ...walk.support, windowMax: WEEK },
      fetchPage: async (pageQuery, where): Promise<readonly VerbatimRow[]> => {
        requests += 1;
        if (refuses !== undefined) throw refuses;
        if (pageQuery.span.by !== "survey") return expect.unreachable();
        const window = clips?.(pageQuery.span.window) ?? pageQuery.span.window;
        return walk.fetchPage({ ...pageQuery, span: { by: "survey", window } }, where);
      },
    },
    span,
  );
  return { first: first?.at ?? null, requests };
}

const last =
  (days: number) =>
  ({ from, until }: Window) => ({
    from: latest(from, plus(until, -days)),
    until,
  });
const words = { where: "main income", what: "not so long a span", next: "" };

test.each<{ what: string; venue: Venue; requests: number }>([
  { what: "answers in one page", venue: {}, requests: 2 },
  { what: "shows the oldest rows of too many", venue: { pageRowsMax: 5 }, requests: 2 },
  {
    what: "shows the newest rows of too many",
    venue: { pageRowsMax: 15, truncation: "newest" },
    requests: 4,
  },
])("the first row is found of a venue that $what", async ({ venue, requests }) => {
  expect(await found(venue)).toEqual({ first: 940, requests });
});

test.each<{ what: string; venue: Venue; requests: number }>([
  // Part by part it would come to the pause, and could not tell it from the beginning.
  { what: "shows the last week of what is requested", venue: { clips: last(WEEK) }, requests: 2 },
  { what: "shows the last 30 days of what is requested", venue: { clips: last(30) }, requests: 2 },
  {
    what: "shows the first week of what is requested",
    venue: { clips: ({ from, until }) => ({ from, until: earliest(plus(from, WEEK), until) }) },
    requests: 1,
  },
  { what: "refuses so long a span", venue: { refuses: new RequestRefusedError(words) }, requests: 1 },
  { what: "refuses what is old", venue: { refuses: new OutsideRetentionError(words) }, requests: 1 },
  { what: "has no row at all", venue: { rows: [] }, requests: 1 },
  { what: "has rows of the last week only", venue: { rows: ROWS.slice(-5) }, requests: 2 },
  {
    what: "shows one row at a time, the newest",
    venue: { pageRowsMax: 1, truncation: "newest" },
    requests: SURVEY_REQUESTS_MAX,
  },
  {
    what: "answers with rows outside of what is requested",
    venue: { clips: () => ({ from: at(940), until: at(1_000) }) },
    requests: 2,
  },
])("no first row is trusted of a venue that $what", async ({ venue, requests }) => {
  expect(await found(venue)).toEqual({ first: null, requests });
});
