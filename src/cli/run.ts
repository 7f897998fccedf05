import { openReasons } from "../report/manifest.ts";
import { readSummary, summaryText } from "../report/summary.ts";
import { attentionOf, exitCodeFor } from "./attention.ts";
import { clientMaker } from "./clients.ts";
import { defineCommand } from "./command.ts";
import { EXIT, mostUrgent } from "./exit-code.ts";
import { ACCOUNTS, ALL_SYMBOLS, CONFIG, DEADLINE, LOG, PERIOD, TIME_ZONE } from "./options.ts";
import { type PeriodOptions, reportedPeriod } from "./reported-period.ts";
import { bookStage, fetchPricesStage, reconcileStage, syncStage } from "./stages.ts";
import type { Surroundings } from "./surroundings.ts";
import { forEachAccount, type Workspace, type WorkspaceOptions, withWorkspace } from "./workspace.ts";
import { chosenAccounts, writeAllReports } from "./write-all-reports.ts";

export type RunOptions = WorkspaceOptions & PeriodOptions & { readonly allSymbols: boolean };

/** The nightly job: sync, book, reconcile, fetch the prices that are needed, report. */
export async function run(options: RunOptions, surroundings: Surroundings): Promise<number> {
  return withWorkspace(options, surroundings, async (workspace) => {
    const clientOf = clientMaker(workspace);
    const accountsCode = await forEachAccount(workspace, (account) =>
      workspace.store.withAccountLock(account.name, async () => {
        const { prices, reportingCurrency } = workspace.configuration;
        const client = clientOf(account);
        await syncStage(workspace, account, client, "run", options.allSymbols);
        await bookStage(workspace, account, false);
        await reconcileStage(workspace, account);
        if (reportingCurrency !== null && prices.fetch)
          await fetchPricesStage(workspace, account, client, reportingCurrency);
        return exitCodeFor((await attentionOf(workspace.store.db, account.name)).open);
      }),
    );
    return mostUrgent([accountsCode, await reportAll(workspace, options)]);
  });
}

/** Writes the reports; the exit code is theirs: files that are incomplete need a person, unless one has put what is open to rest. */
async function reportAll(workspace: Workspace, options: RunOptions): Promise<number> {
  const { configuration, progress, store, surroundings } = workspace;
  const period = await reportedPeriod(workspace, options);
  if (period === null) return EXIT.done;
  const manifest = await writeAllReports(workspace, period, configuration.output);
  progress.log("reports_written", { files: manifest.files.length, isComplete: manifest.isComplete });
  const summary = summaryText(
    await readSummary(store, period, chosenAccounts(workspace), configuration.treatment),
  );
  progress.stop();
  surroundings.output.write(`${summary}\n${manifest.files.length + 1} files in ${configuration.output}\n`);
  return exitCodeFor(openReasons(manifest));
}

export const runCommand = defineCommand({
  options: {
    config: CONFIG,
    log: LOG,
    account: ACCOUNTS,
    period: PERIOD,
    "time-zone": TIME_ZONE,
    "all-symbols": ALL_SYMBOLS,
    deadline: DEADLINE,
  },
  examples: [
    ["run", "what cron runs every night"],
    ["run --deadline 6h", "the same, and never longer than that"],
    ["run --all-symbols", "read every symbol that the venues list again, not only those known"],
  ],
  act: run,
});
