import { readdir, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { counted } from "../../domain/counted.ts";
import { assert, UsageError } from "../../errors.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT } from "../../pipeline/exit-code.ts";
import { type Workspace, withWorkspace } from "../../pipeline/workspace.ts";
import { carryOver } from "../../store/carry-over.ts";
import { openStore } from "../../store/open.ts";
import { type Contents, readContents } from "../../store/table-contents.ts";
import { tablesThatAre } from "../../store/table-origins.ts";
import { defineCommand } from "../command.ts";
import { CONFIG, LOG } from "../options.ts";

export type BackupOptions = {
  readonly config: string;
  readonly log?: string | undefined;
  readonly folder: string;
};

const CARRIED = tablesThatAre("carried");

/**
 * Copies what nothing can make again, as it is at one instant, from a store of either kind into an embedded
 * one in a new folder; then opens that again, and compares every row.
 */
export function backup({ config, log, folder }: BackupOptions, context: CommandContext): Promise<number> {
  return withWorkspace(
    { config, log },
    context,
    async (workspace) => {
      const path = resolve(context.workingFolder, folder);
      await refuseFilled(folder, path);
      const rows = await copyStore(workspace, path).catch(async (error: unknown) => {
        // Half of a backup would look like one.
        await rm(path, { recursive: true, force: true });
        throw error;
      });
      workspace.progress.stop();
      context.output.write(
        `${folder}: ${counted(rows, "row")} in ${counted(CARRIED.length, "table")}, the same as in the store\n`,
      );
      return EXIT.done;
    },
    "books",
  );
}

async function copyStore({ store, progress, context: { signal } }: Workspace, path: string): Promise<number> {
  let present: Contents = new Map();
  const copy = await openStore({ kind: "folder", path }, signal);
  const rows = await carryOver(
    store.db,
    copy.db,
    (table) => progress.doing(`copying ${table}`),
    async (source) => {
      present = await readContents(source, CARRIED, null);
    },
  ).finally(() => copy.close());
  progress.doing("comparing the copy");
  const opened = await openStore({ kind: "folder", path }, signal);
  const copied = await opened.db
    .transaction()
    .execute((reading) => readContents(reading, CARRIED, null))
    .finally(() => opened.close());
  assert(isSame(present, copied), "each row of the copy is one of the store");
  return rows;
}

/** A backup is never written over another one, nor among other files. */
async function refuseFilled(folder: string, path: string): Promise<void> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  if (names.length === 0) return;
  throw new UsageError({
    where: `perpbooks backup ${folder}`,
    what: "the folder is not empty",
    evidence: [`it is ${path}`, "nothing was written"],
    next: "give a folder that is not there yet, such as one with the day in its name",
  });
}

function isSame(one: Contents, other: Contents): boolean {
  return JSON.stringify(listed(one)) === JSON.stringify(listed(other));
}

function listed(contents: Contents): unknown {
  return [...contents].map(([table, accounts]) => [
    table,
    [...accounts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, of]) => [name, of.rows, of.digest]),
  ]);
}

export const backupCommand = defineCommand({
  positionals: {
    folder: {
      type: "string",
      demandOption: true,
      describe: "where to; it must not be there yet, or be empty",
    },
  },
  options: { config: CONFIG, log: LOG },
  examples: [
    ["backup /backups/2026-12-01", "of an embedded store or of a server; perpbooks restore reads it"],
  ],
  act: backup,
});
