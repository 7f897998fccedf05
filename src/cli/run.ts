import { attentionOf, exitCodeFor } from "./attention.ts";
import { clientMaker } from "./clients.ts";
import type { PeriodOptions } from "./reported-period.ts";
import { bookStage, reconcileStage, syncStage } from "./stages.ts";
import { writeSummary } from "./summary.ts";
import type { Surroundings } from "./surroundings.ts";
import { forEachAccount, type Workspace, type WorkspaceOptions, withWorkspace } from "./workspace.ts";
import { writeAllReports } from "./write-all-reports.ts";

export type RunOptions = WorkspaceOptions & PeriodOptions & { readonly allSymbols: boolean };

/** The nightly job: sync, book, reconcile, report. */
export function run(options: RunOptions, surroundings: Surroundings): Promise<number> {
  return withWorkspace(options, surroundings, async (workspace) => {
    const clientOf = clientMaker(workspace);
    const accountsCode = await forEachAccount(workspace, (account) =>
      workspace.store.withAccountLock(account.name, async () => {
        await syncStage(workspace, account, clientOf(account), "run", options.allSymbols);
        await bookStage(workspace, account, false);
        await reconcileStage(workspace, account);
        return exitCodeFor(await attentionOf(workspace.store.db, account.name));
      }),
    );
    await reportAll(workspace, options);
    return accountsCode;
  });
}

async function reportAll(workspace: Workspace, options: RunOptions): Promise<void> {
  const { configuration, progress } = workspace;
  const manifest = await writeAllReports(workspace, options, configuration.output);
  if (manifest === null) return;
  progress.log("reports_written", { files: manifest.files.length, isComplete: manifest.isComplete });
  await writeSummary(workspace, options, manifest);
}
