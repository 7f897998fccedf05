import { clientMaker } from "./clients.ts";
import { defineCommand } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { ACCOUNTS, ALL_SYMBOLS, CONFIG, DEADLINE, LOG } from "./options.ts";
import { asRun, syncStage } from "./stages.ts";
import type { Surroundings } from "./surroundings.ts";
import { forEachAccount, type WorkspaceOptions, withWorkspace } from "./workspace.ts";

/** Reads what is new from the venues, and nothing else. */
export function sync(
  options: WorkspaceOptions & { allSymbols: boolean },
  surroundings: Surroundings,
): Promise<number> {
  return withWorkspace(options, surroundings, (workspace) => {
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
  act: sync,
});
