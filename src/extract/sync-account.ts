/**
 * Brings an account's raw records up to date. The order matters: the snapshot first, so that every stream is
 * read to beyond its instant and can be proven against it; where the account begins before anything is read;
 * income and forced orders before the streams that are queried per symbol, because they name the symbols.
 */
import { STREAM_NAMES, type StreamName } from "../domain/record.ts";
import { countBeginnings } from "../load/beginning.ts";
import { settleProbes } from "../load/settle-probes.ts";
import { insertRows } from "../store/insert-rows.ts";
import { supportOf } from "../venues/venue.ts";
import { beginReads, type RequestedSymbol } from "./account-reads.ts";
import { checkBeginning, inferBeginning, surveyBeginning } from "./beginning.ts";
import type { Extraction, SyncOptions } from "./extraction.ts";
import { foresee, newSyncShare, tellForeseen, together } from "./foreseen.ts";
import { type AccountState, openAccount, recordSweep } from "./open-account.ts";
import { symbolReads } from "./symbol-reads.ts";
import { forgetGaps, readSymbols } from "./symbols.ts";
import { takeSnapshot } from "./take-snapshot.ts";

export type SyncResult = { readonly newRecords: number };

export async function syncAccount(extraction: Extraction, options: SyncOptions): Promise<SyncResult> {
  await extraction.client.measureClock(`${extraction.accountId} clock`, extraction.signal);
  const account = await openAccount(extraction, options);
  await takeSnapshot(extraction);
  const first = await readAccount(extraction, options, account, options.since === null);
  if (!first.isBeginningTakenBack) return first;
  // What was left out because of a beginning that was none is read in the same run.
  const rest = await readAccount(extraction, options, await openAccount(extraction, options), false);
  return { newRecords: first.newRecords + rest.newRecords };
}

type ReadResult = SyncResult & { readonly isBeginningTakenBack: boolean };

async function readAccount(
  extraction: Extraction,
  options: SyncOptions,
  account: AccountState,
  infersBeginning: boolean,
): Promise<ReadResult> {
  const { client, store, accountId, runId } = extraction;
  const share = newSyncShare(extraction);
  const shown: Extraction = { ...extraction, progress: share.progress };
  const reads = await beginReads(shown, options, account);
  const ofSymbols = symbolReads(shown, options, account, reads);
  const symbolsBefore = await readSymbols(extraction, options);
  const listed = symbolsBefore.map(({ symbol }) => symbol);
  const whole: RequestedSymbol = { symbol: "", isKnown: true, from: account.historyFrom };
  const wantedOf = (stream: StreamName) => reads.wanted(stream, whole, listed);
  const accountStreams = streamsOf(extraction, "account");

  const sought = () => (infersBeginning && !account.isSwept ? wantedOf("income") : null);
  const inferred = sought();
  if (options.sweepAgain && inferred !== null) {
    await checkBeginning(shown, inferred);
    await reads.refreshCoverage();
  }
  const cash = sought();
  if (cash !== null && (await surveyBeginning(shown, cash))) await reads.refreshCoverage();
  const ofAccount = foresee(
    client,
    accountStreams.flatMap((stream) => wantedOf(stream) ?? []),
  );
  const foreseen = together(ofAccount, ofSymbols.foreseen(symbolsBefore));
  share.foresee(foreseen);
  tellForeseen(extraction, foreseen);

  let spans = await countBeginnings(store.db, accountId);
  for (const stream of accountStreams) {
    const wanted = wantedOf(stream);
    if (wanted === null) continue;
    await reads.read(wanted);
    if (stream !== "income" || cash === null) continue;
    await reads.refreshCoverage();
    if (!(await inferBeginning(shown, { ...cash, coverage: reads.coverage() }))) continue;
    await reads.refreshCoverage();
    spans = await countBeginnings(store.db, accountId);
  }
  const symbols = await readSymbols(extraction, options);
  await forgetGaps(extraction, streamsOf(extraction, "symbol"), symbols);
  share.foresee(ofSymbols.foreseen(symbols));
  await ofSymbols.read(symbols);
  // Once all symbols are read: what one of them has still been served proves the silence of the others.
  for (const stream of STREAM_NAMES) {
    if (supportOf(client.venue, stream) !== null) await settleProbes(store, accountId, stream, runId);
  }
  await recordDenied(extraction, reads.denied);
  const isBeginningTakenBack = (await countBeginnings(store.db, accountId)) < spans;
  if (!account.isSwept && !isBeginningTakenBack) await recordSweep(extraction, reads.readAt);
  return { newRecords: reads.newRecords(), isBeginningTakenBack };
}

function streamsOf({ client }: Extraction, scope: "account" | "symbol"): readonly StreamName[] {
  return STREAM_NAMES.filter((stream) => supportOf(client.venue, stream)?.scope === scope);
}

/**
 * Streams that the key may not read are not kept: said once, in `status`, instead of as a gap of every
 * symbol.
 */
async function recordDenied(extraction: Extraction, denied: ReadonlySet<StreamName>): Promise<void> {
  const account_id = extraction.accountId;
  await extraction.store.db.transaction().execute(async (transaction) => {
    await transaction.deleteFrom("raw.denied_stream").where("account_id", "=", account_id).execute();
    const reason = `the key lacks the right that ${extraction.client.venue.title} requires`;
    const rows = [...denied].map((stream) => ({ account_id, stream, reason }));
    await insertRows(transaction, "raw.denied_stream", ["account_id", "stream"], rows);
  });
  for (const stream of denied) extraction.log("right_missing", { account: account_id, stream });
}
