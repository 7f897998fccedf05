import { resolve } from "node:path";
import { counted } from "../../domain/counted.ts";
import { UsageError } from "../../errors.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT, mostUrgent } from "../../pipeline/exit-code.ts";
import { bookStage } from "../../pipeline/stages.ts";
import { forEachAccount, type Workspace, withWorkspace } from "../../pipeline/workspace.ts";
import { readAccountIds } from "../../store/account-ids.ts";
import { carryOver, firstFilledTable } from "../../store/carry-over.ts";
import { holdsStore, openStore } from "../../store/open.ts";
import { analyzeAfter } from "../../store/progress.ts";
import type { Store } from "../../store/store.ts";
import { defineCommand } from "../command.ts";
import { CONFIG, LOG } from "../options.ts";
import { reconcileAndTell } from "./reconcile.ts";

export type RestoreOptions = {
  readonly config: string;
  readonly log?: string | undefined;
  readonly folder: string;
};

/**
 * Copies what cannot be rebuilt from a folder's store into the configured one, and builds the books there: to
 * restore a backup, or to move books to a server.
 */
export function restore({ config, log, folder }: RestoreOptions, context: CommandContext): Promise<number> {
  return withWorkspace({ config, log }, context, async (workspace) => {
    const { store, progress } = workspace;
    const path = resolve(context.workingFolder, folder);
    await refuseFolder(workspace, folder, path);
    const filled = await firstFilledTable(store.db);
    if (filled !== null) {
      throw new UsageError({
        where: `store ${store.shownAs}`,
        what: "it is not empty: books are restored into an empty store only",
        evidence: [`it has rows in ${filled}`, "nothing was changed"],
        next: "give another folder or database as store; if this one was restored before and its books are not built, run `perpbooks book --from-empty` and `perpbooks reconcile`",
      });
    }
    const source = await openStore({ kind: "folder", path }, workspace.context.signal);
    const rows = await carryOver(source.db, store.db, (table) =>
      progress.doing(`carrying over ${table}`),
    ).finally(() => source.close());
    await analyzeAfter(store.db, rows, ["raw", "price"]);
    progress.log("store_restored", { rows });
    progress.stop();
    context.output.write(`${folder}: ${counted(rows, "row is", "rows are")} carried over\n`);
    await nameUnbooked(workspace, store);
    const bookedCode = await forEachAccount(workspace, (account) =>
      store.withAccountLock(account.name, async () => {
        await bookStage(workspace, account, true);
        return EXIT.done;
      }),
    );
    // Checks across accounts need all of them booked.
    const provenCode = await forEachAccount(workspace, (account) =>
      store.withAccountLock(account.name, () => reconcileAndTell(workspace, account)),
    );
    return mostUrgent([bookedCode, provenCode]);
  });
}

async function refuseFolder({ configuration }: Workspace, folder: string, path: string): Promise<void> {
  const isOwn = configuration.store.kind === "folder" && resolve(configuration.store.path) === path;
  if (!isOwn && (await holdsStore(path))) return;
  throw new UsageError({
    where: `perpbooks restore ${folder}`,
    what: isOwn ? "this is the store that would be filled" : "this is not the folder of an embedded store",
    evidence: [`it is ${path}`, "nothing was changed"],
    next: isOwn
      ? "set DATABASE_URL, or `store` in the configuration, to the store that is to be filled"
      : "give the folder that `store` in the configuration named, or a copy of it",
  });
}

/**
 * To build the books an account's venue must read its records, and only the configuration names the venue.
 */
async function nameUnbooked({ configuration, progress }: Workspace, store: Store): Promise<void> {
  const known = await readAccountIds(store.db);
  const names = known.filter((name) => !configuration.accounts.some((account) => account.name === name));
  for (const name of names) {
    progress.say(
      `${name}: it is not in the configuration, so its books are not built\n  next: add it, then perpbooks book --from-empty --account ${name}`,
    );
  }
}

export const restoreCommand = defineCommand({
  positionals: {
    folder: { type: "string", demandOption: true, describe: "an embedded store, or a copy of one" },
  },
  options: { config: CONFIG, log: LOG },
  examples: [["restore /backups/perpbooks-data", "from a copy of an embedded store into the configured one"]],
  act: restore,
});
