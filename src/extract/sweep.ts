/**
 * Searches the contracts that nothing names as the account's: a fill without a fee leaves no trace in the
 * cash statement. Where fills can be requested by their id, one request from the first id on tells whether a
 * contract has any at all, instead of one a week.
 *
 * Problem: the documents say nothing of how far back such an answer reaches; one that shows the last week
 * only would be silent about an older fill.
 *
 * What is trusted: as far back as the same request has shown a fill of another contract of the account (the
 * witness), the silence of a contract is a proof. What is older, and a contract that has fills, is read by
 * windows.
 */
import { earliest, type Instant, parseUtcInstant, plus } from "../domain/instant.ts";
import type { Window } from "../domain/window.ts";
import { NotServedError, RequestRefusedError } from "../errors.ts";
import type { PageQuery, VerbatimRow } from "../venues/venue.ts";
import type { Extraction } from "./extraction.ts";
import type { Walk } from "./page.ts";

/** Venues count from 1 on; 0 may be taken for no id at all. */
const FIRST_ID = "1";

/**
 * Since when the silence of a request by id is a proof; null where it is none, or no better than that of a
 * window.
 */
export async function provenReach(
  extraction: Extraction,
  walkOf: (symbol: string) => Walk,
  span: Window,
): Promise<Instant | null> {
  const oldest = await oldestFill(extraction);
  if (oldest === null) return null;
  const walk = walkOf(oldest.symbol);
  if (!walk.venue.hasIdCursor(walk.stream) || walk.support.retention !== null) return null;
  if (oldest.at >= plus(span.until, -walk.support.windowMax)) return null;
  const rows = await fillsFromFirstId(walk);
  const first = firstOf(rows ?? [], span.until);
  return first <= oldest.at ? oldest.at : null;
}

/** The time of the contract's first fill; "none", or null where the venue does not say. */
export async function firstFill(walk: Walk, now: Instant): Promise<Instant | "none" | null> {
  const rows = await fillsFromFirstId(walk);
  if (rows === null) return null;
  return rows.length === 0 ? "none" : firstOf(rows, now);
}

function firstOf(rows: readonly VerbatimRow[], now: Instant): Instant {
  return rows.map((row) => row.occurredAt).reduce(earliest, now);
}

async function fillsFromFirstId(walk: Walk): Promise<readonly VerbatimRow[] | null> {
  const pageQuery: PageQuery = {
    stream: walk.stream,
    symbol: walk.symbol,
    filters: {},
    span: { by: "id", fromId: FIRST_ID },
  };
  try {
    const rows = await walk.fetchPage(pageQuery, `${walk.where} from its first id`);
    return rows.every((row) => row.symbol === walk.symbol) ? rows : null;
  } catch (error) {
    if (error instanceof NotServedError || error instanceof RequestRefusedError) return null;
    throw error;
  }
}

async function oldestFill({
  store,
  accountId,
}: Extraction): Promise<{ readonly symbol: string; readonly at: Instant } | null> {
  const row = await store.db
    .selectFrom("raw.record")
    .select(["symbol", "occurred_at"])
    .where("account_id", "=", accountId)
    .where("stream", "=", "fills")
    .orderBy("occurred_at")
    .orderBy("symbol")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : { symbol: row.symbol, at: parseUtcInstant(row.occurred_at) };
}
