import type { ExportConfiguration } from "../config/configuration.ts";
import type { Period } from "../domain/period.ts";
import type { Treatment } from "../domain/treatment.ts";
import { assert } from "../errors.ts";
import { EXPORTS_BY_NAME } from "../export/targets.ts";
import { type Exported, type Wanted, writeExports } from "../export/write-exports.ts";
import { withOutputFolder } from "../report/output-folder.ts";
import type { Workspace } from "./workspace.ts";
import { chosenAccounts, writtenReports } from "./write-all-reports.ts";

/** In the folder of the reports; each target has a folder of its name in it. */
export const EXPORTS_FOLDER = "exports";

/** Writes the exports of the chosen accounts into `within` of the folder, which is locked for it. */
export async function writeAllExports(
  workspace: Workspace,
  period: Period,
  wanted: readonly Wanted[],
  { folder, within }: { readonly folder: string; readonly within: string },
): Promise<Exported> {
  workspace.progress.doing("writing exports");
  return withOutputFolder(folder, workspace.context.signal, () =>
    writeExports({
      store: workspace.store,
      wanted,
      definitions: writtenReports(workspace),
      period,
      reportingCurrency: workspace.configuration.reportingCurrency,
      accountIds: chosenAccounts(workspace),
      outputFolder: folder,
      within,
      progress: workspace.progress.doing,
    }),
  );
}

/** A target as the configuration wants it, where it names it. */
export function wantedOf(
  { target: name, granularity, words, methods }: ExportConfiguration,
  { method }: Treatment,
): Wanted {
  const target = EXPORTS_BY_NAME[name];
  assert(target !== undefined, "the configuration names targets that there are");
  return {
    target,
    granularity,
    words: { ...target.words?.defaults, ...words },
    methods: methods ?? [method],
  };
}
