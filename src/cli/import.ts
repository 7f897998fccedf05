import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { AccountConfiguration } from "../config/configuration.ts";
import { formatInstant, type Instant, instant, later } from "../domain/instant.ts";
import { type Window, windowText } from "../domain/window.ts";
import { assert, UsageError } from "../errors.ts";
import { readCoverage } from "../extract/coverage.ts";
import { loadImport } from "../load/load-import.ts";
import { normalise } from "../normalise/normalise.ts";
import { runSqlFile } from "../store/sql-file.ts";
import { VENUES, type VenueListing } from "../venues/registry.ts";
import type { HistoryFilePart, Venue } from "../venues/venue.ts";
import { EXIT } from "./exit-code.ts";
import { readPeriod } from "./reported-period.ts";
import type { Surroundings } from "./surroundings.ts";
import { type Workspace, withWorkspace } from "./workspace.ts";

export type ImportOptions = {
  readonly config: string;
  readonly account: string;
  readonly files: readonly string[];
  readonly period?: string | undefined;
  readonly fileTimeZone?: string | undefined;
};

/** The parts of what was one download, in one stream. */
type Download = {
  readonly stream: "income" | "fills";
  readonly name: string;
  readonly parts: readonly HistoryFilePart[];
};

/** Loads files that the venue made into the spans that its interface does not serve any more. */
export function importFiles(options: ImportOptions, surroundings: Surroundings): Promise<number> {
  return withWorkspace(
    { config: options.config, account: [options.account] },
    surroundings,
    async (workspace) => {
      const [account] = workspace.accounts;
      assert(account !== undefined, "an account was chosen");
      const listing = VENUES[account.venue];
      assert(listing !== undefined, `the configuration let the venue "${account.venue}" pass`);
      const venue = listing.open(account.credentials);
      return workspace.store.withAccountLock(account.name, async () => {
        await requireAccount(workspace, account);
        // Rows are told apart by what the books know already.
        await normalise(workspace.store, account.name, venue.decode);
        const downloads = await readDownloads(workspace, account, listing, options);
        for (const download of downloads) await refuseMisplaced(workspace, account, download);
        for (const download of downloads) await load(workspace, account, venue, download, options);
        await normalise(workspace.store, account.name, venue.decode);
        return EXIT.done;
      });
    },
  );
}

async function requireAccount({ store }: Workspace, account: AccountConfiguration): Promise<void> {
  const known = await store.db
    .selectFrom("raw.account")
    .select("account_id")
    .where("account_id", "=", account.name)
    .executeTakeFirst();
  if (known === undefined)
    throw refused(
      `"${account.name}" was never synced`,
      "perpbooks sync first, so that the file only fills what is missing",
    );
}

async function readDownloads(
  workspace: Workspace,
  account: AccountConfiguration,
  listing: VenueListing,
  options: ImportOptions,
): Promise<Download[]> {
  const { readHistoryFile } = listing;
  if (readHistoryFile === undefined)
    throw refused(`${account.venue} makes no files that perpbooks can read`, "see `perpbooks gap accept`");
  const isOneWay = await isOneWayAccount(workspace, account);
  const downloads = new Map<string, Download>();
  for (const file of options.files) {
    const path = resolve(workspace.surroundings.workingFolder, file);
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw refused(
        `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
        "name a file that is there",
      );
    });
    const parts = readHistoryFile({
      name: basename(path),
      bytes,
      ...(options.fileTimeZone === undefined ? {} : { timeZone: options.fileTimeZone }),
      ...(isOneWay ? { positionSide: "BOTH" as const } : {}),
    });
    for (const part of parts) {
      const name = basename(path).replace(/-part\d+-of-?\d+/, "");
      const key = `${part.stream} ${name}`;
      const before = downloads.get(key)?.parts ?? [];
      downloads.set(key, { stream: part.stream, name, parts: [...before, part] });
    }
  }
  for (const { name, parts } of downloads.values()) refuseMissingParts(name, parts);
  return [...downloads.values()];
}

function refuseMissingParts(name: string, parts: readonly HistoryFilePart[]): void {
  const of = Math.max(0, ...parts.map((part) => part.split?.of ?? 0));
  const missing = Array.from({ length: of }, (_, index) => index + 1).filter(
    (number) => !parts.some((part) => part.split?.part === number),
  );
  if (missing.length > 0)
    throw refused(`${name}: part ${missing.join(", ")} of ${of} is missing`, "give all parts at once");
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

/** A row that the venue gave at another hour shows that the file was read in a wrong time zone: then all of it would be misplaced. */
async function refuseMisplaced(
  { store }: Workspace,
  account: AccountConfiguration,
  { stream, name, parts }: Download,
): Promise<void> {
  const rows = parts.flatMap((part) =>
    part.rows.map((row) => ({ match_key: row.matchKey, second: formatInstant(row.occurredAt) })),
  );
  const [off] = await runSqlFile<{ seconds_off: string; rows: number }>(store.db, "load/misplaced", {
    account_id: account.name,
    stream,
    rows: JSON.stringify(rows),
  });
  if (off === undefined) return;
  throw refused(
    `${name}: ${off.rows} of its rows are known already, but ${off.seconds_off} seconds apart from the file's times`,
    "the file's times are of another zone than its name says: give it with --file-time-zone UTC+3",
  );
}

async function load(
  workspace: Workspace,
  account: AccountConfiguration,
  venue: Venue,
  download: Download,
  options: ImportOptions,
): Promise<void> {
  const { store, surroundings, configuration, progress } = workspace;
  const { stream, name, parts } = download;
  const support = venue.streams[stream];
  const coverage = await readCoverage(store.db, account.name, venue.streams);
  const rows = parts.flatMap((part) => part.rows);
  const asked =
    options.period === undefined ? spanOf(parts) : readPeriod(options.period, configuration.timeZone);
  if (asked === null)
    throw refused(
      `${name} has no rows, and does not say of which time`,
      "give the time it is of with --period",
    );
  const stray = rows.find((row) => row.occurredAt < asked.from || row.occurredAt >= asked.until);
  if (stray !== undefined)
    throw refused(
      `${name} has a row of ${formatInstant(stray.occurredAt)}, outside ${windowText(asked)}`,
      "correct --period",
    );
  // What is younger than the lateness may still change; the venue's interface serves it anyway.
  const newest = later(surroundings.clock.now(), support.kind === "supported" ? -support.lateness : 0);
  const span: Window = { from: asked.from, until: asked.until < newest ? asked.until : wholeSecond(newest) };
  progress.doing(`${account.name} importing ${name}`);
  const outcome = await loadImport(store, {
    accountId: account.name,
    stream,
    note: parts.map((part) => part.file).join(", "),
    rows: rows.filter((row) => row.occurredAt < span.until),
    span,
    settled: (symbol) => coverage.settled(stream, symbol),
    knownSymbols: await symbolsOf(workspace, account),
    runId: randomUUID(),
  });
  progress.stop();
  surroundings.output.write(
    `${name}: ${rows.length} ${stream} rows, ${outcome.loaded} loaded, ${rows.length - outcome.loaded} known already or covered\n`,
  );
}

function spanOf(parts: readonly HistoryFilePart[]): Window | null {
  const from = parts.flatMap((part) => (part.from === null ? [] : [part.from]));
  const until = parts.flatMap((part) => (part.until === null ? [] : [part.until]));
  if (from.length === 0 || until.length === 0) return null;
  return { from: instant(Math.min(...from)), until: instant(Math.max(...until)) };
}

function wholeSecond(at: Instant): Instant {
  return instant(at - (at % 1_000));
}

async function symbolsOf({ store }: Workspace, account: AccountConfiguration): Promise<string[]> {
  const rows = await store.db
    .selectFrom("raw.record")
    .select("symbol")
    .distinct()
    .where("account_id", "=", account.name)
    .where("symbol", "<>", "")
    .execute();
  return rows.map((row) => row.symbol);
}

function refused(what: string, next: string): UsageError {
  return new UsageError({ where: "import", what, evidence: ["nothing was loaded"], next });
}
