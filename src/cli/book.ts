import { defineCommand } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { ACCOUNTS, CONFIG, LOG } from "./options.ts";
import { bookStage } from "./stages.ts";
import type { Surroundings } from "./surroundings.ts";
import { forEachAccount, type WorkspaceOptions, withWorkspace } from "./workspace.ts";

/** Books what was read, without asking the venues. */
export function book(
  options: WorkspaceOptions & { fromEmpty: boolean },
  surroundings: Surroundings,
): Promise<number> {
  return withWorkspace(options, surroundings, (workspace) =>
    forEachAccount(workspace, (account) =>
      workspace.store.withAccountLock(account.name, async () => {
        await bookStage(workspace, account, options.fromEmpty);
        return EXIT.done;
      }),
    ),
  );
}

export const bookCommand = defineCommand({
  options: {
    config: CONFIG,
    log: LOG,
    account: ACCOUNTS,
    "from-empty": {
      type: "boolean",
      default: false,
      describe: "drop the books and build them anew from raw",
    },
  },
  act: book,
});
