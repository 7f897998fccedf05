import { resolve } from "node:path";
import { nearest } from "../../config/nearest.ts";
import { greatest } from "../../domain/lists.ts";
import { UsageError } from "../../errors.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT } from "../../pipeline/exit-code.ts";
import { exitCodeFor } from "../../pipeline/open-items.ts";
import { checkPeriodOptions, type PeriodOptions, reportedPeriod } from "../../pipeline/reported-period.ts";
import {
  knownReports,
  type Workspace,
  type WorkspaceOptions,
  withWorkspace,
} from "../../pipeline/workspace.ts";
import { chosenAccounts, type WhereTo, whereTo, writeAllReports } from "../../pipeline/write-all-reports.ts";
import { readEvidence, requireAccountIds } from "../../report/account-evidence.ts";
import { completenessLines, readCompleteness } from "../../report/completeness.ts";
import { listReports, type ReportDefinition } from "../../report/definition.ts";
import { acceptedReasons, openReasons } from "../../report/manifest.ts";
import { openReport } from "../../report/run-report.ts";
import { readOnly } from "../../store/read-only.ts";
import { defineCommand } from "../command.ts";
import { ACCOUNTS, CONFIG, PERIOD, TIME_ZONE } from "../options.ts";
import { type Format, writeResult } from "../result-text.ts";

export type ReportOptions = WorkspaceOptions &
  PeriodOptions & {
    readonly names?: readonly string[] | undefined;
    readonly format?: Format | undefined;
    readonly output?: string | undefined;
    readonly list: boolean;
  };

/** Writes all reports as files; or those that are named to the terminal. */
export async function report(options: ReportOptions, context: CommandContext): Promise<number> {
  const names = options.names ?? [];
  if (options.list) return listAll(await knownReports(options, context), context);
  checkPeriodOptions(options);
  if (names.length > 0) refuseUnknown(names, await knownReports(options, context));
  return withWorkspace(
    options,
    context,
    async (workspace) =>
      names.length === 0 ? writeFiles(workspace, options) : printNamed(workspace, options, names),
    // Files of half a run are of no use; they wait for its end.
    names.length === 0 ? "books" : "reads",
  );
}

async function namesOfReports(): Promise<readonly string[]> {
  return (await listReports(null)).map(({ name }) => name);
}

function listAll(definitions: readonly ReportDefinition[], { output }: CommandContext): number {
  const widest = greatest(definitions.map((definition) => definition.name.length));
  for (const { name, title } of definitions) output.write(`${name.padEnd(widest)}  ${title}\n`);
  return EXIT.done;
}

async function writeFiles(workspace: Workspace, options: ReportOptions): Promise<number> {
  const { configuration, context } = workspace;
  const period = await reportedPeriod(workspace, options);
  if (period === null) return nothingYet(context);
  const isRequested = options.period !== undefined;
  const to: WhereTo =
    options.output === undefined
      ? whereTo(configuration.output, isRequested ? period : null)
      : {
          folder: resolve(context.workingFolder, options.output),
          layout: isRequested ? "whole" : "by month",
        };
  const { manifest, files } = await writeAllReports(workspace, period, to);
  context.output.write(`${files} files in ${to.folder}\n`);
  const open = openReasons(manifest);
  for (const sentence of open) context.output.write(`INCOMPLETE: ${sentence}\n`);
  for (const sentence of acceptedReasons(manifest)) context.output.write(`ACCEPTED: ${sentence}\n`);
  if (open.length > 0) context.output.write("next: perpbooks status\n");
  return exitCodeFor(open);
}

function refuseUnknown(names: readonly string[], reports: readonly ReportDefinition[]): void {
  const known = reports.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new UsageError({
    where: "perpbooks report",
    what: `there is no report ${unknown.map((name) => `"${name}"${orMeant(name, known)}`).join(", ")}`,
    evidence: ["nothing was done"],
    next: "see `perpbooks report --list`",
  });
}

function orMeant(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return meant === null ? "" : ` (did you mean ${meant}?)`;
}

async function printNamed(
  workspace: Workspace,
  options: ReportOptions,
  names: readonly string[],
): Promise<number> {
  const { store, context, configuration, progress, reports: known } = workspace;
  const format = options.format ?? "table";
  const unvalued = known.filter((one) => names.includes(one.name) && one.isInReportingCurrency);
  if (configuration.reportingCurrency === null && unvalued.length > 0) {
    throw new UsageError({
      where: "perpbooks report",
      what: `${unvalued.map((one) => one.name).join(", ")}: there is no reporting currency to value amounts in`,
      evidence: ["nothing was done"],
      next: "set reportingCurrency in the configuration, then run `perpbooks book`",
    });
  }
  const period = await reportedPeriod(workspace, options);
  if (period === null) return nothingYet(context);
  const chosen = chosenAccounts(workspace);
  const wanted = known.filter(({ name }) => names.includes(name));
  await readOnly(store, async (db) => {
    const accountIds = await requireAccountIds(db, chosen);
    const completeness = await readCompleteness(db, period, await readEvidence(db, accountIds), wanted);
    for (const definition of wanted) {
      const result = await openReport(db, definition, period, chosen === null ? [null] : accountIds);
      const lines = completenessLines(definition, completeness);
      const { sign, units, note } = definition;
      const remarks = [...lines, ...[sign, units, note].filter((line) => line !== "")];
      progress.stop();
      // In a table they are printed below the rows; other formats hold rows alone.
      if (format !== "table") for (const line of lines) context.errors.write(`${definition.name}: ${line}\n`);
      await writeResult(result, format, context, remarks);
    }
  });
  return EXIT.done;
}

function nothingYet({ errors }: CommandContext): number {
  errors.write("there is nothing to report yet\n  next: perpbooks run\n");
  return EXIT.done;
}

export const reportCommand = defineCommand({
  completes: { names: namesOfReports },
  positionals: {
    names: { type: "string", array: true, describe: "reports, e.g. daily-result; --list shows all" },
  },
  options: {
    config: CONFIG,
    account: ACCOUNTS,
    period: PERIOD,
    "time-zone": TIME_ZONE,
    format: { choices: ["table", "csv", "json"], describe: "of a named report; default: table" },
    output: {
      type: "string",
      requiresArg: true,
      describe: "the folder to write into; default: a folder named after the period, in the configuration's",
    },
    list: { type: "boolean", default: false, describe: "list the reports" },
  },
  examples: [
    ["report --period 2026-Q2", "write all reports of a quarter"],
    ["report daily-result --period 2026-06 --format csv", "print one as CSV"],
    ["report --list", "which reports there are"],
  ],
  act: report,
});
