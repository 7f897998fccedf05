/** A venue in memory whose pages are cut as badly as is allowed: for the laws of the walker. */

import { Secret } from "../../../src/config/secret.ts";
import { type Instant, instant } from "../../../src/domain/instant.ts";
import { contains } from "../../../src/domain/window.ts";
import type { FetchPage, Walk } from "../../../src/extract/page.ts";
import { asterVenue } from "../../../src/venues/aster/venue.ts";
import type { PageAsk, Venue, VerbatimRow } from "../../../src/venues/venue.ts";

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

export type FakeWalk = Walk & { readonly asks: readonly PageAsk[] };

/** A walk over `rows`. Rows of one instant come in an order of the venue's own, another one in every answer. */
export function fakeWalk(options: {
  readonly rows: readonly FakeRow[];
  readonly pageRowsMax: number;
  readonly truncation: Truncation;
  readonly split?: "types" | "ids" | "nothing";
}): FakeWalk {
  const { pageRowsMax, truncation, split = "nothing" } = options;
  const asks: PageAsk[] = [];
  const aster = asterVenue({ kind: "v1", apiKey: new Secret("key"), apiSecret: new Secret("secret") });
  const venue: Venue = {
    ...aster,
    hasIdCursor: () => split === "ids",
    splitInstant: (ask, { rowsSeen }) =>
      split !== "types" || ask.filters["type"] !== undefined
        ? null
        : [...new Set(["A", "B", "C", ...(rowsSeen as FakeRow[]).map((row) => row.type)])].map((type) => ({
            ...ask,
            filters: { type },
          })),
  };
  const fetchPage: FetchPage = async (ask) => {
    asks.push(ask);
    const { span } = ask;
    if (span.by === "id") {
      const from = BigInt(span.fromId);
      return options.rows
        .filter((row) => BigInt(row.id ?? "0") >= from)
        .toSorted((a, b) => Number(BigInt(a.id ?? "0") - BigInt(b.id ?? "0")))
        .slice(0, pageRowsMax);
    }
    const found = options.rows
      .filter(
        (row) => contains(span.window, row.occurredAt) && (ask.filters["type"] ?? row.type) === row.type,
      )
      .toSorted(
        (a, b) =>
          a.occurredAt - b.occurredAt || (asks.length % 2 === 0 ? 1 : -1) * a.body.localeCompare(b.body),
      );
    const extra = Math.max(0, found.length - pageRowsMax);
    const skip = {
      oldest: 0,
      newest: extra,
      middle: Math.floor(extra / 2),
      "by turns": asks.length % 2 === 0 ? 0 : extra,
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
    asks,
  };
}

export function at(milliseconds: number): Instant {
  return instant(milliseconds);
}
