/**
 * Writes a period's reports as files, all from one state of the database. Nothing in the folder changes until every file is written whole;
 * then they are moved into place, the manifest last: a manifest whose hashes do not agree tells of a run that was killed just then.
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { append } from "../domain/lists.ts";
import type { Period } from "../domain/period.ts";
import type { Doing } from "../domain/share.ts";
import { readOnly } from "../store/read-only.ts";
import type { Database, Store } from "../store/store.ts";
import { isWhole, readCompleteness } from "./completeness.ts";
import { DICTIONARY_COLUMNS, DICTIONARY_NAME, dictionaryRows, readColumnWords } from "./data-dictionary.ts";
import type { ReportDefinition } from "./definition.ts";
import { MANIFEST_NAME, type Manifest, manifest, manifestText, readVersions } from "./manifest.ts";
import { readAccountIds } from "./period-facts.ts";
import { openReport } from "./run-report.ts";
import { csvLines } from "./write-csv.ts";
import { type FileFacts, type StagedFile, stageFile, writeFileAtomically } from "./write-file.ts";
import { jsonWriter } from "./write-json.ts";

export const REPORT_FORMATS = ["csv", "json"] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export type WriteReportsInput = {
  readonly store: Store;
  readonly definitions: readonly ReportDefinition[];
  readonly period: Period;
  /** Null for every account in the store. */
  readonly accountIds: readonly string[] | null;
  readonly outputFolder: string;
  readonly formats: readonly ReportFormat[];
  /** Files of the same period that others have written into the folder, for the manifest to name too. */
  readonly otherFiles?: readonly FileFacts[];
  readonly progress?: Doing;
};

/** Throws a `UsageError` for an unknown account or a select that Postgres refuses; then the folder is as it was. */
export async function writeReports(input: WriteReportsInput): Promise<Manifest> {
  const { store, definitions, period, outputFolder, formats } = input;
  await mkdir(outputFolder, { recursive: true });
  const staged: StagedReport[] = [];
  try {
    const words = await readColumnWords();
    const { versions, completeness } = await readOnly(store, async (db) => {
      const accountIds = await readAccountIds(db, input.accountIds);
      const completeness = await readCompleteness(db, period, accountIds, definitions);
      const accounts = input.accountIds === null ? [null] : accountIds;
      const shared = { period, accounts, outputFolder, formats };
      const dictionary: string[][] = [];
      for (const [done, definition] of definitions.entries()) {
        input.progress?.(`writing the report ${definition.name}`, {
          of: "reports",
          done,
          total: definitions.length,
        });
        const columns = await stageReport(
          db,
          { ...shared, definition, isComplete: isWhole(definition, completeness) },
          staged,
        );
        append(dictionary, dictionaryRows(words, definition, columns));
      }
      await stageDictionary(outputFolder, dictionary, staged);
      return { versions: await readVersions(db), completeness };
    });
    for (const { file } of staged) await file.publish();
    for (const definition of definitions) {
      for (const format of formats) {
        // The file was complete when it was last written and is not now, or the other way round.
        const other = fileName(definition.name, format, !isWhole(definition, completeness));
        await rm(join(outputFolder, other), { force: true });
      }
    }
    const files = [...staged.map(({ file, rows }) => file.facts(rows)), ...(input.otherFiles ?? [])];
    const result = manifest(versions, completeness, files);
    await writeFileAtomically(outputFolder, MANIFEST_NAME, manifestText(result));
    return result;
  } finally {
    for (const { file } of staged) await file.discard();
  }
}

/** A file of an incomplete period says so in its name, where nobody can overlook it. */
export function fileName(name: string, extension: string, complete: boolean): string {
  return `${name}${complete ? "" : "-INCOMPLETE"}.${extension}`;
}

type StagedReport = { readonly file: StagedFile; rows: number };

type ReportFiles = {
  readonly definition: ReportDefinition;
  readonly period: Period;
  readonly accounts: readonly (string | null)[];
  readonly outputFolder: string;
  readonly formats: readonly ReportFormat[];
  readonly isComplete: boolean;
};

/** Runs a report once, writes its rows in all formats and returns its columns. Adds its files to `staged` as it opens them, for the caller to publish or discard. */
async function stageReport(
  db: Database,
  report: ReportFiles,
  staged: StagedReport[],
): Promise<readonly string[]> {
  const { definition, period, accounts } = report;
  const { columns, batches } = await openReport(db, definition, period, accounts);
  const outputs: { readonly staged: StagedReport; readonly text: FormatText }[] = [];
  for (const format of report.formats) {
    const name = fileName(definition.name, format, report.isComplete);
    const output = { file: await stageFile(report.outputFolder, name), rows: 0 };
    staged.push(output);
    outputs.push({ staged: output, text: formatText(format, columns) });
  }
  for (const { staged, text } of outputs) await staged.file.append(text.begin);
  for await (const batch of batches) {
    for (const { staged, text } of outputs) {
      await staged.file.append(text.rows(batch));
      staged.rows += batch.length;
    }
  }
  for (const { staged, text } of outputs) await staged.file.append(text.end());
  return columns;
}

async function stageDictionary(
  outputFolder: string,
  rows: readonly string[][],
  staged: StagedReport[],
): Promise<void> {
  const file = await stageFile(outputFolder, DICTIONARY_NAME);
  staged.push({ file, rows: rows.length });
  await file.append(csvLines([DICTIONARY_COLUMNS, ...rows]));
}

type FormatText = {
  readonly begin: string;
  rows(rows: readonly (readonly (string | null)[])[]): string;
  end(): string;
};

function formatText(format: ReportFormat, columns: readonly string[]): FormatText {
  switch (format) {
    case "csv":
      return { begin: csvLines([columns]), rows: csvLines, end: () => "" };
    case "json":
      return { begin: "", ...jsonWriter(columns) };
  }
}
