import { mkdir, readdir, rename, rm, rmdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { counted } from "../../domain/counted.ts";
import { assert, UsageError } from "../../errors.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT } from "../../pipeline/exit-code.ts";
import { type Workspace, withWorkspace } from "../../pipeline/workspace.ts";
import { carryOver } from "../../store/carry-over.ts";
import { isLeftBehind } from "../../store/folder-lock.ts";
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

const UNFINISHED = "unfinished-backup";
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
      const rows = await copyWhole(workspace, path);
      workspace.progress.stop();
      context.output.write(
        `${folder}: ${counted(rows, "row")} in ${counted(CARRIED.length, "table")}, the same as in the store\n`,
      );
      return EXIT.done;
    },
    "books",
  );
}

/**
 * Half of a backup would look like one, also to `restore`: so it is made within the folder, and is moved to
 * where it is looked for when it is whole. The folder itself may be a link, or where a disk is mounted.
 */
async function copyWhole(workspace: Workspace, path: string): Promise<number> {
  const isNew = (await mkdir(path, { recursive: true })) !== undefined;
  const unfinished = join(path, UNFINISHED);
  const removeUnfinished = () => rm(unfinished, { recursive: true, force: true });
  await removeUnfinished();
  try {
    const rows = await copyStore(workspace, unfinished);
    await rename(join(unfinished, "pg"), join(path, "pg"));
    await removeUnfinished();
    return rows;
  } catch (error) {
    await removeUnfinished();
    if (isNew) await rmdir(path).catch(() => {});
    throw error;
  }
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

/** A backup is never written over another one, nor among other files, but for what a killed one has left. */
async function refuseFilled(folder: string, path: string): Promise<void> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const isFree = async () =>
    names.length === 1 && names[0] === UNFINISHED && (await isLeftBehind(join(path, UNFINISHED)));
  if (names.length === 0 || (await isFree())) return;
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
