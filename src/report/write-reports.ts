/**
 * Writes reports as files into one folder or many, all from one state of the database. Nothing is changed
 * until every file of every folder is written whole; then they are moved into place, inner folders first and
 * each manifest last: a manifest whose hashes do not agree tells of a run that was killed just then. A folder
 * of a past period that would come out the same is left alone (`folder-keys.ts`), and so is a file that is
 * there already with the same bytes.
 */
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Period } from "../domain/period.ts";
import { REPORT_FORMATS } from "../domain/report-format.ts";
import type { Doing } from "../domain/share.ts";
import { assert } from "../errors.ts";
import { rowTaker, STATED_REPORTS } from "../statement/stated-rows.ts";
import { readOnly } from "../store/read-only.ts";
import type { Database, Store } from "../store/store.ts";
import { readEvidence, requireAccountIds } from "./account-evidence.ts";
import { type Completeness, completenessOf, isWhole } from "./completeness.ts";
import { readColumnWords } from "./data-dictionary.ts";
import type { ReportDefinition } from "./definition.ts";
import { readFolderKeys, type Writing } from "./folder-keys.ts";
import { type Folder, foldersOf, reportsIn } from "./folders.ts";
import { forgetKeptFolders, readKeptFolders, writeKeptFolders } from "./kept-folders.ts";
import {
  MANIFEST_NAME,
  type Manifest,
  manifest,
  readVersions,
  type Versions,
  type Vouched,
  vouchedBy,
} from "./manifest.ts";
import { keptFiles, removeOthers } from "./own-files.ts";
import { type PeriodFacts, readFactsOfAll } from "./period-facts.ts";
import { README_NAME, readmeText } from "./readme.ts";
import { fileName, type StagedReport, stageReport } from "./stage-report.ts";
import { isStatementWhole, STATEMENT_NAME, statementOf, takeOtherRows } from "./stage-statement.ts";
import {
  namedRow,
  type ReportRow,
  readRows,
  readSummaryOf,
  SUMMED_REPORTS,
  type SummedReport,
  summaryText,
} from "./summary.ts";
import { stageFile, writeFileAtomically } from "./write-file.ts";

export const SUMMARY_NAME = "summary.txt";

export type WriteReportsInput = Writing & {
  readonly store: Store;
  readonly period: Period;
  readonly outputFolder: string;
  readonly progress?: Doing;
};

export type Written = {
  /** Of the outermost folder. */
  readonly manifest: Manifest;
  readonly summary: string;
  /** In all folders, with the manifests. */
  readonly files: number;
  readonly folders: number;
  /** Of the folders, those that had to be computed; all others are as they were. */
  readonly computed: number;
};

/**
 * Writes all reports of one period into the output folder. Throws a `UsageError` for an unknown account or a
 * select that Postgres refuses; then the folder is as it was.
 */
export function writeReports(input: WriteReportsInput): Promise<Written> {
  return writeFolders(input, [{ path: "", period: input.period, kind: "span" }]);
}

/** The same of all there is: a folder for each year in the output folder, and in it one for each month. */
export function writeReportsByMonth(input: WriteReportsInput): Promise<Written> {
  return writeFolders(input, foldersOf(input.period));
}

type StagedFolder = {
  readonly definitions: readonly ReportDefinition[];
  readonly completeness: Completeness;
  readonly summary: string;
  readonly staged: readonly StagedReport[];
};

/** A folder as it is to be left: either kept as it is, or staged. */
type NextFolder = { readonly folder: Folder } & (
  | { readonly kept: Vouched; readonly next: null }
  | { readonly kept: null; readonly next: StagedFolder }
);

async function writeFolders(input: WriteReportsInput, folders: readonly Folder[]): Promise<Written> {
  const { store, outputFolder } = input;
  await mkdir(outputFolder, { recursive: true });
  const staged: StagedReport[] = [];
  try {
    const { versions, keys, all } = await readOnly(store, async (db) => {
      const all: NextFolder[] = [];
      const evidence = await readEvidence(db, await requireAccountIds(db, input.accountIds));
      const facts = await readFactsOfAll(
        db,
        folders.map(({ period }) => period),
        evidence,
      );
      const versions = await readVersions(db);
      const keys = await readFolderKeys(db, input, folders, facts);
      const kept = await readKeptFolders(outputFolder, keys);
      for (const [nth, folder] of folders.entries()) {
        const own = kept.get(folder.path);
        const of = facts[nth];
        assert(of !== undefined, "each folder has the facts of its period");
        all.push(
          own === undefined
            ? { folder, kept: null, next: await stageFolder(db, input, folder, of, versions, staged) }
            : { folder, kept: own, next: null },
        );
      }
      return { versions, keys, all };
    });
    await forgetKeptFolders(outputFolder);
    const before = await keptFiles(outputFolder);
    const vouched = new Map<string, Vouched>();
    let outermost: Pick<Written, "manifest" | "summary"> | null = null;
    for (const { folder, kept, next } of all) {
      if (next === null) {
        vouched.set(folder.path, kept);
        continue;
      }
      for (const { file } of next.staged) await file.publish();
      removeTwins(join(outputFolder, folder.path), next);
      const facts = next.staged.map(({ file, rows }) => file.facts(rows));
      const own = manifest(versions, next.completeness, facts, innerFolders(folder, vouched));
      vouched.set(folder.path, vouchedBy(own));
      if (folder.path === "") outermost = { manifest: own, summary: next.summary };
    }
    assert(outermost !== null, "the outermost folder says how things are now, and is always computed");
    await removeOthers(outputFolder, before, vouched);
    for (const { folder, next } of all)
      if (next !== null)
        await writeFileAtomically(
          outputFolder,
          within(folder.path, MANIFEST_NAME),
          vouched.get(folder.path)?.text ?? "",
        );
    if (keys.size > 0) await writeKeptFolders(outputFolder, keys, vouched);
    return {
      ...outermost,
      files: [...vouched.values()].reduce((sum, { names }) => sum + names.length + 1, 0),
      folders: all.length,
      computed: all.filter(({ next }) => next !== null).length,
    };
  } finally {
    for (const { file } of staged) await file.discard();
  }
}

/** The folders that stand right in this one. */
function innerFolders({ path }: Folder, vouched: ReadonlyMap<string, Vouched>): Manifest["folders"] {
  return [...vouched].flatMap(([other, { text }]) => {
    const name = basename(other);
    return other !== within(path, name)
      ? []
      : [{ name, sha256: createHash("sha256").update(text).digest("hex") }];
  });
}

function within(path: string, name: string): string {
  return path === "" ? name : `${path}/${name}`;
}

/** Adds its files to `staged` as it opens them, for the caller to discard. */
async function stageFolder(
  db: Database,
  input: WriteReportsInput,
  folder: Folder,
  facts: PeriodFacts,
  { version }: Versions,
  staged: StagedReport[],
): Promise<StagedFolder> {
  const { outputFolder, formats, csvDialect, treatment } = input;
  const { period } = folder;
  const definitions = reportsIn(folder, input.definitions);
  const accountIds = facts.accounts.map(({ accountId }) => accountId);
  const completeness = await completenessOf(db, facts, definitions);
  const accounts = input.accountIds === null ? [null] : accountIds;
  const first = staged.length;
  const columns = new Map<ReportDefinition, readonly string[]>();
  // What the summary is made of is written here already, where it is among the reports.
  const summed = new Map<string, ReportRow[]>(
    SUMMED_REPORTS.filter((name) => definitions.some((one) => one.name === name)).map((name) => [name, []]),
  );
  const stated = rowTaker();
  for (const [done, definition] of definitions.entries()) {
    input.progress?.(`writing the report ${definition.name} of ${period.name}`, {
      of: "reports",
      done,
      total: definitions.length,
    });
    const isComplete = isWhole(definition, completeness);
    const files = formats.map((format) => ({
      format,
      path: within(folder.path, fileName(definition.name, format, isComplete)),
    }));
    const rows = summed.get(definition.name);
    columns.set(
      definition,
      await stageReport(
        db,
        { definition, period, accounts, outputFolder, csvDialect, files },
        staged,
        rows === undefined && !STATED_REPORTS.includes(definition.name)
          ? null
          : (names, row) => {
              const named = namedRow(names, row);
              rows?.push(named);
              stated.take(definition.name, named);
            },
      ),
    );
  }
  const rowsOf = async (name: SummedReport) =>
    summed.get(name) ?? (await readRows(db, name, period, accountIds));
  const summary = summaryText(await readSummaryOf(db, completeness.facts, treatment, rowsOf));
  const readme = readmeText({ folder, formats, csvDialect, words: await readColumnWords(), columns });
  const stage = async (name: string, text: string) => {
    const file = await stageFile(outputFolder, within(folder.path, name));
    staged.push({ file, rows: null });
    await file.append(text);
    await file.finish();
  };
  await stage(SUMMARY_NAME, summary);
  await stage(README_NAME, readme);
  await takeOtherRows(db, stated, definitions, period, accounts);
  const files = staged.slice(first).map(({ file, rows }) => file.facts(rows));
  const statement = statementOf({ version, completeness, treatment, rows: stated, files });
  await stage(fileName(STATEMENT_NAME, "html", isStatementWhole(completeness)), statement);
  return { definitions, completeness, summary, staged: staged.slice(first) };
}

/** A file was complete when it was last written and is not now, or the other way round. */
function removeTwins(folder: string, { definitions, completeness }: StagedFolder): void {
  const twins = definitions.flatMap((definition) =>
    REPORT_FORMATS.map((format) => fileName(definition.name, format, !isWhole(definition, completeness))),
  );
  twins.push(fileName(STATEMENT_NAME, "html", !isStatementWhole(completeness)));
  for (const twin of twins) rmSync(join(folder, twin), { force: true });
}
