/** A venue in memory whose pages are cut as badly as is allowed: for the laws of the walker. */

import { Secret } from "../../../src/config/secret.ts";
import { type Instant, instant } from "../../../src/domain/instant.ts";
import { contains } from "../../../src/domain/window.ts";
import type { FetchPage, Walk } from "../../../src/extract/page.ts";
import { asterVenue } from "../../../src/venues/aster/venue.ts";
import type { PageQuery, Venue, VerbatimRow } from "../../../src/venues/venue.ts";

export type Truncation = "oldest" | "newest" | "middle" | "by turns";

export type FakeRow = VerbatimRow & { readonly type: string };

/** A row of type `type` at `at`; rows made alike are equal twins. */
export function fakeRow(at: number, id: number, type = "A", symbol = "BTCUSDT"): FakeRow {
  return {
    identity: [type, symbol, String(id), String(at)],
    symbol,
    occurredAt: instant(at),
    body: `{"id":${id},"type":"${type}","time":${at}}`,
    id: String(id),
    type,
  };
}

export type FakeWalk = Walk & { readonly queries: readonly PageQuery[] };

/**
 * A walk over `rows`. Rows of one instant come in an order of the venue's own, another one in every answer.
 */
export function fakeWalk(options: {
  readonly rows: readonly FakeRow[];
  readonly pageRowsMax: number;
  readonly truncation: Truncation;
  readonly split?: "types" | "ids" | "nothing";
}): FakeWalk {
  const { pageRowsMax, truncation, split = "nothing" } = options;
  const queries: PageQuery[] = [];
  const aster = asterVenue({ kind: "v1", apiKey: new Secret("key"), apiSecret: new Secret("secret") });
  const venue: Venue = {
    ...aster,
    hasIdCursor: () => split === "ids",
    splitInstant: (pageQuery, { rowsSeen }) =>
      split !== "types" || pageQuery.filters["type"] !== undefined
        ? null
        : [...new Set(["A", "B", "C", ...(rowsSeen as FakeRow[]).map((row) => row.type)])].map((type) => ({
            ...pageQuery,
            filters: { type },
          })),
  };
  const fetchPage: FetchPage = async (pageQuery) => {
    queries.push(pageQuery);
    const { span } = pageQuery;
    if (span.by === "id") {
      const from = BigInt(span.fromId);
      return options.rows
        .filter((row) => BigInt(row.id ?? "0") >= from)
        .toSorted((a, b) => Number(BigInt(a.id ?? "0") - BigInt(b.id ?? "0")))
        .slice(0, pageRowsMax);
    }
    const found = options.rows
      .filter(
        (row) =>
          contains(span.window, row.occurredAt) && (pageQuery.filters["type"] ?? row.type) === row.type,
      )
      .toSorted(
        (a, b) =>
          a.occurredAt - b.occurredAt || (queries.length % 2 === 0 ? 1 : -1) * a.body.localeCompare(b.body),
      );
    const extra = Math.max(0, found.length - pageRowsMax);
    const skip = {
      oldest: 0,
      newest: extra,
      middle: Math.floor(extra / 2),
      "by turns": queries.length % 2 === 0 ? 0 : extra,
    };
    return found.slice(skip[truncation], skip[truncation] + pageRowsMax);
  };
  return {
    venue,
    support: {
      kind: "supported",
      scope: "account",
      windowMax: 1_000_000,
      pageRowsMax,
      retention: null,
      lateness: 0,
      mayChange: [],
    },
    stream: "income",
    // An id cursor exists only within a symbol.
    symbol: split === "ids" ? "BTCUSDT" : "",
    where: "fake income",
    knownSymbols: [],
    fetchPage,
    fetchCursorPage: async () => {
      throw new Error("this venue pages by time");
    },
    queries,
  };
}

/** What a venue that pages by cursor may do wrong. */
export type CursorFault =
  | "none"
  | "the same cursor again"
  | "a row again"
  | "no cursor though there is more"
  | "a row of another window"
  | "empty pages with ever new cursors";

/** A walk over `rows` by a cursor that names the last row of its page, newest first, as edgeX's does. */
export function fakeCursorWalk(options: {
  readonly rows: readonly FakeRow[];
  readonly pageRowsMax: number;
  readonly fault?: CursorFault;
}): FakeWalk {
  const { pageRowsMax, fault = "none" } = options;
  const walk = fakeWalk({ ...options, truncation: "newest" });
  const queries: PageQuery[] = [];
  // By number, as the venue sorts: a row's time may lie a little out of that order.
  const inOrder = options.rows.toSorted((a, b) => Number(b.id) - Number(a.id));
  return {
    ...walk,
    queries,
    support: { ...walk.support, paging: "cursor" },
    fetchCursorPage: async (pageQuery) => {
      queries.push(pageQuery);
      const { span } = pageQuery;
      if (span.by === "id") throw new Error("this venue has no id cursor");
      if (span.by === "cursor" && fault === "empty pages with ever new cursors") {
        if (queries.length > 100) throw new Error("it would be followed for ever");
        return { rows: [], next: `${span.cursor}+` };
      }
      const inWindow = inOrder.filter((row) => contains(span.window, row.occurredAt));
      const behind = span.by === "cursor" ? inWindow.findIndex((row) => row.id === span.cursor) + 1 : 0;
      const isBehind = behind > 0;
      const from = isBehind && fault === "a row again" ? behind - 1 : behind;
      const rows = inWindow.slice(from, from + pageRowsMax);
      const stray = fault === "a row of another window" && isBehind ? [fakeRow(span.window.until, 999)] : [];
      const hasMore = from + pageRowsMax < inWindow.length;
      const last = rows.at(-1)?.id ?? null;
      const next = isBehind && fault === "the same cursor again" && span.by === "cursor" ? span.cursor : last;
      return {
        rows: [...rows, ...stray].slice(-pageRowsMax),
        next: hasMore && fault !== "no cursor though there is more" ? next : null,
      };
    },
  };
}

export function at(milliseconds: number): Instant {
  return instant(milliseconds);
}
