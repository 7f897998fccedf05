import { basename, resolve } from "node:path";
import { forgetBooksWithin } from "../../book/book-account.ts";
import type { AccountConfiguration } from "../../config/configuration.ts";
import { counted } from "../../domain/counted.ts";
import { formatInstant, parseUtcInstant } from "../../domain/instant.ts";
import { assert, UsageError } from "../../errors.ts";
import { type OpenFile, openFile } from "../../history-files/byte-source.ts";
import { closesResting, standingImports, undoImport } from "../../history-files/undo-import.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT } from "../../pipeline/exit-code.ts";
import { loadHistoryFiles, requireSynced } from "../../pipeline/load-history-files.ts";
import { readPeriod } from "../../pipeline/reported-period.ts";
import { bookStage, reconcileStage } from "../../pipeline/stages.ts";
import { type Workspace, withWorkspace } from "../../pipeline/workspace.ts";
import type { ImportRow } from "../../store/tables.ts";
import { defineCommand } from "../command.ts";
import { ACCOUNT, CONFIG, FILE_TIME_ZONE, LOG, PERIOD } from "../options.ts";

export type ImportOptions = {
  readonly config: string;
  readonly log?: string | undefined;
  readonly account: string;
  readonly files?: readonly string[] | undefined;
  readonly period?: string | undefined;
  readonly fileTimeZone?: string | undefined;
  /** The number of the import to take back; "" for the last one. */
  readonly undo?: string | undefined;
};

/**
 * Loads files that the venue made into the spans that its interface no longer serves, or takes an import
 * back.
 */
export async function importFiles(options: ImportOptions, context: CommandContext): Promise<number> {
  const { files = [], undo } = options;
  if (undo === undefined && files.length === 0)
    throw refusal("no file is given", "name the files, or give --undo");
  if (undo !== undefined && files.length > 0)
    throw refusal(`--undo is given beside ${files.join(", ")}`, "take the import back first, then import");
  return withWorkspace(
    { config: options.config, log: options.log, account: [options.account] },
    context,
    async (workspace) => {
      const [account] = workspace.accounts;
      assert(account !== undefined, "an account was chosen");
      return workspace.store.withAccountLock(account.name, async () => {
        await requireSynced(workspace, account, "import");
        if (undo === undefined) await load(workspace, account, files, options);
        else await takeBack(workspace, account, undo);
        return EXIT.done;
      });
    },
  );
}

async function load(
  workspace: Workspace,
  account: AccountConfiguration,
  paths: readonly string[],
  options: ImportOptions,
): Promise<void> {
  const { context, configuration } = workspace;
  const period = options.period === undefined ? null : readPeriod(options.period, configuration.timeZone);
  const opened: OpenFile[] = [];
  try {
    for (const path of paths) opened.push(await open(context.workingFolder, path));
    await loadHistoryFiles(workspace, {
      command: "import",
      account,
      files: opened.map(({ path, source }) => ({ name: basename(path), source, origin: path })),
      stream: null,
      period,
      timeZone: options.fileTimeZone,
    });
  } finally {
    for (const file of opened) await file.close();
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EACCES: "permission was denied",
};

async function open(workingFolder: string, file: string): Promise<OpenFile> {
  try {
    return await openFile(resolve(workingFolder, file));
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    const reason = REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause));
    throw refusal(`${file} cannot be read (${reason})`, "name a file that is there", { cause });
  }
}

/** The books are built again without the import's records. */
async function takeBack(workspace: Workspace, account: AccountConfiguration, which: string): Promise<void> {
  const { store, context, progress } = workspace;
  const row = chosenImport(await standingImports(store.db, account.name), which);
  const closed = await closesResting(store.db, row);
  const last = closed.at(-1);
  if (last !== undefined) {
    throw refusal(
      `${account.name} has closed ${closed.join(", ")} since, which rests on import ${row.import_number}`,
      `perpbooks reopen ${last} first`,
    );
  }
  progress.doing(`${account.name} taking import ${row.import_number} back`);
  const records = await store.db.transaction().execute(async (transaction) => {
    const moved = await undoImport(transaction, row, context.clock.now());
    await forgetBooksWithin(transaction, account.name);
    return moved;
  });
  await bookStage(workspace, account, false);
  await reconcileStage(workspace, account, "whole");
  progress.log("import_undone", { account: account.name, import: row.import_number, records });
  progress.stop();
  context.output.write(
    `${account.name}: import ${row.import_number} of ${formatInstant(parseUtcInstant(row.loaded_at))} (${row.files.replaceAll("\n", ", ")}) is taken back: ${counted(records, "record")}; the books are built again without them\n`,
  );
}

function chosenImport(imports: readonly ImportRow[], which: string): ImportRow {
  const row =
    which === "" ? imports.at(-1) : imports.find(({ import_number }) => String(import_number) === which);
  if (row !== undefined) return row;
  const numbers = imports.map(
    ({ import_number, files }) => `${import_number}: ${files.replaceAll("\n", ", ")}`,
  );
  throw refusal(
    which === "" ? "no import can be taken back" : `there is no import ${which}`,
    imports.length === 0
      ? "nothing: none was made, or all were taken back"
      : `give one of ${numbers.join("; ")}`,
  );
}

function refusal(what: string, next: string, options?: ErrorOptions): UsageError {
  return new UsageError(
    { where: "perpbooks import", what, evidence: ["nothing was changed"], next },
    options,
  );
}

export const importCommand = defineCommand({
  positionals: {
    files: { type: "string", array: true, describe: "CSV or zip files" },
  },
  options: {
    config: CONFIG,
    log: LOG,
    account: ACCOUNT,
    period: {
      ...PERIOD,
      describe: "the time that the files cover; default: from their first row to their last",
    },
    "file-time-zone": FILE_TIME_ZONE,
    undo: { type: "string", describe: "take an import back, by its number; the last one if none is given" },
  },
  examples: [
    ["import Binance-Futures-Trade-History.zip --account main", ""],
    ["import --account main --undo 3", "as if that import had never been"],
  ],
  act: importFiles,
});
