/**
 * One page of rows, and what it must not be: for the walker and for whoever reads a millisecond that it
 * cannot.
 */
import { type Instant, instant } from "../domain/instant.ts";
import type { StreamName } from "../domain/record.ts";
import { contains, type Window, windowText } from "../domain/window.ts";
import { PageStalledError } from "../errors.ts";
import type { PageQuery, SupportedStream, Venue, VerbatimRow } from "../venues/venue.ts";

export type FetchPage = (pageQuery: PageQuery, where: string) => Promise<readonly VerbatimRow[]>;

/** A page and the cursor of the one behind it; null behind the last. */
export type CursorPage = { readonly rows: readonly VerbatimRow[]; readonly next: string | null };
export type FetchCursorPage = (pageQuery: PageQuery, where: string) => Promise<CursorPage>;

export type Walk = {
  readonly venue: Venue;
  readonly support: SupportedStream;
  readonly stream: StreamName;
  readonly symbol: string;
  /** For messages: the account and stream. */
  readonly where: string;
  readonly knownSymbols: readonly string[];
  readonly fetchPage: FetchPage;
  /** For streams that page by cursor. */
  readonly fetchCursorPage: FetchCursorPage;
};

/**
 * A row outside what was requested, or more rows than requested, means that the venue ignored a parameter:
 * nothing it says can be trusted.
 */
export function checkPage(walk: Walk, requested: Window, rows: readonly VerbatimRow[]): void {
  if (rows.length > walk.support.pageRowsMax) {
    throw stalled(
      walk,
      requested,
      `${rows.length} rows came back for a limit of ${walk.support.pageRowsMax}`,
    );
  }
  for (const row of rows) {
    if (!contains(requested, row.occurredAt))
      throw stalled(walk, requested, `a row lies outside the window: ${excerpt(row)}`);
    if (walk.symbol !== "" && row.symbol !== walk.symbol)
      throw stalled(walk, requested, `a row is of another symbol: ${excerpt(row)}`);
  }
}

/** Whether every row of `wanted` is among `rows`, equal rows counted one by one. */
export function includesAll(rows: readonly VerbatimRow[], wanted: readonly VerbatimRow[]): boolean {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(identityText(row), (counts.get(identityText(row)) ?? 0) + 1);
  for (const row of wanted) {
    const left = counts.get(identityText(row)) ?? 0;
    if (left === 0) return false;
    counts.set(identityText(row), left - 1);
  }
  return true;
}

/** Whether any row of the one list is among the other's. */
export function sharesRow(rows: readonly VerbatimRow[], others: readonly VerbatimRow[]): boolean {
  const seen = new Set(rows.map(identityText));
  return others.some((row) => seen.has(identityText(row)));
}

export function identityText(row: VerbatimRow): string {
  return JSON.stringify(row.identity);
}

export function after(at: Instant): Instant {
  return instant(at + 1);
}

function excerpt(row: VerbatimRow): string {
  return row.body.length > 200 ? `${row.body.slice(0, 200)}…` : row.body;
}

export function stalled(walk: Walk, requested: Window, finding: string): PageStalledError {
  return new PageStalledError({
    where: `${walk.where} ${windowText(requested)}`,
    what: "the venue's answer cannot be complete",
    evidence: [finding, "windows read before this one are loaded; nothing of this one is"],
    next: "run again; if it persists, the venue has changed this endpoint and perpbooks must learn how",
  });
}
