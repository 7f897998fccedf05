/**
 * How public prices of the past are requested: the fewest windows that hold what is lacking, and a memory of
 * what the venue did not serve. A day that is missing there is mostly missing for good, and a late one comes
 * soon: so what was not served is requested again the next time, and from then on whenever as much time has
 * passed as since the first request. After a year that has been nine requests, not a request a night.
 */
import { type DurationMs, formatInstant, type Instant, parseUtcInstant } from "../domain/instant.ts";
import type { Window } from "../domain/window.ts";
import { NotServedError, RequestRefusedError } from "../errors.ts";
import type { VenueClient } from "../http/client.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Store } from "../store/store.ts";
import { windowsAround } from "./windows-around.ts";

export type FetchTerms = {
  readonly store: Store;
  readonly client: VenueClient;
  readonly accountId: string;
  readonly signal: AbortSignal;
  /** What is being done, for a person who watches. */
  readonly progress: (what: string) => void;
};

/** As in `price.unserved`. */
export type PriceKind = "mark" | "minute" | "funding_rate";

/** Instants of a contract, in order, each the beginning of a `step`; a request spans `spanMax` at most. */
export type Wanted = {
  readonly symbol: string;
  readonly instants: readonly Instant[];
  readonly step: DurationMs;
  readonly spanMax: DurationMs;
};

/** `notServed` has a sentence for each contract that the venue refused to show, or showed unreadably. */
export type Fetched = { readonly added: number; readonly notServed: readonly string[] };

/**
 * Fetches what is wanted but for what rests. `fetchWindow` keeps what it finds and returns of which of the
 * wanted instants that was. An answer that cannot be read is thrown on, unless nothing of the books rests on
 * this kind of price (`isNeeded` is false): then the night goes on, and it is requested the next night.
 */
export async function fetchLacking<One extends Wanted>(
  { store, client, accountId }: FetchTerms,
  { kind, isNeeded }: { readonly kind: PriceKind; readonly isNeeded: boolean },
  wanted: readonly One[],
  fetchWindow: (one: One, window: Window) => Promise<ReadonlySet<Instant>>,
): Promise<Fetched> {
  const now = client.now();
  const resting = wanted.length === 0 ? null : await readResting(store, accountId, kind, now);
  const keep = async (symbol: string, requested: readonly Instant[], served: ReadonlySet<Instant>) => {
    const answered = requested.map((at) => ({ instant: formatInstant(at), is_served: served.has(at) }));
    const parameters = { account_id: accountId, kind, symbol, answered: JSON.stringify(answered) };
    await runSqlFile(store.db, "price/write-unserved", { ...parameters, now: formatInstant(now) });
  };
  let added = 0;
  const refusals = new Map<string, NotServedError | RequestRefusedError>();
  for (const one of wanted) {
    const { symbol, step, spanMax } = one;
    let left = one.instants.filter((at) => resting?.has(keyOf(symbol, at)) !== true);
    try {
      for (const window of windowsAround(left, step, spanMax)) {
        const refusal = refusals.get(symbol);
        if (refusal !== undefined) throw refusal;
        const served = await fetchWindow(one, window);
        added += served.size;
        await keep(
          symbol,
          left.filter((at) => at < window.until),
          served,
        );
        left = left.filter((at) => at >= window.until);
      }
    } catch (error) {
      const isUnreadable = error instanceof RequestRefusedError && !isNeeded;
      if (!(error instanceof NotServedError) && !isUnreadable) throw error;
      refusals.set(symbol, error);
      // What could not be read may have been meant to be served.
      if (error instanceof NotServedError) await keep(symbol, left, new Set());
    }
  }
  return { added, notServed: [...refusals].map(([symbol, { words }]) => `${symbol}: ${words.what}`) };
}

async function readResting(
  { db }: Store,
  account_id: string,
  kind: PriceKind,
  now: Instant,
): Promise<ReadonlySet<string>> {
  const rows = await runSqlFile<{ symbol: string; instant: string }>(db, "price/resting", {
    account_id,
    kind,
    now: formatInstant(now),
  });
  return new Set(rows.map(({ symbol, instant }) => keyOf(symbol, parseUtcInstant(instant))));
}

function keyOf(symbol: string, at: Instant): string {
  return `${at} ${symbol}`;
}
