import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { assert, UsageError } from "../errors.ts";
import { defineCommand } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { type LoadedFile, loadHistoryFiles, requireSynced } from "./load-history-file.ts";
import { ACCOUNT, CONFIG, FILE_TIME_ZONE, PERIOD } from "./options.ts";
import { readPeriod } from "./reported-period.ts";
import type { Surroundings } from "./surroundings.ts";
import { withWorkspace } from "./workspace.ts";

export type ImportOptions = {
  readonly config: string;
  readonly account: string;
  readonly files: readonly string[];
  readonly period?: string | undefined;
  readonly fileTimeZone?: string | undefined;
};

/** Loads files that the venue made into the spans that its interface does not serve any more. */
export function importFiles(options: ImportOptions, surroundings: Surroundings): Promise<number> {
  return withWorkspace(
    { config: options.config, account: [options.account] },
    surroundings,
    async (workspace) => {
      const [account] = workspace.accounts;
      assert(account !== undefined, "an account was chosen");
      const { timeZone } = workspace.configuration;
      const period = options.period === undefined ? null : readPeriod(options.period, timeZone);
      const files = await Promise.all(options.files.map((file) => fileOf(surroundings.workingFolder, file)));
      return workspace.store.withAccountLock(account.name, async () => {
        await requireSynced(workspace, account, "import");
        await loadHistoryFiles(workspace, {
          command: "import",
          account,
          files,
          stream: null,
          period,
          timeZone: options.fileTimeZone,
        });
        return EXIT.done;
      });
    },
  );
}

async function fileOf(workingFolder: string, file: string): Promise<LoadedFile> {
  const path = resolve(workingFolder, file);
  try {
    return { name: basename(path), bytes: await readFile(path), origin: dirname(path) };
  } catch (cause) {
    throw new UsageError(
      {
        where: "import",
        what: `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
        evidence: ["nothing was loaded"],
        next: "name a file that is there",
      },
      { cause },
    );
  }
}

export const importCommand = defineCommand({
  positionals: {
    files: { type: "string", array: true, demandOption: true, describe: "CSV or zip files" },
  },
  options: {
    config: CONFIG,
    account: ACCOUNT,
    period: {
      ...PERIOD,
      describe: "the time the files are of; default: from their first row to their last",
    },
    "file-time-zone": FILE_TIME_ZONE,
  },
  examples: [["import Binance-Futures-Trade-History.zip --account main", ""]],
  act: importFiles,
});
