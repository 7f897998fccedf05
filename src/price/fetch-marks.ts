/**
 * The venue's public marks, for exactly the midnights and period ends at which the account had a position and
 * whose mark the books lack. What was fetched once is never requested again. A mark that the venue does not
 * serve is no row: nothing stands in for it.
 */

import { parseDecimal } from "../domain/decimal.ts";
import { formatInstant, type Instant, MINUTE_MS, parseUtcInstant, plus } from "../domain/instant.ts";
import { type Window, windowText } from "../domain/window.ts";
import { insertRows } from "../store/insert-rows.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Marks } from "../venues/venue.ts";
import { type Fetched, type FetchTerms, fetchLacking, type Wanted } from "./fetch-lacking.ts";

/** `timeZone`: whose midnights. */
export type FetchMarksTerms = FetchTerms & { readonly timeZone: string };

/** Fetches what is lacking. To be called after the account was booked. */
export async function fetchLackingMarks(terms: FetchMarksTerms): Promise<Fetched> {
  const { marks } = terms.client.venue;
  if (marks === undefined) return { added: 0, notServed: [] };
  // No amount of the books rests on a mark.
  return fetchLacking(
    terms,
    { kind: "mark", isNeeded: false },
    await wantedMarks(terms, marks),
    (wanted, window) => fetchWindow(terms, marks, wanted, window),
  );
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
  const found = new Map<string, Wanted & { readonly instants: Instant[] }>();
  for (const { symbol, marked_at } of lacking) {
    const at = parseUtcInstant(marked_at);
    const step = marks.intervals.find((interval) => at % interval === 0);
    // No zone of today is off the minute; those of before 1900 were.
    if (step === undefined) continue;
    const key = `${step} ${symbol}`;
    const wanted = found.get(key) ?? { symbol, step, spanMax: marks.rowsMax * step, instants: [] };
    wanted.instants.push(at);
    found.set(key, wanted);
  }
  return [...found.values()];
}

async function fetchWindow(
  { store, client, accountId, signal, progress }: FetchMarksTerms,
  marks: Marks,
  { symbol, step, instants }: Wanted,
  window: Window,
): Promise<ReadonlySet<Instant>> {
  const where = `${accountId} marks ${symbol} ${windowText(window)}`;
  progress(where);
  const request = marks.request(symbol, step, window);
  const rows = await client.call(request, where, (body) => marks.read(symbol, step, window, body), signal);
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
  return new Set(found.map(({ markedAt }) => markedAt));
}
