/** Runs a report once and writes its rows in all formats, as files that are not in their place yet. */
import type { CsvDialect } from "../domain/csv-dialect.ts";
import type { Period } from "../domain/period.ts";
import type { ReportFormat } from "../domain/report-format.ts";
import type { RowCells } from "../store/read-only.ts";
import type { Database } from "../store/store.ts";
import type { ReportDefinition } from "./definition.ts";
import { openReport } from "./run-report.ts";
import { csvForm } from "./write-csv.ts";
import { type StagedFile, stageFile } from "./write-file.ts";
import { jsonWriter } from "./write-json.ts";

export type StagedReport = { readonly file: StagedFile; readonly rows: number | null };

export type ReportFiles = {
  readonly definition: ReportDefinition;
  readonly period: Period;
  /** Null among them stands for all accounts at once. */
  readonly accounts: readonly (string | null)[];
  readonly outputFolder: string;
  readonly csvDialect: CsvDialect;
  /** Paths from the output folder on. */
  readonly files: readonly { readonly format: ReportFormat; readonly path: string }[];
};

/** A file of an incomplete period says so in its name, where nobody can overlook it. */
export function fileName(name: string, extension: string, complete: boolean): string {
  return `${name}${complete ? "" : "-INCOMPLETE"}.${extension}`;
}

/**
 * Returns the report's columns. Adds its files to `staged` as it opens them, for the caller to publish or
 * discard. `seen` is given each row, for what is made of the same rows.
 */
export async function stageReport(
  db: Database,
  { definition, period, accounts, outputFolder, csvDialect, files }: ReportFiles,
  staged: StagedReport[],
  seen: ((columns: readonly string[], row: RowCells) => void) | null = null,
): Promise<readonly string[]> {
  const { columns, batches } = await openReport(db, definition, period, accounts);
  const outputs: { readonly file: StagedFile; readonly text: FormatText }[] = [];
  let rows = 0;
  for (const { format, path } of files) {
    const file = await stageFile(outputFolder, path);
    staged.push({
      file,
      get rows() {
        return rows;
      },
    });
    outputs.push({ file, text: formatText(format, csvDialect, columns) });
  }
  for (const { file, text } of outputs) await file.append(text.begin);
  for await (const batch of batches) {
    for (const { file, text } of outputs) await file.append(text.rows(batch));
    rows += batch.length;
    if (seen !== null) for (const row of batch) seen(columns, row);
  }
  for (const { file, text } of outputs) {
    await file.append(text.end());
    await file.finish();
  }
  return columns;
}

type FormatText = {
  readonly begin: string;
  rows(rows: readonly (readonly (string | null)[])[]): string;
  end(): string;
};

function formatText(format: ReportFormat, dialect: CsvDialect, columns: readonly string[]): FormatText {
  switch (format) {
    case "csv": {
      const csv = csvForm(dialect);
      return { begin: csv.begin(columns), rows: csv.rows, end: () => "" };
    }
    case "json":
      return { begin: "", ...jsonWriter(columns) };
  }
}
