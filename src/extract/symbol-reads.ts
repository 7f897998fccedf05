/**
 * The streams that are requested per symbol. Fills come first, of the symbols that something names as the
 * account's, and when they are due of all that are listed: a fill without a fee leaves no other trace.
 * Everything else of a symbol comes with a fill, a position or cash, which name it, and is requested of the
 * named ones.
 */
import { type Instant, latest } from "../domain/instant.ts";
import { STREAM_NAMES, type StreamName } from "../domain/record.ts";
import { countBeginnings, takeBackBeginning } from "../load/beginning.ts";
import { supportOf } from "../venues/venue.ts";
import type { AccountReads, RequestedSymbol } from "./account-reads.ts";
import { allConcurrently } from "./concurrently.ts";
import type { Extraction, SyncOptions } from "./extraction.ts";
import { type Foreseen, foresee, together } from "./foreseen.ts";
import type { AccountState } from "./open-account.ts";
import { load, planOf, type StreamRead, walkOf } from "./read-stream.ts";
import { coverSilence } from "./silence.ts";
import { firstFill, provenReach } from "./sweep.ts";
import { type ListedSymbol, readSymbols } from "./symbols.ts";

export type SymbolReads = {
  /** How many requests they take, as far as the account's symbols are known. */
  foreseen(symbols: readonly ListedSymbol[]): Foreseen;
  read(symbols: readonly ListedSymbol[]): Promise<void>;
};

export function symbolReads(
  extraction: Extraction,
  options: SyncOptions,
  account: AccountState,
  reads: AccountReads,
): SymbolReads {
  const { client, store, accountId } = extraction;
  const streams = STREAM_NAMES.filter((stream) => supportOf(client.venue, stream)?.scope === "symbol");
  const otherStreams = streams.filter((stream) => stream !== "fills");

  const isForgotten = (stream: StreamName) => (supportOf(client.venue, stream)?.retention ?? null) !== null;

  const wantedOf = (symbols: readonly ListedSymbol[]) => {
    const listed = symbols.map(({ symbol }) => symbol);
    const requested = symbols.map(
      ({ symbol, isKnown, listedAt }): RequestedSymbol => ({
        symbol,
        isKnown,
        from: isKnown ? account.historyFrom : latest(account.historyFrom, listedAt),
      }),
    );
    const of = (stream: StreamName, some: readonly RequestedSymbol[]) =>
      streams.includes(stream) ? some.flatMap((one) => reads.wanted(stream, one, listed) ?? []) : [];
    const known = requested.filter((one) => one.isKnown);
    const searched = (stream: StreamName) =>
      requested.filter(
        ({ symbol, isKnown }) =>
          !isKnown && (!account.isSwept || reads.coverage().refused(stream, symbol) !== null),
      );
    return {
      fills: of("fills", known),
      searched: of("fills", searched("fills")),
      // What the venue forgets is read while it is served, whoever may need it later.
      others: otherStreams.flatMap((stream) =>
        of(stream, [...known, ...(isForgotten(stream) ? searched(stream) : [])]),
      ),
    };
  };
  const readAll = (tasks: readonly (() => Promise<void>)[]) => allConcurrently(tasks, options.requestsAtOnce);
  const readEach = (wanted: readonly StreamRead[]) => readAll(wanted.map((one) => () => reads.read(one)));

  /** Of a contract that nothing named, what is no longer served is covered before gaps are looked for. */
  const withSilence = async (symbols: readonly ListedSymbol[]) => {
    // By a first sync, the cash statement was read in this run.
    if (!account.isSwept) await reads.refreshCoverage();
    const { fills, others } = wantedOf(symbols);
    if (await coverSilence(extraction, [...fills, ...others])) await reads.refreshCoverage();
  };

  /** Asks for the first fill by its id; one of before where the account is taken to begin takes that back. */
  const firstById = async (wanted: StreamRead) => {
    const walk = walkOf(extraction, wanted);
    extraction.progress(`${walk.where}: whether there are any`);
    const first = await firstFill(walk, wanted.span.until);
    if (first !== null && first !== "none") {
      await store.db.transaction().execute((transaction) => takeBackBeginning(transaction, accountId, first));
    }
    return first;
  };
  /** Cash says where the account begins; fills by id may know better, and are requested of every contract. */
  const doubtsBeginning = async (one: StreamRead) =>
    !account.isSwept &&
    client.venue.hasIdCursor("fills") &&
    one.support.retention === null &&
    (await countBeginnings(store.db, accountId)) > 0;

  /** A symbol that nothing names yet: by one request where that is a proof, else by windows. */
  const search = async (wanted: StreamRead, reach: Instant | null, isDoubted: boolean) => {
    // By id also shows what came late to a time that was searched before.
    const isByWindow = reach === null || (planOf(wanted).windows.length < 2 && !options.sweepAgain);
    const first = isByWindow && !isDoubted ? null : await firstById(wanted);
    if (isByWindow || first !== "none") return reads.read(wanted);
    const silent = { from: latest(reach, wanted.span.from), until: wanted.span.until };
    await load(extraction, wanted, { window: silent, rows: [] });
    return reads.read({ ...wanted, alreadyRead: [silent] });
  };

  return {
    foreseen: (symbols) => {
      const { fills, searched, others } = wantedOf(symbols);
      const [one] = searched;
      const isById = one !== undefined && client.venue.hasIdCursor("fills") && one.support.retention === null;
      // By id, and the time before the first fill that is known.
      const searching = isById ? foresee(client, searched, 2) : foresee(client, searched);
      return together(foresee(client, fills), searching, foresee(client, others));
    },
    read: async (symbols) => {
      await withSilence(symbols);
      const { fills, searched, others } = wantedOf(symbols);
      const [some] = [...fills, ...searched];
      const isDoubted = some !== undefined && (await doubtsBeginning(some));
      if (isDoubted) {
        await readAll(
          fills.map((wanted) => async () => {
            await firstById(wanted);
          }),
        );
      }
      await readEach(fills);
      const [one] = searched;
      if (one === undefined) return readEach(others);
      // What was searched before and refused is requested like any other.
      const reach = account.isSwept
        ? null
        : await provenReach(extraction, (symbol) => walkOf(extraction, { ...one, symbol }), one.span);
      await readAll(searched.map((wanted) => () => search(wanted, reach, isDoubted)));
      // Fills that were found name more symbols.
      const named = await readSymbols(extraction, options);
      await withSilence(named);
      await readEach(wantedOf(named).others);
    },
  };
}
