/**
 * Writes exports as files: every target's folder from one state of the database, whole or not at all. Each
 * account's events are read once and go to all targets, so what is held does not grow with their number.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Decimal, formatDecimal, ZERO } from "../domain/decimal.ts";
import type { Granularity } from "../domain/granularity.ts";
import { append } from "../domain/lists.ts";
import type { Period } from "../domain/period.ts";
import type { Doing } from "../domain/share.ts";
import { LOT_METHODS, type LotMethod } from "../domain/treatment.ts";
import { readEvidence, requireAccountIds } from "../report/account-evidence.ts";
import { type Completeness, isWhole, readCompleteness } from "../report/completeness.ts";
import type { ReportDefinition } from "../report/definition.ts";
import { MANIFEST_NAME, type Manifest, manifest, readVersions, vouchedBy } from "../report/manifest.ts";
import { keptFiles, removeOthers } from "../report/own-files.ts";
import { README_NAME } from "../report/readme.ts";
import { fileName } from "../report/stage-report.ts";
import { csvLines } from "../report/write-csv.ts";
import { type StagedFile, stageFile, writeFileAtomically } from "../report/write-file.ts";
import { readOnly } from "../store/read-only.ts";
import type { Database, Store } from "../store/store.ts";
import type { Disposal } from "./disposals.ts";
import type { AccountBooks, ExportEvent } from "./events.ts";
import { type Merger, mergerOf, twinMerger } from "./granularity.ts";
import { readAccountBooks, readDisposals, readEvents, readOpenSpans } from "./read-events.ts";
import { mapNameOf } from "./read-map.ts";
import { exportReadme } from "./readme.ts";
import { StagedTables } from "./tables.ts";
import {
  type Piece,
  type ReportsTarget,
  type Rest,
  type TablesTarget,
  type Target,
  type Traced,
  type Words,
  type Writer,
  wordOf,
} from "./target.ts";
import { StagedWorkbook } from "./workbook.ts";
import { sheetBytes } from "./write-workbook.ts";

/** A target with the words, granularity and methods that were requested. */
export type Wanted = {
  readonly target: Target | ReportsTarget | TablesTarget;
  readonly granularity: Granularity;
  /** The target's own words, and over them the configuration's. */
  readonly words: Words;
  /** Of disposals: a file for each. */
  readonly methods: readonly LotMethod[];
};

/** One that is made from events. */
type EventsWanted = Wanted & { readonly target: Target };

export type WriteExportsInput = {
  readonly store: Store;
  readonly wanted: readonly Wanted[];
  /** The reports that the workbook takes its rows from. */
  readonly definitions: readonly ReportDefinition[];
  readonly period: Period;
  /** Null where there is none. */
  readonly reportingCurrency: string | null;
  /** Null for every account in the store. */
  readonly accountIds: readonly string[] | null;
  /** The folder that is locked; in `within` of it each target has a folder of its name. */
  readonly outputFolder: string;
  readonly within: string;
  readonly progress?: Doing;
};

export type Exported = {
  /** By the target's name. */
  readonly manifests: ReadonlyMap<string, Manifest>;
  readonly files: number;
};

/** In the map, of what is too small for any row. */
const NO_ROW = "";

const MAP_COLUMNS = ["row", "account", "entry_id"] as const;

export async function writeExports(input: WriteExportsInput): Promise<Exported> {
  const { store, outputFolder, wanted, within } = input;
  await mkdir(outputFolder, { recursive: true });
  const exports = wanted
    .filter(isOfEvents)
    .map((one) => new StagedExport(one, input, join(within, one.target.name)));
  const others = wanted.flatMap(({ target, methods }): readonly (StagedWorkbook | StagedTables)[] => {
    const folder = join(within, target.name);
    if ("sheets" in target) return [new StagedWorkbook({ ...input, target, methods, folder })];
    return "tables" in target ? [new StagedTables({ ...input, target, folder })] : [];
  });
  try {
    const { versions, staged } = await readOnly(store, async (db) => {
      const staged: {
        readonly one: StagedExport | StagedWorkbook | StagedTables;
        readonly completeness: Completeness;
      }[] = [];
      if (exports.length > 0) {
        const completeness = await stageAll(db, input, exports);
        append(
          staged,
          exports.map((one) => ({ one, completeness: one.completeness(completeness) })),
        );
      }
      for (const one of others) {
        input.progress?.(`writing the ${one.name}`);
        staged.push({ one, completeness: await one.stage(db) });
      }
      return { versions: await readVersions(db), staged };
    });
    const manifests = new Map<string, Manifest>();
    let files = 0;
    for (const { one, completeness } of staged) {
      const folder = join(outputFolder, one.folder);
      const kept = await keptFiles(folder);
      await one.publish();
      const own = manifest(versions, completeness, one.facts(), []);
      const vouched = vouchedBy(own);
      await removeOthers(folder, kept, new Map([["", vouched]]));
      await writeFileAtomically(outputFolder, join(one.folder, MANIFEST_NAME), vouched.text);
      manifests.set(one.name, own);
      files += own.files.length + 1;
    }
    return { manifests, files };
  } finally {
    for (const one of [...exports, ...others]) await one.discard();
  }
}

function isOfEvents(wanted: Wanted): wanted is EventsWanted {
  return "open" in wanted.target;
}

async function stageAll(
  db: Database,
  { accountIds, period, progress, wanted }: WriteExportsInput,
  exports: readonly StagedExport[],
): Promise<Completeness> {
  const evidence = await readEvidence(db, await requireAccountIds(db, accountIds));
  const completeness = await readCompleteness(db, period, evidence, exports);
  const { facts } = completeness;
  const accounts: AccountBooks[] = [];
  for (const { accountId, venue } of facts.accounts)
    accounts.push(await readAccountBooks(db, { account: accountId, venue }, period));
  for (const one of exports) await one.begin(accounts, isWhole(one, completeness));
  const byPosition = wanted.some(({ granularity }) => granularity === "position");
  let events = 0;
  for (const account of accounts) {
    const spans = byPosition ? await readOpenSpans(db, account.account) : [];
    const mergers = exports.map((one) => one.mergers(spans));
    for await (const batch of readEvents(db, account, period)) {
      for (const [nth, one] of exports.entries()) await one.add(through(mergers[nth] ?? [], batch));
      events += batch.length;
      progress?.(`exporting ${account.account}: ${events} events`);
    }
    for (const [nth, one] of exports.entries()) await one.add(theRest(mergers[nth] ?? []));
    await closeAll(db, account.account, period, exports);
  }
  for (const one of exports) await one.end();
  return completeness;
}

/** Each method's disposals are read once for all targets that want them. */
async function closeAll(
  db: Database,
  account: string,
  period: Period,
  exports: readonly StagedExport[],
): Promise<void> {
  for (const method of LOT_METHODS) {
    const wanting = exports.filter(({ methods }) => methods.includes(method));
    if (wanting.length === 0) continue;
    for await (const batch of readDisposals(db, account, method, period))
      for (const one of wanting) await one.close(batch);
  }
}

function through(mergers: readonly Merger[], events: readonly ExportEvent[]): readonly ExportEvent[] {
  return mergers.reduce((rest, merger) => merger.add(rest), events);
}

function theRest(mergers: readonly Merger[]): readonly ExportEvent[] {
  let rest: readonly ExportEvent[] = [];
  for (const merger of mergers) rest = [...merger.add(rest), ...merger.end()];
  return rest;
}

type OpenFile = { readonly file: StagedFile; rows: number };

/** One target's files, not in their place yet, each with the map of its rows. */
class StagedExport {
  readonly wanted: EventsWanted;
  readonly name: string;
  readonly folder: string;
  /** Whose disposals it reads. */
  readonly methods: readonly LotMethod[];
  readonly isInReportingCurrency: boolean;
  readonly #input: WriteExportsInput;
  readonly #files = new Map<string, OpenFile>();
  /** By the name of the file whose rows it is of. */
  readonly #maps = new Map<string, OpenFile>();
  /** Of disposals, by account, method and asset. */
  readonly #results = new Map<string, Decimal>();
  /** Of the files that are workbooks too, the rows of the newest; and of those that have none yet. */
  readonly #cells = new Map<string, (readonly string[])[]>();
  #accounts: readonly AccountBooks[] = [];
  #isComplete = true;
  readonly #rests: Rest[] = [];
  #writer: Writer | null = null;

  constructor(wanted: EventsWanted, input: WriteExportsInput, folder: string) {
    this.wanted = wanted;
    this.name = wanted.target.name;
    this.folder = folder;
    this.methods = wanted.target.reads === "disposals" ? wanted.methods : [];
    this.isInReportingCurrency = wanted.target.currency !== undefined;
    this.#input = input;
  }

  async begin(accounts: readonly AccountBooks[], isWhole: boolean): Promise<void> {
    const { target, words } = this.wanted;
    const { period, reportingCurrency } = this.#input;
    this.#accounts = accounts;
    this.#isComplete = isWhole;
    this.#writer = target.open({
      accounts,
      period,
      timeZone: this.#timeZone(),
      words,
      methods: this.methods,
      currency: reportingCurrency,
      fileName: (name, extension) => fileName(name, extension, isWhole),
    });
    await this.#write(this.#writer.begin());
  }

  mergers(spans: Parameters<typeof mergerOf>[2]): readonly Merger[] {
    const { target, granularity, words } = this.wanted;
    const merger = mergerOf(granularity, this.#timeZone(), spans, this.isInReportingCurrency);
    return target.skipsTwins
      ? [merger, twinMerger(({ kind, amount }) => wordOf(words, kind, amount))]
      : [merger];
  }

  async add(events: readonly ExportEvent[]): Promise<void> {
    if (events.length > 0 && this.wanted.target.reads === "events")
      await this.#write(this.#writer?.add(events) ?? []);
  }

  async close(disposals: readonly Disposal[]): Promise<void> {
    for (const { account, method, asset, realizedPnl } of disposals) {
      const key = [account, method, asset].join("\n");
      this.#results.set(key, (this.#results.get(key) ?? ZERO).plus(realizedPnl));
    }
    await this.#write(this.#writer?.close?.(disposals) ?? []);
  }

  async end(): Promise<void> {
    await this.#write(this.#writer?.end() ?? []);
    for (const name of [...this.#cells.keys()]) await this.#writeWorkbook(name);
    const { target, words, granularity } = this.wanted;
    const files = [...this.#files].map(([name, { rows }]) => ({ name, rows }));
    const readme = await this.#stage(README_NAME);
    this.#files.set(README_NAME, readme);
    await readme.file.append(
      exportReadme({
        target,
        words,
        granularity,
        period: this.#input.period,
        isComplete: this.#isComplete,
        accounts: this.#accounts,
        results: [...this.#results].map(([key, result]) => [...key.split("\n"), formatDecimal(result)]),
        files,
        rests: this.#rests,
      }),
    );
    for (const { file } of this.#all()) await file.finish();
  }

  async publish(): Promise<void> {
    for (const { file } of this.#all()) await file.publish();
  }

  async discard(): Promise<void> {
    for (const { file } of this.#all()) await file.discard();
  }

  /** A missing price makes only those targets incomplete whose amounts need it. */
  completeness({ facts, unpriced }: Completeness): Completeness {
    return { facts, unpriced: this.isInReportingCurrency ? unpriced : null };
  }

  facts(): Manifest["files"] {
    return this.#all().map(({ file, rows }) => file.facts(file.name === README_NAME ? null : rows));
  }

  async #write(pieces: readonly Piece[]): Promise<void> {
    for (const { file: name, text, encoding, rows, cells, rests = [] } of pieces) {
      const own = this.#files.get(name) ?? (await this.#stage(name));
      this.#files.set(name, own);
      await own.file.append(encoding === undefined ? text : Buffer.from(text, encoding));
      if (cells !== undefined) await this.#addCells(name, cells);
      const lines = [
        ...rows.flatMap((row) => {
          own.rows += 1;
          return mapRows(`${own.rows}`, row);
        }),
        ...rests.flatMap((rest) => mapRows(NO_ROW, rest)),
      ];
      append(this.#rests, rests);
      if (lines.length > 0) await this.#writeMap(name, lines);
    }
  }

  /** Files are written one after the other: when the next begins, the one before is complete. */
  async #addCells(name: string, cells: readonly (readonly string[])[]): Promise<void> {
    for (const [other, rows] of [...this.#cells])
      if (other !== name && rows.length > 1 && cells.length > 0) await this.#writeWorkbook(other);
    const rows = this.#cells.get(name) ?? [];
    append(rows, cells);
    this.#cells.set(name, rows);
  }

  async #writeWorkbook(name: string): Promise<void> {
    const rows = this.#cells.get(name) ?? [];
    this.#cells.delete(name);
    const workbook = name.replace(/\.csv$/, ".xlsx");
    const own = await this.#stage(workbook);
    this.#files.set(workbook, own);
    await own.file.append(await sheetBytes(this.name, rows));
    own.rows = rows.length - 1;
  }

  async #writeMap(name: string, lines: readonly string[][]): Promise<void> {
    const isNew = !this.#maps.has(name);
    const map = this.#maps.get(name) ?? (await this.#stage(mapNameOf(name)));
    this.#maps.set(name, map);
    map.rows += lines.length;
    await map.file.append(csvLines(isNew ? [MAP_COLUMNS, ...lines] : lines));
  }

  async #stage(name: string): Promise<OpenFile> {
    return { file: await stageFile(this.#input.outputFolder, join(this.folder, name)), rows: 0 };
  }

  #all(): readonly OpenFile[] {
    return [...this.#files.values(), ...this.#maps.values()];
  }

  #timeZone(): string {
    return this.wanted.target.zone === "UTC" ? "UTC" : this.#input.period.timeZone;
  }
}

function mapRows(row: string, { account, entryIds }: Traced): string[][] {
  return entryIds.map((entryId) => [row, account, entryId]);
}
