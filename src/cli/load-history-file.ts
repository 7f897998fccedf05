/**
 * Loads files that a venue made into the spans that its interface does not serve: those that people hand over (`import`) and those that
 * are asked for (`download`). Everything that could be refused is looked at before the first row is loaded.
 */
import { randomUUID } from "node:crypto";
import type { AccountConfiguration } from "../config/configuration.ts";
import { formatInstant, type Instant, instant, later, SECOND_MS } from "../domain/instant.ts";
import { contains, type Window, windowText } from "../domain/window.ts";
import { assert, UsageError } from "../errors.ts";
import { readCoverage } from "../extract/coverage.ts";
import { fileSymbols } from "../load/file-symbols.ts";
import { loadImport } from "../load/load-import.ts";
import { runSqlFile } from "../store/sql-file.ts";
import { VENUES } from "../venues/registry.ts";
import type { HistoryFile, HistoryFilePart, Venue } from "../venues/venue.ts";
import { normaliseStage } from "./stages.ts";
import type { Workspace } from "./workspace.ts";

export type HistoryFilesLoad = {
  /** The command's name, for messages. */
  readonly command: "import" | "download";
  readonly account: AccountConfiguration;
  readonly files: readonly LoadedFile[];
  /** The one stream that the files must be of; null for any. */
  readonly stream: Stream | null;
  /** The time the files are of, whole seconds; null: from their first row to their last. */
  readonly period: Window | null;
  /** The zone of the files' times, where neither they nor their names say. */
  readonly timeZone?: string | undefined;
};

export type LoadedFile = Pick<HistoryFile, "name" | "bytes"> & {
  /** The folder it lies in, or whatever else tells one file from another of its name. */
  readonly origin: string;
};

type Stream = HistoryFilePart["stream"];

/** The parts of what was one download, in one stream. */
type Download = {
  readonly stream: Stream;
  readonly name: string;
  readonly parts: readonly HistoryFilePart[];
};
type Planned = Download & { readonly span: Window };

/** To be called under the account's lock. Throws a `UsageError` for files that cannot be loaded as they are; then nothing was loaded. */
export async function loadHistoryFiles(workspace: Workspace, load: HistoryFilesLoad): Promise<void> {
  const { account } = load;
  const listing = VENUES[account.venue];
  assert(listing !== undefined, `the configuration let the venue "${account.venue}" pass`);
  const venue = listing.open(account.credentials);
  // Rows are told apart by what the books know already.
  await normaliseStage(workspace, account);
  const planned = (await readDownloads(workspace, load)).map((download) => ({
    ...download,
    span: spanOf(load, download),
  }));
  for (const download of planned) {
    refuseStray(load, download);
    await refuseMisplaced(workspace, load, download);
  }
  for (const download of planned) await loadDownload(workspace, account, venue, download);
  await normaliseStage(workspace, account);
}

/** A file fills what is missing; what is missing is known only after the venue was asked once. */
export async function requireSynced(
  { store }: Workspace,
  account: AccountConfiguration,
  command: HistoryFilesLoad["command"],
): Promise<void> {
  const known = await store.db
    .selectFrom("raw.account")
    .select("account_id")
    .where("account_id", "=", account.name)
    .executeTakeFirst();
  if (known !== undefined) return;
  throw new UsageError({
    where: command,
    what: `"${account.name}" was never synced`,
    evidence: ["nothing was done"],
    next: "perpbooks sync first, so that a file only fills what is missing",
  });
}

async function readDownloads(workspace: Workspace, load: HistoryFilesLoad): Promise<readonly Download[]> {
  const { account, timeZone } = load;
  const readHistoryFile = VENUES[account.venue]?.readHistoryFile;
  if (readHistoryFile === undefined) {
    const what = `${account.venue} makes no files that perpbooks can read`;
    throw refused(load, what, "see `perpbooks gap accept`");
  }
  const isOneWay = await isOneWayAccount(workspace, account);
  const downloads = new Map<string, Download>();
  for (const { name, bytes, origin } of load.files) {
    const parts = readHistoryFile({
      name,
      bytes,
      ...(timeZone === undefined ? {} : { timeZone }),
      ...(isOneWay ? { positionSide: "BOTH" as const } : {}),
    });
    // The parts of a download are told by their number alone; files of one name in two folders are two downloads.
    const whole = name.replace(/-part\d+-of-?\d+/, "");
    for (const part of parts) {
      if (load.stream !== null && part.stream !== load.stream) {
        const what = `${part.file} holds ${part.stream}, and ${load.stream} were asked for`;
        throw refused(load, what, "give the file to perpbooks import, if it is of this account");
      }
      const key = `${part.stream} ${origin} ${whole}`;
      const before = downloads.get(key)?.parts ?? [];
      downloads.set(key, { stream: part.stream, name: whole, parts: [...before, part] });
    }
  }
  for (const { name, parts } of downloads.values()) refuseMissingParts(load, name, parts);
  refuseSharedPeriod(load, [...downloads.values()]);
  return [...downloads.values()];
}

function refuseMissingParts(load: HistoryFilesLoad, name: string, parts: readonly HistoryFilePart[]): void {
  const twice = parts.find(({ file }, position) => parts.findIndex((part) => part.file === file) < position);
  if (twice !== undefined)
    throw refused(load, `${twice.file} is given twice`, "give it once: its rows would count twice");
  const of = Math.max(0, ...parts.map((part) => part.split?.of ?? 0));
  const missing = Array.from({ length: of }, (_, index) => index + 1).filter(
    (number) => !parts.some((part) => part.split?.part === number),
  );
  if (missing.length > 0)
    throw refused(load, `${name}: part ${missing.join(", ")} of ${of} is missing`, "give all parts at once");
}

/** The first of two would be taken for all that there was in the period, and the second one's rows would be left out. */
function refuseSharedPeriod(load: HistoryFilesLoad, downloads: readonly Download[]): void {
  if (load.period === null) return;
  for (const stream of ["income", "fills"]) {
    const names = downloads.filter((download) => download.stream === stream).map(({ name }) => name);
    if (names.length < 2) continue;
    const what = `one period is given for ${names.length} downloads of ${stream}: ${names.join(", ")}`;
    throw refused(load, what, "import them one by one, each with its own --period");
  }
}

/** Every fill known so far is of the one-way mode: then one whose file does not say its position side is too. */
async function isOneWayAccount({ store }: Workspace, account: AccountConfiguration): Promise<boolean> {
  const sides = await store.db
    .selectFrom("history.fill")
    .select("position_side")
    .distinct()
    .where("account_id", "=", account.name)
    .execute();
  return sides.length > 0 && sides.every((row) => row.position_side === "BOTH");
}

function spanOf(load: HistoryFilesLoad, { name, parts }: Download): Window {
  if (load.period !== null) return load.period;
  const from = parts.flatMap((part) => (part.from === null ? [] : [part.from]));
  const until = parts.flatMap((part) => (part.until === null ? [] : [part.until]));
  if (from.length === 0 || until.length === 0) {
    const what = `${name} has no rows, and does not say of which time`;
    throw refused(load, what, "give the time it is of with --period");
  }
  return { from: instant(Math.min(...from)), until: instant(Math.max(...until)) };
}

function refuseStray(load: HistoryFilesLoad, { name, parts, span }: Planned): void {
  const stray = parts.flatMap((part) => part.rows).find((row) => !contains(span, row.occurredAt));
  if (stray === undefined) return;
  throw refused(
    load,
    `${name} has a row of ${formatInstant(stray.occurredAt)}, outside ${windowText(span)}`,
    load.command === "import"
      ? "correct --period"
      : "import the file with the --period that it is of; the venue made it of another than was asked",
  );
}

/** A row that the venue gave at another hour shows that the file was read in a wrong time zone: then all of it would be misplaced. */
async function refuseMisplaced(
  { store }: Workspace,
  load: HistoryFilesLoad,
  { stream, name, parts }: Planned,
): Promise<void> {
  const rows = parts.flatMap((part) =>
    part.rows.map((row) => ({ match_key: row.matchKey, second: formatInstant(row.occurredAt) })),
  );
  const [off] = await runSqlFile<{ seconds_off: string; rows: number }>(store.db, "load/misplaced", {
    account_id: load.account.name,
    stream,
    rows: JSON.stringify(rows),
  });
  if (off === undefined) return;
  throw refused(
    load,
    `${name}: ${off.rows} of its rows are known already, but ${off.seconds_off} seconds apart from the file's times`,
    "the file's times are of another zone than its name says: give it with --file-time-zone UTC+3",
  );
}

async function loadDownload(
  workspace: Workspace,
  account: AccountConfiguration,
  venue: Venue,
  { stream, name, parts, span }: Planned,
): Promise<void> {
  const { store, surroundings, progress } = workspace;
  const support = venue.streams[stream];
  const coverage = await readCoverage(store.db, account.name, venue.streams);
  const rows = parts.flatMap((part) => part.rows);
  // What is younger than the lateness may still change; the venue's interface serves it anyway.
  const newest = later(surroundings.clock.now(), support.kind === "supported" ? -support.lateness : 0);
  const until = span.until < newest ? span.until : wholeSecond(newest);
  progress.doing(`${account.name} loading ${name}`);
  const symbols = await fileSymbols(store.db, account.name, stream);
  const outcome = await loadImport(store, {
    accountId: account.name,
    stream,
    note: parts.map((part) => part.file).join(", "),
    rows: rows.filter((row) => row.occurredAt < until),
    span: { from: span.from, until },
    settled: (symbol) => coverage.settled(stream, symbol),
    knownSymbols: symbols.map((symbol) => symbol.symbol),
    runId: randomUUID(),
  });
  progress.stop();
  surroundings.output.write(
    `${name}: ${rows.length} ${stream} rows, ${outcome.loaded} loaded, ${rows.length - outcome.loaded} known already or covered\n`,
  );
}

function wholeSecond(at: Instant): Instant {
  return instant(at - (at % SECOND_MS));
}

function refused({ command }: HistoryFilesLoad, what: string, next: string): UsageError {
  return new UsageError({ where: command, what, evidence: ["nothing was loaded"], next });
}
