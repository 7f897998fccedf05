/**
 * Writes reports as files into one folder or many, all from one state of the database. Nothing is changed
 * until every file of every folder is written whole; then they are moved into place, inner folders first and
 * each manifest last: a manifest whose hashes do not agree tells of a run that was killed just then. A file
 * that is there already with the same bytes is not touched.
 */
import { createHash } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { CsvDialect } from "../domain/csv-dialect.ts";
import type { Period } from "../domain/period.ts";
import { REPORT_FORMATS, type ReportFormat } from "../domain/report-format.ts";
import type { Doing } from "../domain/share.ts";
import type { Treatment } from "../domain/treatment.ts";
import { rowTaker, STATED_REPORTS } from "../statement/stated-rows.ts";
import { readOnly } from "../store/read-only.ts";
import type { Database, Store } from "../store/store.ts";
import { type AccountEvidence, readEvidence, requireAccountIds } from "./account-evidence.ts";
import { type Completeness, isWhole, readCompleteness } from "./completeness.ts";
import { readColumnWords } from "./data-dictionary.ts";
import type { ReportDefinition } from "./definition.ts";
import { type Folder, foldersOf, reportsIn } from "./folders.ts";
import {
  MANIFEST_NAME,
  type Manifest,
  manifest,
  manifestText,
  readVersions,
  type Versions,
} from "./manifest.ts";
import { keptFiles, removeOthers } from "./own-files.ts";
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

export type WriteReportsInput = {
  readonly store: Store;
  readonly definitions: readonly ReportDefinition[];
  readonly period: Period;
  /** Null for every account in the store. */
  readonly accountIds: readonly string[] | null;
  readonly outputFolder: string;
  readonly formats: readonly ReportFormat[];
  readonly csvDialect: CsvDialect;
  readonly treatment: Treatment;
  readonly progress?: Doing;
};

export type Written = {
  /** Of the outermost folder. */
  readonly manifest: Manifest;
  readonly summary: string;
  /** In all folders, with the manifests. */
  readonly files: number;
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
  readonly folder: Folder;
  readonly definitions: readonly ReportDefinition[];
  readonly completeness: Completeness;
  readonly summary: string;
  readonly staged: readonly StagedReport[];
};

async function writeFolders(input: WriteReportsInput, folders: readonly Folder[]): Promise<Written> {
  const { store, outputFolder } = input;
  await mkdir(outputFolder, { recursive: true });
  const staged: StagedReport[] = [];
  try {
    const { versions, all } = await readOnly(store, async (db) => {
      const all: StagedFolder[] = [];
      const evidence = await readEvidence(db, await requireAccountIds(db, input.accountIds));
      const versions = await readVersions(db);
      for (const folder of folders)
        all.push(await stageFolder(db, input, folder, evidence, versions, staged));
      return { versions, all };
    });
    const kept = await keptFiles(outputFolder);
    const manifests = new Map<string, Manifest>();
    for (const { folder, definitions, completeness, staged } of all) {
      for (const { file } of staged) await file.publish();
      await removeTwins(join(outputFolder, folder.path), definitions, completeness);
      const facts = staged.map(({ file, rows }) => file.facts(rows));
      manifests.set(folder.path, manifest(versions, completeness, facts, innerFolders(folder, manifests)));
    }
    await removeOthers(outputFolder, kept, manifests);
    for (const [path, own] of manifests)
      await writeFileAtomically(outputFolder, within(path, MANIFEST_NAME), manifestText(own));
    const outermost = all.at(-1);
    const own = manifests.get("");
    if (outermost === undefined || own === undefined) throw new TypeError("there is no outermost folder");
    const files = [...manifests.values()].reduce((sum, one) => sum + one.files.length + 1, 0);
    return { manifest: own, summary: outermost.summary, files };
  } finally {
    for (const { file } of staged) await file.discard();
  }
}

/** The folders that stand right in this one. */
function innerFolders({ path }: Folder, manifests: ReadonlyMap<string, Manifest>): Manifest["folders"] {
  return [...manifests].flatMap(([other, of]) => {
    const name = basename(other);
    return other !== within(path, name)
      ? []
      : [{ name, sha256: createHash("sha256").update(manifestText(of)).digest("hex") }];
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
  evidence: readonly AccountEvidence[],
  { version }: Versions,
  staged: StagedReport[],
): Promise<StagedFolder> {
  const { outputFolder, formats, csvDialect, treatment } = input;
  const { period } = folder;
  const definitions = reportsIn(folder, input.definitions);
  const accountIds = evidence.map(({ accountId }) => accountId);
  const completeness = await readCompleteness(db, period, evidence, definitions);
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
  return { folder, definitions, completeness, summary, staged: staged.slice(first) };
}

/** A file was complete when it was last written and is not now, or the other way round. */
async function removeTwins(
  folder: string,
  definitions: readonly ReportDefinition[],
  completeness: Completeness,
): Promise<void> {
  const twins = definitions.flatMap((definition) =>
    REPORT_FORMATS.map((format) => fileName(definition.name, format, !isWhole(definition, completeness))),
  );
  twins.push(fileName(STATEMENT_NAME, "html", !isStatementWhole(completeness)));
  for (const twin of twins) await rm(join(folder, twin), { force: true });
}
