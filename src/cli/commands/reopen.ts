import { readClosedPeriods, reopenPeriod } from "../../book/close-period.ts";
import type { AccountConfiguration } from "../../config/configuration.ts";
import type { Period } from "../../domain/period.ts";
import { UsageError } from "../../errors.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT } from "../../pipeline/exit-code.ts";
import { checkPeriodOptions } from "../../pipeline/reported-period.ts";
import { bookStage, reconcileStage } from "../../pipeline/stages.ts";
import { type Workspace, type WorkspaceOptions, withWorkspace } from "../../pipeline/workspace.ts";
import type { ClosedPeriodRow } from "../../store/tables.ts";
import { defineCommand } from "../command.ts";
import { ACCOUNTS, BECAUSE, CONFIG, isReason, LOG, TIME_ZONE } from "../options.ts";
import { isMeant, periodFor } from "./close.ts";

export type ReopenOptions = WorkspaceOptions & {
  readonly period: string;
  readonly timeZone?: string | undefined;
  readonly because: string;
};

/**
 * Takes a close back, for each chosen account that has it, and builds its books again as if they had never
 * been closed.
 */
export async function reopen(options: ReopenOptions, context: CommandContext): Promise<number> {
  const { because } = options;
  checkPeriodOptions(options);
  if (!isReason(because))
    throw refusal(options.period, "--because gives no reason", "say why: an auditor will ask");
  return withWorkspace(options, context, async (workspace) => {
    const period = periodFor(workspace, options.period, options.timeZone);
    const chosen: AccountConfiguration[] = [];
    for (const account of workspace.accounts) {
      if ((await closedAs(workspace, account, period)) !== null) chosen.push(account);
    }
    if (chosen.length === 0)
      throw refusal(period.name, "it is not closed", "perpbooks status shows the closed periods");
    for (const account of chosen) {
      await workspace.store.withAccountLock(account.name, async () => {
        const row = await closedAs(workspace, account, period);
        if (row === null) return;
        await workspace.store.db
          .transaction()
          .execute((transaction) => reopenPeriod(transaction, row, context.clock.now(), because));
        await bookStage(workspace, account, false);
        await reconcileStage(workspace, account, "whole");
        workspace.progress.log("period_reopened", { account: account.name, period: period.name });
        workspace.progress.stop();
        context.output.write(
          `${account.name}: ${period.name} is reopened, because ${because}; its books are built again\n`,
        );
      });
    }
    return EXIT.done;
  });
}

/**
 * The close to take back, or null where the account has none. Later closes rest on it: they are reopened
 * first.
 */
async function closedAs(
  { store }: Workspace,
  account: AccountConfiguration,
  period: Period,
): Promise<ClosedPeriodRow | null> {
  const closed = await readClosedPeriods(store.db, account.name);
  const row = closed.find((one) => isMeant(one, period));
  if (row === undefined) return null;
  const after = closed.filter((one) => one.closing_number > row.closing_number);
  const last = after.at(-1);
  if (last === undefined) return row;
  throw refusal(
    period.name,
    `${account.name} has closed ${after.map((one) => one.period_name).join(", ")} since, which rests on it`,
    `perpbooks reopen ${last.period_name} first`,
  );
}

function refusal(period: string, what: string, next: string): UsageError {
  return new UsageError({
    where: `perpbooks reopen ${period}`,
    what,
    evidence: ["nothing was changed"],
    next,
  });
}

export const reopenCommand = defineCommand({
  positionals: { period: { type: "string", demandOption: true, describe: "the period, as it was closed" } },
  options: { config: CONFIG, log: LOG, account: ACCOUNTS, "time-zone": TIME_ZONE, because: BECAUSE },
  examples: [["reopen 2025 --because 'a file of December was missing'", ""]],
  act: reopen,
});
