/** The stages as every command runs them, account by account, each under the account's lock. */

import { randomUUID } from "node:crypto";
import { bookAccount, forgetBooks } from "../book/book-account.ts";
import { sumDays } from "../book/sum-days.ts";
import type { AccountConfiguration } from "../config/configuration.ts";
import { counted } from "../domain/counted.ts";
import { formatInstant } from "../domain/instant.ts";
import { syncAccount } from "../extract/sync-account.ts";
import type { VenueClient } from "../http/client.ts";
import { normalise } from "../normalise/normalise.ts";
import { fetchLackingFundingRates } from "../price/fetch-funding-rates.ts";
import { fetchLackingPrices } from "../price/fetch-klines.ts";
import { fetchLackingMarks } from "../price/fetch-marks.ts";
import { declarePegs } from "../price/pegs.ts";
import { valueAccount } from "../price/value-account.ts";
import { reconcileAccount, reconcileAcrossAccounts } from "../reconcile/reconcile-account.ts";
import { programDigest } from "../report/program.ts";
import { analyzeAfter } from "../store/progress.ts";
import { storeTrouble } from "../store/store-trouble.ts";
import type { Tables } from "../store/tables.ts";
import { openVenue } from "../venues/registry.ts";
import type { Workspace } from "./workspace.ts";

/** Enough to hide the way to the venue and back; few enough for the nonces of one signer to stay in order. */
const REQUESTS_AT_ONCE = 4;

/**
 * One invocation, under a lock that goes with its process: a run on record without an end, whose lock nobody
 * holds, was killed. `work` is given its id.
 */
export function asRun<Result>(
  { store, context }: Workspace,
  work: (runId: string) => Promise<Result>,
): Promise<Result> {
  const runId = randomUUID();
  return store.withRunLock(runId, async () => {
    try {
      return await work(runId);
    } finally {
      const finishedAt = formatInstant(context.clock.now());
      await store.lastWords
        .updateTable("raw.run")
        .set({ finished_at: finishedAt })
        .where("run_id", "=", runId)
        .execute()
        .catch((error: unknown) => {
          // A store that is lost keeps no last words, and is not what the run ended of.
          if (storeTrouble(error) === null) throw error;
        });
    }
  });
}

/** Reads what is new. The run is on record from its beginning, so that one that was killed shows as such. */
export async function syncStage(
  workspace: Workspace,
  account: AccountConfiguration,
  client: VenueClient,
  command: string,
  allSymbols: boolean,
  runId: string,
): Promise<void> {
  const { store, progress, context } = workspace;
  const run = { account_id: account.name, run_id: runId };
  const startedAt = formatInstant(context.clock.now());
  await store.db
    .insertInto("raw.run")
    .values({
      ...run,
      command,
      started_at: startedAt,
      finished_at: null,
      outcome: null,
      stopped_by: null,
      requests: null,
      new_records: null,
    })
    .execute();
  const keep = async (end: RunEnd, newRecords: number) => {
    await store.lastWords
      .updateTable("raw.run")
      .set({ ...end, requests: client.requestsSent, new_records: newRecords })
      .where("account_id", "=", run.account_id)
      .where("run_id", "=", run.run_id)
      .execute();
  };
  const extraction = {
    accountId: account.name,
    store,
    client,
    log: progress.log,
    signal: context.signal,
    runId: run.run_id,
    progress: progress.doing,
    tell: progress.tell,
  };
  try {
    const { newRecords } = await syncAccount(extraction, {
      since: account.since,
      symbols: account.symbols,
      sweepAgain: allSymbols,
      requestsAtOnce: REQUESTS_AT_ONCE,
    });
    await keep({ outcome: "done", stopped_by: null }, newRecords);
    progress.log("account_synced", { account: account.name, requests: client.requestsSent, newRecords });
  } catch (error) {
    await keep(stoppedBy(error), 0);
    throw error;
  }
}

type RunEnd = Pick<Tables["raw.run"], "outcome" | "stopped_by">;

function stoppedBy(error: unknown): RunEnd {
  const [firstLine = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  return { outcome: "stopped", stopped_by: firstLine };
}

/** Does what follows a sync; a run that stops there has not succeeded, and its record says so. */
export async function withinRun<Result>(
  { store }: Workspace,
  account: AccountConfiguration,
  runId: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    await store.lastWords
      .updateTable("raw.run")
      .set(stoppedBy(error))
      .where("account_id", "=", account.name)
      .where("run_id", "=", runId)
      .execute();
    throw error;
  }
}

/** Decodes what is new, and says aloud what of it is of closed books. Returns how many records it was. */
export async function normaliseStage(
  { store, progress }: Workspace,
  account: AccountConfiguration,
): Promise<number> {
  const { records, adjusting } = await normalise(store, account.name, openVenue(account).decode);
  if (adjusting > 0) {
    progress.log("adjustments_posted", { account: account.name, records: adjusting });
    const came = counted(
      adjusting,
      "record of a closed period came after its close and is posted",
      "records of closed periods came after their close and are posted",
    );
    progress.say(`${account.name}: ${came} in the open period\n  next: perpbooks report adjustments`);
  }
  return records;
}

/** Books what is new, or everything anew; then values it. */
export async function bookStage(
  workspace: Workspace,
  account: AccountConfiguration,
  fromEmpty: boolean,
): Promise<void> {
  const { store, progress } = workspace;
  progress.doing(`${account.name} reading its records`);
  if (fromEmpty) await forgetBooks(store, account.name);
  const records = await normaliseStage(workspace, account);
  await analyzeAfter(store.db, records, ["raw", "history"]);
  await bookAccount(
    store,
    account.name,
    {
      configured: account.openings,
      amountDecimals: openVenue(account).amountDecimals,
    },
    {},
    progress.doing,
    { isWhole: false, program: programDigest() },
  );
  await sumDays(store, account.name, workspace.configuration.timeZone);
  await analyzeAfter(store.db, records, ["ledger"]);
  await valueStage(workspace, account);
  progress.log("account_booked", { account: account.name, records });
}

/**
 * Values the books in the reporting currency with the prices there are; what is held at the midnights of the
 * zone, which is the configuration's where none is given.
 */
export async function valueStage(
  workspace: Workspace,
  account: AccountConfiguration,
  timeZone: string = workspace.configuration.timeZone,
): Promise<void> {
  const { store, progress, context, configuration } = workspace;
  progress.doing(`${account.name} valuing`);
  await declarePegs(store, configuration.pegs, context.clock.now());
  const changed = await valueAccount(store, account.name, {
    currency: configuration.reportingCurrency,
    timeZone,
  });
  await analyzeAfter(store.db, changed, ["ledger"]);
}

/**
 * Fetches the prices that the valuation lacks and the venue has, and values with them. Returns how many came.
 */
export async function fetchPricesStage(
  workspace: Workspace,
  account: AccountConfiguration,
  client: VenueClient,
  currency: string,
  timeZone: string = workspace.configuration.timeZone,
): Promise<number> {
  const { store, progress, context } = workspace;
  const { added, notServed } = await fetchLackingPrices({
    store,
    client,
    accountId: account.name,
    currency,
    signal: context.signal,
    progress: progress.doing,
  });
  for (const sentence of notServed) progress.say(`${account.name} prices: ${sentence}`);
  if (added > 0) await valueStage(workspace, account, timeZone);
  progress.log("prices_fetched", { account: account.name, prices: added });
  return added;
}

/** Fetches the marks at midnights of the zone and at period ends that the books lack and the venue has. */
export async function fetchMarksStage(
  workspace: Workspace,
  account: AccountConfiguration,
  client: VenueClient,
  timeZone: string,
): Promise<void> {
  const { store, progress, context } = workspace;
  const { added, notServed } = await fetchLackingMarks({
    store,
    client,
    accountId: account.name,
    timeZone,
    signal: context.signal,
    progress: progress.doing,
  });
  for (const sentence of notServed) progress.say(`${account.name} marks: ${sentence}`);
  progress.log("marks_fetched", { account: account.name, marks: added });
}

/** Fetches the public funding rates that the proof of the payments lacks and the venue has. */
export async function fetchFundingRatesStage(
  workspace: Workspace,
  account: AccountConfiguration,
  client: VenueClient,
): Promise<void> {
  const { store, progress, context } = workspace;
  const { added, notServed } = await fetchLackingFundingRates({
    store,
    client,
    accountId: account.name,
    signal: context.signal,
    progress: progress.doing,
  });
  for (const sentence of notServed) progress.say(`${account.name} funding rates: ${sentence}`);
  progress.log("funding_rates_fetched", { account: account.name, rates: added });
}

/** Proves the books: the whole of them, or going on from the last proof. */
export async function reconcileStage(
  workspace: Workspace,
  account: AccountConfiguration,
  extent: "whole" | "onward",
): Promise<void> {
  const { store, progress } = workspace;
  progress.doing(`${account.name} reconciling`);
  const differences = await reconcileAccount(store, account.name, openVenue(account).amountDecimals, {
    isWhole: extent === "whole",
    program: programDigest(),
  });
  progress.log("account_reconciled", { account: account.name, differences });
}

/** Proves what other accounts' books are evidence for, where the account's own were not booked tonight. */
export function reconcileAcrossStage({ store }: Workspace, account: AccountConfiguration): Promise<void> {
  return reconcileAcrossAccounts(store, account.name, openVenue(account).amountDecimals);
}
