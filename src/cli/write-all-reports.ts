import type { Period } from "../domain/period.ts";
import { listReports, REPORTS_FOLDER } from "../report/definition.ts";
import type { Manifest } from "../report/manifest.ts";
import { withOutputFolder } from "../report/output-folder.ts";
import { writeReports } from "../report/write-reports.ts";
import type { Workspace } from "./workspace.ts";

/** Writes every report of the chosen accounts as CSV and JSON; those in the reporting currency only where there is one. */
export async function writeAllReports(
  workspace: Workspace,
  period: Period,
  outputFolder: string,
): Promise<Manifest> {
  workspace.progress.doing("writing reports");
  const definitions = await listReports([REPORTS_FOLDER]);
  const hasCurrency = workspace.configuration.reportingCurrency !== null;
  return withOutputFolder(outputFolder, workspace.surroundings.signal, () =>
    writeReports({
      store: workspace.store,
      definitions: definitions.filter((one) => hasCurrency || !one.isInReportingCurrency),
      period,
      accountIds: chosenAccounts(workspace),
      outputFolder,
      formats: ["csv", "json"],
      progress: workspace.progress.doing,
    }),
  );
}

/** The accounts chosen on the command line; null for all there are in the store. */
export function chosenAccounts({ accounts, configuration }: Workspace): string[] | null {
  return accounts.length < configuration.accounts.length ? accounts.map((account) => account.name) : null;
}
