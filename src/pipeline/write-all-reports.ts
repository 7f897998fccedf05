import { join } from "node:path";
import type { Period } from "../domain/period.ts";
import { DEFAULT_REPORT_FORMATS } from "../domain/report-format.ts";
import type { ReportDefinition } from "../report/definition.ts";
import { folderNameOf } from "../report/folders.ts";
import { withOutputFolder } from "../report/output-folder.ts";
import { readSummary, type Summarised } from "../report/read-summary.ts";
import { type Written, writeReports, writeReportsByMonth } from "../report/write-reports.ts";
import type { Workspace } from "./workspace.ts";

export type WhereTo = {
  readonly folder: string;
  /** All there is, by year and month; or one period, whole. */
  readonly layout: "by month" | "whole";
};

/**
 * All there is goes into the output folder; a period that was requested into one of its own there, so that it
 * is never written over the other.
 */
export function whereTo(output: string, requested: Period | null): WhereTo {
  return requested === null
    ? { folder: output, layout: "by month" }
    : { folder: join(output, folderNameOf(requested)), layout: "whole" };
}

/**
 * Writes every report of the chosen accounts; those in the reporting currency only where there is one.
 * Whoever asks for files by name gets them: as CSV, where the configuration wants none of a night.
 */
export async function writeAllReports(
  workspace: Workspace,
  period: Period,
  { folder, layout }: WhereTo,
): Promise<Written> {
  workspace.progress.doing("writing reports");
  const { formats, csv, treatment } = workspace.configuration;
  const write = layout === "whole" ? writeReports : writeReportsByMonth;
  const written = await withOutputFolder(folder, workspace.context.signal, () =>
    write({
      store: workspace.store,
      definitions: writtenReports(workspace),
      period,
      accountIds: chosenAccounts(workspace),
      outputFolder: folder,
      formats: formats.length === 0 ? DEFAULT_REPORT_FORMATS : formats,
      csvDialect: csv.dialect,
      treatment,
      progress: workspace.progress.doing,
    }),
  );
  workspace.progress.log("folders_computed", { folders: written.folders, computed: written.computed });
  return written;
}

/** What the reports would say of their completeness, and the summary, where no files are wanted. */
export function summariseReports(workspace: Workspace, period: Period): Promise<Summarised> {
  workspace.progress.doing("summing up");
  return readSummary({
    store: workspace.store,
    definitions: writtenReports(workspace),
    period,
    accountIds: chosenAccounts(workspace),
    treatment: workspace.configuration.treatment,
  });
}

/** Those in the reporting currency only where there is one. */
export function writtenReports({ configuration, reports }: Workspace): ReportDefinition[] {
  return reports.filter((one) => configuration.reportingCurrency !== null || !one.isInReportingCurrency);
}

/** The accounts chosen on the command line; null for all there are in the store. */
export function chosenAccounts({ accounts, configuration }: Workspace): string[] | null {
  return accounts.length < configuration.accounts.length ? accounts.map((account) => account.name) : null;
}
