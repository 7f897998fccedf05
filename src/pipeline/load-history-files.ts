/**
 * Loads files that a venue made into the spans that its interface does not serve: those that people hand over
 * (`import`) and those that are requested (`download`). Everything that could be refused is looked at before
 * the first row is loaded.
 */

import { randomUUID } from "node:crypto";
import type { AccountConfiguration } from "../config/configuration.ts";
import { counted } from "../domain/counted.ts";
import { formatDecimal } from "../domain/decimal.ts";
import { formatInstant, type Instant, instant, plus, SECOND_MS } from "../domain/instant.ts";
import { NAMES_AS_SENT } from "../domain/record.ts";
import { type Window, windowText } from "../domain/window.ts";
import { UsageError } from "../errors.ts";
import { readCoverage } from "../extract/coverage.ts";
import { type Download, downloadsOf, partsAmiss } from "../history-files/downloads.ts";
import { fileSymbols } from "../history-files/file-symbols.ts";
import { loadImport } from "../history-files/load-import.ts";
import { contradictingFill } from "../history-files/one-way-file.ts";
import { recordImport } from "../history-files/record-import.ts";
import { type FileStream, forgetStaged, type StagedTable, stageTable } from "../history-files/stage-file.ts";
import { readAccountIds } from "../store/account-ids.ts";
import { analyzeAfter } from "../store/progress.ts";
import { runSqlFile } from "../store/sql-file.ts";
import { openVenue, VENUES } from "../venues/registry.ts";
import type { HistoryFile, Venue } from "../venues/venue.ts";
import { normaliseStage } from "./stages.ts";
import type { Workspace } from "./workspace.ts";

export type HistoryFilesLoad = {
  /** The command's name, for messages. */
  readonly command: "import" | "download";
  readonly account: AccountConfiguration;
  readonly files: readonly LoadedFile[];
  /** The one stream that the files must be of; null for any. */
  readonly stream: FileStream | null;
  /** The time the files are of, whole seconds; null: from their first row to their last. */
  readonly period: Window | null;
  /** The zone of the files' times, where neither they nor their names say. */
  readonly timeZone?: string | undefined;
};

export type LoadedFile = Pick<HistoryFile, "name" | "source"> & {
  /** Its path, or whatever else tells one file from another of its name. */
  readonly origin: string;
};

type Planned = Download & { readonly span: Window };

/**
 * To be called under the account's lock. Throws a `UsageError` for files that cannot be loaded as they are;
 * then nothing was loaded.
 */
export async function loadHistoryFiles(workspace: Workspace, load: HistoryFilesLoad): Promise<void> {
  const { account } = load;
  const { store, context } = workspace;
  const venue = openVenue(account);
  // Rows are told apart by what the books know already.
  await normaliseStage(workspace, account);
  await forgetStaged(store.db, account.name);
  try {
    const planned = await readDownloads(workspace, load, venue);
    const runId = randomUUID();
    const importNumber = await recordImport(store.db, {
      accountId: account.name,
      runId,
      command: load.command,
      files: load.files.map(({ name }) => name),
      period: load.period,
      loadedAt: context.clock.now(),
    });
    for (const download of planned)
      await loadDownload(workspace, account, venue, { download, runId, importNumber });
    context.output.write(
      `perpbooks import --account ${account.name} --undo ${importNumber} takes this back\n`,
    );
  } finally {
    await forgetStaged(store.db, account.name);
  }
  await normaliseStage(workspace, account);
}

/** A file fills what is missing; what is missing is known only after the venue was queried once. */
export async function requireSynced(
  { store }: Workspace,
  account: AccountConfiguration,
  command: HistoryFilesLoad["command"],
): Promise<void> {
  const known = await readAccountIds(store.db);
  if (known.includes(account.name)) return;
  throw new UsageError({
    where: `perpbooks ${command}`,
    what: `"${account.name}" was never synced`,
    evidence: ["nothing was done"],
    next: "perpbooks sync first, so that a file only fills what is missing",
  });
}

/** What is to be loaded, when nothing is found to be wrong with any of it. */
async function readDownloads(
  workspace: Workspace,
  load: HistoryFilesLoad,
  venue: Venue,
): Promise<readonly Planned[]> {
  const tables = await stageFiles(workspace, load, venue);
  refuseAmiss(load, tables);
  const downloads = downloadsOf(tables);
  refuseSharedPeriod(load, downloads);
  const planned = downloads.map((download) => ({ ...download, span: spanOf(load, download) }));
  for (const download of planned) {
    refuseStray(load, download);
    refuseMixedIds(load, download);
    await refuseMisplaced(workspace, load, download);
    await refuseHedgeMode(workspace, load, download, venue);
  }
  return planned;
}

async function stageFiles(
  workspace: Workspace,
  load: HistoryFilesLoad,
  { title }: Venue,
): Promise<readonly StagedTable[]> {
  const { account, timeZone } = load;
  const { store, progress } = workspace;
  const readHistoryFile = VENUES[account.venue]?.readHistoryFile;
  if (readHistoryFile === undefined) {
    const what = `${title} makes no files that perpbooks can read`;
    throw refused(load, what, "see `perpbooks gap accept`");
  }
  const twice = load.files.find(
    ({ origin }, index) => load.files.findIndex((file) => file.origin === origin) < index,
  );
  if (twice !== undefined) throw givenTwice(load, twice.name);
  const isOneWay = await isOneWayAccount(workspace, account);
  const tables: StagedTable[] = [];
  for (const { name, source } of load.files) {
    progress.doing(`${account.name} reading ${name}`);
    const read = readHistoryFile({
      name,
      source,
      ...(timeZone === undefined ? {} : { timeZone }),
      ...(isOneWay ? { positionSide: "BOTH" as const } : {}),
    });
    for await (const table of read) {
      if (load.stream !== null && table.stream !== load.stream) {
        const what = `${table.file} holds ${table.stream}, and ${load.stream} were requested`;
        throw refused(load, what, "give the file to perpbooks import, if it is of this account");
      }
      tables.push(await stageTable(store.db, account.name, tables.length + 1, table));
    }
  }
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  // The checks join what was just written: to the planner it is still empty.
  await analyzeAfter(store.db, rows, ["raw"]);
  return tables;
}

function refuseAmiss(load: HistoryFilesLoad, tables: readonly StagedTable[]): void {
  const { missing, twice } = partsAmiss(tables);
  if (twice[0] !== undefined) throw givenTwice(load, twice[0]);
  const [first] = missing;
  if (first === undefined) return;
  const what = `${first.download}: part ${first.parts.join(", ")} of ${first.of} is missing`;
  throw refused(load, what, "give all parts at once");
}

function givenTwice(load: HistoryFilesLoad, file: string): UsageError {
  return refused(load, `${file} is given twice`, "give it once: its rows would count twice");
}

/** The time between them would count as covered, although neither file is of it. */
function refuseSharedPeriod(load: HistoryFilesLoad, downloads: readonly Download[]): void {
  if (load.period === null) return;
  for (const stream of ["income", "fills"]) {
    const names = downloads.filter((download) => download.stream === stream).map(({ name }) => name);
    if (names.length < 2) continue;
    const what = `one period is given for ${names.length} downloads of ${stream}: ${names.join(", ")}`;
    throw refused(load, what, "import them one by one, each with its own --period");
  }
}

/** Only ids tell that a fill of the one is a fill of the other. */
function refuseMixedIds(load: HistoryFilesLoad, { tables }: Download): void {
  const [withIds, without] = [tables.find(({ hasIds }) => hasIds), tables.find(({ hasIds }) => !hasIds)];
  if (withIds === undefined || without === undefined) return;
  throw refused(
    load,
    `${withIds.file} and ${without.file} are of one time, and only the first has trade ids: their rows cannot be told apart`,
    "import the one with trade ids first, and the other one after it",
  );
}

/**
 * Every fill known so far is of the one-way mode: then one whose file does not say its position side is too.
 */
async function isOneWayAccount({ store }: Workspace, account: AccountConfiguration): Promise<boolean> {
  const sides = await store.db
    .selectFrom("history.fill")
    .select("position_side")
    .distinct()
    .where("account_id", "=", account.name)
    .execute();
  return sides.length > 0 && sides.every((row) => row.position_side === "BOTH");
}

function spanOf(load: HistoryFilesLoad, { name, span }: Download): Window {
  if (load.period !== null) return load.period;
  if (span !== null) return span;
  const what = `${name} has no rows, and does not say of which time`;
  throw refused(load, what, "give the time it is of with --period");
}

function refuseStray(load: HistoryFilesLoad, { name, tables, span }: Planned): void {
  for (const { span: own } of tables) {
    if (own === null || (own.from >= span.from && own.until <= span.until)) continue;
    const stray = own.from < span.from ? own.from : plus(own.until, -SECOND_MS);
    throw refused(
      load,
      `${name} has a row of ${formatInstant(stray)}, outside ${windowText(span)}`,
      load.command === "import"
        ? "correct --period"
        : "import the file with the --period that it is of; the venue made it of another than was requested",
    );
  }
}

/**
 * A row that the venue gave at another hour shows that the file was read in a wrong time zone: then all of it
 * would be misplaced.
 */
async function refuseMisplaced(
  { store }: Workspace,
  load: HistoryFilesLoad,
  { stream, name, tables }: Download,
): Promise<void> {
  const [off] = await runSqlFile<{ seconds_off: string; rows: number }>(store.db, "history-files/misplaced", {
    account_id: load.account.name,
    stream,
    tables: JSON.stringify(tables.map(({ number }) => ({ table_number: number }))),
  });
  if (off === undefined) return;
  throw refused(
    load,
    `${name}: ${off.rows} of its rows are known already, but ${off.seconds_off} seconds apart from the file's times`,
    "the file's times are of another zone than its name says: take the zone out of the name, and give the right one with --file-time-zone UTC+3",
  );
}

/**
 * That an account is in one-way mode now does not say that it was when the file's fills happened: they
 * themselves must not contradict it.
 */
async function refuseHedgeMode(
  { store, progress }: Workspace,
  load: HistoryFilesLoad,
  download: Planned,
  venue: Venue,
): Promise<void> {
  const blind = download.tables.find((table) => table.stream === "fills" && !table.namesPositionSide);
  if (blind === undefined) return;
  progress.doing(`${load.account.name} looking through ${download.name}`);
  const fill = await contradictingFill(store.db, load.account.name, download, venue.decode);
  if (fill === null) return;
  throw new UsageError({
    where: `perpbooks ${load.command}`,
    what: `${blind.file} was made in hedge mode, and does not say which position its fills belong to`,
    evidence: [
      `read as one position, the fills of ${fill.symbol} contradict their own realized PnL at the latest with ${fill.fillId} at ${formatInstant(fill.occurredAt)}, ${fill.side} ${formatDecimal(fill.quantity)} at ${formatDecimal(fill.price)}, realized PnL ${formatDecimal(fill.realizedPnl)}`,
      "nothing was loaded",
    ],
    next: "import the variant with the column Position Side: perpbooks download gives it (trade/asyn)",
  });
}

type ImportRun = { readonly download: Planned; readonly runId: string; readonly importNumber: number };

async function loadDownload(
  workspace: Workspace,
  account: AccountConfiguration,
  venue: Venue,
  { download, runId, importNumber }: ImportRun,
): Promise<void> {
  const { store, context, progress } = workspace;
  const { stream, name, span, tables } = download;
  const support = venue.streams[stream];
  const coverage = await readCoverage(store.db, account.name, venue.streams, { withSilences: false });
  // What is younger than the lateness may still change; the venue's interface serves it anyway.
  const newest = plus(context.clock.now(), support.kind === "supported" ? -support.lateness : 0);
  const until = span.until < newest ? span.until : wholeSecond(newest);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const symbols = await fileSymbols(store.db, account.name, stream);
  const loaded = await loadImport(store, {
    accountId: account.name,
    importNumber,
    runId,
    download,
    span: { from: span.from, until },
    settled: (symbol) => coverage.settled(stream, symbol),
    knownSymbols: symbols.map((symbol) => symbol.symbol),
    isUnderstood: (body) => venue.decode(stream, body, NAMES_AS_SENT).kind === "known",
    progress: (done) => progress.doing(`${account.name} loading ${name}: ${done} of ${rows} rows`),
  });
  progress.stop();
  context.output.write(
    `${name}: ${counted(rows, `${stream} row`)}, ${loaded} loaded, ${rows - loaded} known already or covered\n`,
  );
}

function wholeSecond(at: Instant): Instant {
  return instant(at - (at % SECOND_MS));
}

function refused({ command }: HistoryFilesLoad, what: string, next: string): UsageError {
  return new UsageError({ where: `perpbooks ${command}`, what, evidence: ["nothing was loaded"], next });
}
