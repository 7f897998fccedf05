import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { TABLES_OF_SUMS } from "../../book/sum-days.ts";
import type { AccountConfiguration } from "../../config/configuration.ts";
import { counted } from "../../domain/counted.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT, mostUrgent } from "../../pipeline/exit-code.ts";
import { bookStage, reconcileStage } from "../../pipeline/stages.ts";
import {
  forEachAccount,
  type Workspace,
  type WorkspaceOptions,
  withWorkspace,
} from "../../pipeline/workspace.ts";
import { readAccountIds } from "../../store/account-ids.ts";
import { carryOver } from "../../store/carry-over.ts";
import { isLeftBehind } from "../../store/folder-lock.ts";
import { openStore } from "../../store/open.ts";
import { analyzeAfter } from "../../store/progress.ts";
import type { Store } from "../../store/store.ts";
import { type Contents, contentsOf, differingRows, readContents } from "../../store/table-contents.ts";
import { tablesThatAre } from "../../store/table-origins.ts";
import { defineCommand } from "../command.ts";
import { ACCOUNTS, CONFIG, LOG } from "../options.ts";

export type VerifyOptions = WorkspaceOptions & {
  readonly beside?: string | undefined;
};

/** Of the folders of the stores that are built. */
const PREFIX = "perpbooks-verify-";
const BUILT = tablesThatAre("rebuilt");
/** Of each table that differs; the first ones say where to look. */
const ROWS_SHOWN = 2;

/**
 * Builds the books of each account from its raw records in a store of its own, which goes away afterwards,
 * proves them there, and compares every row of every table that is built. The store itself is only read, as
 * it is at one instant.
 */
export function verify({ beside, ...options }: VerifyOptions, context: CommandContext): Promise<number> {
  return withWorkspace(options, context, async (workspace) => {
    const place = beside === undefined ? tmpdir() : resolve(context.workingFolder, beside);
    await removeLeftBehind(place);
    const folder = await mkdtemp(join(place, PREFIX));
    try {
      const anew = await openStore({ kind: "folder", path: folder }, context.signal);
      try {
        return await verifyIn(workspace, anew);
      } finally {
        await anew.close();
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** Those of killed ones, as large as a store each. What cannot be looked at is somebody else's. */
async function removeLeftBehind(place: string): Promise<void> {
  const names = (await readdir(place)).filter((name) => name.startsWith(PREFIX));
  for (const folder of names.map((name) => join(place, name))) {
    if (await isLeftBehind(folder).catch(() => false))
      await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

async function verifyIn(workspace: Workspace, anew: Store): Promise<number> {
  const { store, progress } = workspace;
  let present: Contents = new Map();
  const rows = await carryOver(
    store.db,
    anew.db,
    (table) => progress.doing(`carrying over ${table}`),
    async (source) => {
      present = await readContents(source, BUILT, null);
    },
  );
  await analyzeAfter(anew.db, rows, ["raw", "price"]);
  nameUncompared(workspace, await readAccountIds(anew.db));
  const beside = { ...workspace, store: anew };
  // Checks across accounts need all of them booked, also those that are not compared.
  const all = { ...beside, accounts: workspace.configuration.accounts };
  const bookedCode = await forEachAccount(all, (account) =>
    anew.withAccountLock(account.name, async () => {
      await bookStage(beside, account, true);
      return EXIT.done;
    }),
  );
  const toldCode = await forEachAccount(workspace, async (account) => {
    await anew.withAccountLock(account.name, () => reconcileStage(beside, account, "whole"));
    const built = await anew.db
      .transaction()
      .execute((reading) => readContents(reading, BUILT, account.name));
    return tell(workspace, anew, account, present, built);
  });
  return mostUrgent([bookedCode, toldCode]);
}

/** Only the configuration names the venue whose records they are. */
function nameUncompared({ configuration, progress }: Workspace, known: readonly string[]): void {
  for (const name of known.filter((one) => !configuration.accounts.some((account) => account.name === one)))
    progress.say(
      `${name}: it is not in the configuration, so its books are not compared\n  next: add it, then perpbooks verify --account ${name}`,
    );
}

async function tell(
  { store, context: { output } }: Workspace,
  anew: Store,
  { name }: AccountConfiguration,
  present: Contents,
  built: Contents,
): Promise<number> {
  // Another version of the program forgets the sums of days, and makes them anew with the next booking.
  const isSummed = contentsOf(present, "ledger.summed_until", name).rows > 0;
  const compared = BUILT.filter((table) => isSummed || !TABLES_OF_SUMS.some((sums) => sums === table));
  const differing = compared.filter((table) => {
    const [here, there] = [contentsOf(present, table, name), contentsOf(built, table, name)];
    return here.rows !== there.rows || here.digest !== there.digest;
  });
  if (differing.length === 0) {
    const rows = compared.reduce((sum, table) => sum + contentsOf(built, table, name).rows, 0);
    output.write(
      `${name}: built anew, the books are the same, ${counted(rows, "row")} in ${counted(compared.length, "table")}\n`,
    );
    return EXIT.done;
  }
  for (const table of differing) {
    const [here, there] = [contentsOf(present, table, name), contentsOf(built, table, name)];
    output.write(
      `${name}: ${table} has ${counted(here.rows, "row")}, built anew ${counted(there.rows, "row")}\n`,
    );
    const alone = await differingRows([store.db, anew.db], table, name, ROWS_SHOWN);
    for (const row of alone.left) output.write(`  only here: ${row}\n`);
    for (const row of alone.right) output.write(`  only built anew: ${row}\n`);
  }
  output.write(
    `  next: perpbooks book --account ${name} and perpbooks reconcile --account ${name}, where a run was stopped; if it stays, keep a copy of the store, then perpbooks book --from-empty --account ${name}\n`,
  );
  return EXIT.openItems;
}

export const verifyCommand = defineCommand({
  options: {
    config: CONFIG,
    log: LOG,
    account: ACCOUNTS,
    beside: {
      type: "string",
      describe:
        "the folder that the books are built anew in, for as long as it takes; default: the system's for temporary files",
    },
  },
  examples: [
    ["verify", "all accounts"],
    ["verify --beside /var/tmp", "where the folder for temporary files is too small"],
  ],
  act: verify,
});
