import { clientMaker } from "../../pipeline/clients.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT } from "../../pipeline/exit-code.ts";
import { asRun, syncStage } from "../../pipeline/stages.ts";
import { forEachAccount, type WorkspaceOptions, withWorkspace } from "../../pipeline/workspace.ts";
import { defineCommand } from "../command.ts";
import { ACCOUNTS, ALL_SYMBOLS, CONFIG, DEADLINE, LOG } from "../options.ts";

/** Reads what is new from the venues, and nothing else. */
export function sync(
  options: WorkspaceOptions & { allSymbols: boolean },
  context: CommandContext,
): Promise<number> {
  return withWorkspace(options, context, (workspace) => {
    const clientOf = clientMaker(workspace);
    return asRun(workspace, (runId) =>
      forEachAccount(workspace, (account) =>
        workspace.store.withAccountLock(account.name, async () => {
          await syncStage(workspace, account, clientOf(account), "sync", options.allSymbols, runId);
          return EXIT.done;
        }),
      ),
    );
  });
}

export const syncCommand = defineCommand({
  options: { config: CONFIG, log: LOG, account: ACCOUNTS, "all-symbols": ALL_SYMBOLS, deadline: DEADLINE },
  examples: [
    ["sync", "all accounts; nothing is booked or reported"],
    ["sync --account main --deadline 30m", "one, for half an hour at most; the next one goes on from there"],
  ],
  act: sync,
});
