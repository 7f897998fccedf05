import type { AccountConfiguration } from "../../config/configuration.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { exitCodeFor, keepOpenItems, readOpenItems } from "../../pipeline/open-items.ts";
import { reconcileStage } from "../../pipeline/stages.ts";
import {
  forEachAccount,
  type Workspace,
  type WorkspaceOptions,
  withWorkspace,
} from "../../pipeline/workspace.ts";
import { defineCommand } from "../command.ts";
import { ACCOUNTS, CONFIG, LOG } from "../options.ts";

/** Proves the books of each account against the venue's figures, and prints the outcome in a line. */
export function reconcile(options: WorkspaceOptions, context: CommandContext): Promise<number> {
  return withWorkspace(options, context, (workspace) =>
    forEachAccount(workspace, (account) =>
      workspace.store.withAccountLock(account.name, () => reconcileAndTell(workspace, account)),
    ),
  );
}

/** Under the account's lock. */
export async function reconcileAndTell(workspace: Workspace, account: AccountConfiguration): Promise<number> {
  const { store, configuration, context } = workspace;
  await reconcileStage(workspace, account, "whole");
  await keepOpenItems(store.db, account.name, context.clock.now());
  const openItems = await readOpenItems(store.db, [account.name], configuration.timeZone);
  const { open, accepted } = openItems(account.name);
  const words = open.length === 0 ? "reconciled" : open.map((item) => item.words).join(", ");
  context.output.write(
    `${account.name}: ${words}${accepted.length === 0 ? "" : `; accepted: ${accepted.join(", ")}`}\n`,
  );
  return exitCodeFor(open);
}

export const reconcileCommand = defineCommand({
  options: { config: CONFIG, log: LOG, account: ACCOUNTS },
  examples: [
    ["reconcile", "all accounts"],
    ["reconcile --account main", "one account"],
  ],
  act: reconcile,
});
