import { attentionOf, exitCodeFor } from "./attention.ts";
import { defineCommand } from "./command.ts";
import { ACCOUNTS, CONFIG } from "./options.ts";
import { reconcileStage } from "./stages.ts";
import type { Surroundings } from "./surroundings.ts";
import { forEachAccount, type WorkspaceOptions, withWorkspace } from "./workspace.ts";

/** Proves the books of each account against the venue's figures, and says in a line what came of it. */
export function reconcile(options: WorkspaceOptions, surroundings: Surroundings): Promise<number> {
  return withWorkspace(options, surroundings, (workspace) =>
    forEachAccount(workspace, (account) =>
      workspace.store.withAccountLock(account.name, async () => {
        await reconcileStage(workspace, account);
        const { open, accepted } = await attentionOf(workspace.store.db, account.name);
        surroundings.output.write(
          `${account.name}: ${open.length === 0 ? "reconciled" : open.join(", ")}${accepted.length === 0 ? "" : `; accepted: ${accepted.join(", ")}`}\n`,
        );
        return exitCodeFor(open);
      }),
    ),
  );
}

export const reconcileCommand = defineCommand({
  options: { config: CONFIG, account: ACCOUNTS },
  act: reconcile,
});
