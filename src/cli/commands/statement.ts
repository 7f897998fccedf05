import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT } from "../../pipeline/exit-code.ts";
import { exitCodeFor } from "../../pipeline/open-items.ts";
import { checkPeriodOptions, type PeriodOptions, reportedPeriod } from "../../pipeline/reported-period.ts";
import { type Workspace, type WorkspaceOptions, withWorkspace } from "../../pipeline/workspace.ts";
import { chosenAccounts, writtenReports } from "../../pipeline/write-all-reports.ts";
import { withOutputFolder } from "../../report/output-folder.ts";
import { STATEMENT_NAME } from "../../report/stage-statement.ts";
import { writeStatement } from "../../report/write-statement.ts";
import { defineCommand } from "../command.ts";
import { openFile } from "../open-file.ts";
import { ACCOUNTS, CONFIG, PERIOD, TIME_ZONE } from "../options.ts";

type StatementOptions = WorkspaceOptions &
  PeriodOptions & { readonly output?: string | undefined; readonly open: boolean };

/** Writes the page of a period alone; `report` writes it with all reports. */
async function statement(options: StatementOptions, context: CommandContext): Promise<number> {
  checkPeriodOptions(options);
  return withWorkspace(options, context, (workspace) => write(workspace, options), "books");
}

async function write(workspace: Workspace, options: StatementOptions): Promise<number> {
  const { configuration, context, store, progress } = workspace;
  const period = await reportedPeriod(workspace, options);
  if (period === null) {
    context.errors.write("there is nothing to report yet\n  next: perpbooks run\n");
    return EXIT.done;
  }
  const folder =
    options.output === undefined ? configuration.output : resolve(context.workingFolder, options.output);
  await mkdir(folder, { recursive: true });
  progress.doing("writing the statement");
  const { name, incomplete } = await withOutputFolder(folder, context.signal, () =>
    writeStatement({
      store,
      definitions: writtenReports(workspace),
      period,
      accountIds: chosenAccounts(workspace),
      outputFolder: folder,
      name: `${STATEMENT_NAME}-${period.name.replaceAll(":", "")}`,
      treatment: configuration.treatment,
    }),
  );
  progress.stop();
  context.output.write(`${join(folder, name)}\n`);
  if (options.open) await openFile(join(folder, name), context);
  for (const sentence of incomplete) context.output.write(`INCOMPLETE: ${sentence}\n`);
  return exitCodeFor(incomplete);
}

export const statementCommand = defineCommand({
  options: {
    config: CONFIG,
    account: ACCOUNTS,
    period: PERIOD,
    "time-zone": TIME_ZONE,
    output: {
      type: "string",
      requiresArg: true,
      describe: "the folder to write into; default: the configuration's",
    },
    open: { type: "boolean", default: false, describe: "open it in the browser" },
  },
  examples: [["statement --period 2026", "one page of a year, to look at or to print"]],
  act: statement,
});
