import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT } from "../../pipeline/exit-code.ts";
import { bookStage } from "../../pipeline/stages.ts";
import { forEachAccount, type WorkspaceOptions, withWorkspace } from "../../pipeline/workspace.ts";
import { defineCommand } from "../command.ts";
import { ACCOUNTS, CONFIG, LOG } from "../options.ts";

/** Books what was read, without any request to the venues. */
export function book(
  options: WorkspaceOptions & { fromEmpty: boolean },
  context: CommandContext,
): Promise<number> {
  return withWorkspace(options, context, (workspace) =>
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
      describe: "drop the books and build them again from the raw records",
    },
  },
  examples: [
    ["book", "what was read and is not booked yet"],
    ["book --from-empty", "all books anew from the records, as after an upgrade that says so"],
  ],
  act: book,
});
