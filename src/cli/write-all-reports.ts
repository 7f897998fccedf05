import { listReports, REPORTS_FOLDER } from "../report/definition.ts";
import type { Manifest } from "../report/manifest.ts";
import { writeReports } from "../report/write-reports.ts";
import { type PeriodOptions, reportedPeriod } from "./reported-period.ts";
import type { Workspace } from "./workspace.ts";

/** Writes every report of the chosen accounts as CSV and JSON. Null while there is nothing to report. */
export async function writeAllReports(
  workspace: Workspace,
  options: PeriodOptions,
  outputFolder: string,
): Promise<Manifest | null> {
  const period = await reportedPeriod(workspace, options);
  if (period === null) return null;
  workspace.progress.doing("writing reports");
  const isChoice = workspace.accounts.length < workspace.configuration.accounts.length;
  return writeReports({
    store: workspace.store,
    definitions: await listReports([REPORTS_FOLDER]),
    period,
    accountIds: isChoice ? workspace.accounts.map((account) => account.name) : null,
    outputFolder,
    formats: ["csv", "json"],
  });
}
