/**
 * The venue's public marks, for exactly the midnights and period ends at which the account had a position and
 * whose mark the books lack. What was fetched once is never requested again. A mark that the venue does not
 * serve is no row: nothing stands in for it.
 */

import { parseDecimal } from "../domain/decimal.ts";
import {
  type DurationMs,
  formatInstant,
  type Instant,
  MINUTE_MS,
  parseUtcInstant,
  plus,
} from "../domain/instant.ts";
import { type Window, windowText } from "../domain/window.ts";
import { NotServedError, RequestRefusedError } from "../errors.ts";
import type { VenueClient } from "../http/client.ts";
import { insertRows } from "../store/insert-rows.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Store } from "../store/store.ts";
import type { Marks } from "../venues/venue.ts";
import { windowsAround } from "./windows-around.ts";

export type FetchMarksTerms = {
  readonly store: Store;
  readonly client: VenueClient;
  readonly accountId: string;
  /** Whose midnights. */
  readonly timeZone: string;
  readonly signal: AbortSignal;
  /** What is being done, for a person who watches. */
  readonly progress: (what: string) => void;
};

/**
 * `notServed` has a sentence for each contract whose marks the venue refused to show, or showed in a form
 * that cannot be read: no amount of the books rests on them, so that the night goes on.
 */
export type FetchedMarks = { readonly added: number; readonly notServed: readonly string[] };

type Wanted = { readonly symbol: string; readonly interval: DurationMs; readonly instants: Instant[] };

/** Fetches what is lacking. To be called after the account was booked. */
export async function fetchLackingMarks(terms: FetchMarksTerms): Promise<FetchedMarks> {
  const { marks } = terms.client.venue;
  if (marks === undefined) return { added: 0, notServed: [] };
  let added = 0;
  const notServed = new Map<string, string>();
  for (const wanted of await wantedMarks(terms, marks)) {
    const { symbol, interval, instants } = wanted;
    if (notServed.has(symbol)) continue;
    try {
      for (const window of windowsAround(instants, interval, marks.rowsMax * interval))
        added += await fetchWindow(terms, marks, wanted, window);
    } catch (error) {
      if (!(error instanceof NotServedError) && !(error instanceof RequestRefusedError)) throw error;
      notServed.set(symbol, `${symbol}: ${error.words.what}`);
    }
  }
  return { added, notServed: [...notServed.values()] };
}

/** Each contract's instants by the widest grid that has them: a year's midnights of UTC are one request. */
async function wantedMarks(
  { store, client, accountId: account_id, timeZone: time_zone }: FetchMarksTerms,
  marks: Marks,
): Promise<readonly Wanted[]> {
  // A mark of this very minute may not be served yet.
  const until = formatInstant(plus(client.now(), -MINUTE_MS));
  const lacking = await runSqlFile<{ symbol: string; marked_at: string }>(store.db, "price/lacking-marks", {
    account_id,
    time_zone,
    until,
  });
  const found = new Map<string, Wanted>();
  for (const { symbol, marked_at } of lacking) {
    const at = parseUtcInstant(marked_at);
    const interval = marks.intervals.find((step) => at % step === 0);
    // No zone of today is off the minute; those of before 1900 were.
    if (interval === undefined) continue;
    const key = `${interval} ${symbol}`;
    const wanted = found.get(key) ?? { symbol, interval, instants: [] };
    wanted.instants.push(at);
    found.set(key, wanted);
  }
  return [...found.values()];
}

async function fetchWindow(
  { store, client, accountId, signal, progress }: FetchMarksTerms,
  marks: Marks,
  { symbol, interval, instants }: Wanted,
  window: Window,
): Promise<number> {
  const where = `${accountId} marks ${symbol} ${windowText(window)}`;
  progress(where);
  const request = marks.request(symbol, interval, window);
  const rows = await client.call(
    request,
    where,
    (body) => marks.read(symbol, interval, window, body),
    signal,
  );
  const wanted = new Set(instants);
  const found = rows.filter(
    ({ markedAt, price }) => wanted.has(markedAt) && parseDecimal(price).greaterThan(0),
  );
  await insertRows(
    store.db,
    "price.mark",
    ["account_id", "symbol", "marked_at"],
    found.map(({ markedAt, price }) => ({
      account_id: accountId,
      symbol,
      marked_at: formatInstant(markedAt),
      price,
      source: `${client.venue.id} ${request.path} ${symbol}`,
      fetched_at: formatInstant(client.now()),
    })),
  );
  return found.length;
}
