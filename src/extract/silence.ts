/**
 * A contract that is traded for the first time when its earlier history is no longer served would leave a gap
 * behind it that nobody can ever fill: on Binance each new contract of an account that is older than three
 * months. But the cash statement was read all that time. What is silent about the contract is inferred to be
 * without its fills and margin changes (`load/silence.ts`); what it may miss is what a night that does not
 * search the contract misses anyway, a trade without fee, result and funding.
 */
import { formatInstant, type Instant, parseUtcInstant, plus } from "../domain/instant.ts";
import { difference, intersection, type Window } from "../domain/window.ts";
import { recordSilences } from "../load/silence.ts";
import { runSqlFile } from "../store/sql-file.ts";
import { supportOf } from "../venues/venue.ts";
import type { Extraction } from "./extraction.ts";
import type { StreamRead } from "./read-stream.ts";

/** Covers what is silent of contracts that are known to be the account's. Returns whether anything was. */
export async function coverSilence(extraction: Extraction, reads: readonly StreamRead[]): Promise<boolean> {
  const { accountId, runId, store } = extraction;
  const unserved = reads.flatMap((read) => {
    const windows = unservedOf(read);
    return windows.length === 0 ? [] : [{ read, windows }];
  });
  if (unserved.length === 0) return false;
  const namedAt = await firstNamed(
    extraction,
    unserved.map(({ read }) => read.symbol),
  );
  const silences = unserved.flatMap(({ read, windows }) => {
    const { stream, symbol, readAt } = read;
    const at = namedAt.get(symbol) ?? null;
    const silent = windows.filter(
      ({ until }) => at === null || until <= plus(at, -latenessOfCash(extraction)),
    );
    const note =
      at === null
        ? "nothing names the contract yet"
        : `nothing names the contract before ${formatInstant(at).slice(0, 10)}`;
    return silent.length === 0 ? [] : [{ accountId, stream, symbol, windows: silent, readAt, runId, note }];
  });
  await recordSilences(store.db, silences);
  return silences.length > 0;
}

/** What is no longer served and was never read of it, where the cash statement was. */
function unservedOf({
  isKnown,
  reach,
  historyFrom,
  coverage,
  stream,
  symbol,
}: StreamRead): readonly Window[] {
  if (!isKnown || symbol === "" || reach.sureFrom === null || reach.sureFrom <= historyFrom) return [];
  // What is refused is one matter, however old it is: a part of it would go away each night.
  if (coverage.refused(stream, symbol) !== null) return [];
  const past = { from: historyFrom, until: reach.sureFrom };
  return intersection([past], coverage.settled("income", "")).flatMap((window) =>
    difference(window, coverage.settled(stream, symbol)),
  );
}

/** Cash may be booked later than what it is of happened. */
function latenessOfCash({ client }: Extraction): number {
  return supportOf(client.venue, "income")?.lateness ?? 0;
}

/** Midnight (UTC) of the day on which each contract was first named by a record or an open position. */
async function firstNamed(
  { store, accountId: account_id }: Extraction,
  symbols: readonly string[],
): Promise<ReadonlyMap<string, Instant>> {
  const rows = await runSqlFile<{ symbol: string; day: string }>(store.db, "extract/first-named", {
    account_id,
    symbols: JSON.stringify(symbols),
  });
  return new Map(rows.map(({ symbol, day }) => [symbol, parseUtcInstant(day)]));
}
