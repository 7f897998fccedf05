import { resolve } from "node:path";
import { currencyFault, settingsFault } from "../../config/exports.ts";
import { nearest } from "../../config/nearest.ts";
import { GRANULARITIES, type Granularity } from "../../domain/granularity.ts";
import { greatest } from "../../domain/lists.ts";
import { LOT_METHODS, type LotMethod } from "../../domain/treatment.ts";
import { UsageError } from "../../errors.ts";
import { CONFIDENCE } from "../../export/readme.ts";
import { EXPORTS, TARGETS_BY_NAME } from "../../export/targets.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT } from "../../pipeline/exit-code.ts";
import { exitCodeFor } from "../../pipeline/open-items.ts";
import { checkPeriodOptions, type PeriodOptions, reportedPeriod } from "../../pipeline/reported-period.ts";
import { type Workspace, type WorkspaceOptions, withWorkspace } from "../../pipeline/workspace.ts";
import { EXPORTS_FOLDER, wantedOf, writeAllExports } from "../../pipeline/write-all-exports.ts";
import { whereTo } from "../../pipeline/write-all-reports.ts";
import { acceptedReasons, openReasons } from "../../report/manifest.ts";
import { defineCommand } from "../command.ts";
import { ACCOUNTS, CONFIG, PERIOD, TIME_ZONE } from "../options.ts";

export type ExportOptions = WorkspaceOptions &
  PeriodOptions & {
    readonly targets?: readonly string[] | undefined;
    readonly granularity?: Granularity | undefined;
    readonly method?: readonly LotMethod[] | undefined;
    readonly output?: string | undefined;
    readonly list: boolean;
  };

const NAMES = EXPORTS.map(({ name }) => name);

/** Writes files for tax and accounting tools; without a target named, those of the configuration. */
export async function exportFiles(options: ExportOptions, context: CommandContext): Promise<number> {
  if (options.list) return listAll(context);
  checkPeriodOptions(options);
  refuseUnknown(options.targets ?? []);
  return withWorkspace(options, context, (workspace) => write(workspace, options), "books");
}

function listAll({ output }: CommandContext): number {
  const widest = greatest(NAMES.map((name) => name.length));
  const rest = " ".repeat(widest + 2);
  for (const { name, title, readBy, confidence, cannotSay } of EXPORTS) {
    output.write(`${name.padEnd(widest)}  ${title}\n`);
    output.write(`${rest}read by ${readBy}; format ${confidence}: ${CONFIDENCE[confidence]}\n`);
    for (const sentence of cannotSay) output.write(`${rest}- cannot say: ${sentence}\n`);
  }
  return EXIT.done;
}

function refuseUnknown(names: readonly string[]): void {
  const unknown = names.filter((name) => !NAMES.includes(name));
  if (unknown.length === 0) return;
  throw new UsageError({
    where: "perpbooks export",
    what: `there is no target ${unknown.map((name) => `"${name}"${orMeant(name)}`).join(", ")}`,
    evidence: ["nothing was done"],
    next: "see `perpbooks export --list`",
  });
}

/**
 * A tool that replaces everything at each import would lose the rest of the history with a file of one
 * period.
 */
function refuseParts(names: readonly string[]): void {
  const whole = names.filter((name) => TARGETS_BY_NAME[name]?.replacesEarlier === true);
  if (whole.length === 0) return;
  throw new UsageError({
    where: "perpbooks export",
    what: `${whole.join(" and ")} cannot be exported for a period: each import replaces those before it`,
    evidence: ["nothing was done"],
    next: `perpbooks export ${whole.join(" ")} (without --period)`,
  });
}

/** Targets of the configuration were checked against its currency when it was read. */
function refuseCurrencies(names: readonly string[], currency: string | null): void {
  const wrong = names.flatMap((name) => {
    const fault = currencyFault(TARGETS_BY_NAME[name]?.currency, currency);
    return fault === null ? [] : [`${name}: ${fault}`];
  });
  if (wrong.length === 0) return;
  throw new UsageError({
    where: "perpbooks export",
    what: wrong.join("; "),
    evidence: ["nothing was done"],
    next: "set reportingCurrency in the configuration, then perpbooks book",
  });
}

/** Targets of the configuration have their settings there. */
function refuseUnset(names: readonly string[]): void {
  const wrong = names.flatMap((name) => {
    const fault = settingsFault(TARGETS_BY_NAME[name]);
    return fault === null ? [] : [`${name}: ${fault}`];
  });
  if (wrong.length === 0) return;
  throw new UsageError({
    where: "perpbooks export",
    what: wrong.join("; "),
    evidence: ["nothing was done"],
    next: "name it with its settings under exports in the configuration: each missing setting is then listed",
  });
}

function orMeant(name: string): string {
  const meant = nearest(name, NAMES);
  return meant === null ? "" : ` (did you mean ${meant}?)`;
}

async function write(workspace: Workspace, options: ExportOptions): Promise<number> {
  const { configuration, context } = workspace;
  const { exports } = configuration;
  const names = [...new Set(options.targets ?? [])];
  if (names.length === 0 && exports.length === 0) {
    throw new UsageError({
      where: "perpbooks export",
      what: "no target is named, and the configuration has no exports",
      evidence: ["nothing was done"],
      next: "perpbooks export TARGET; perpbooks export --list shows which there are",
    });
  }
  if (options.period !== undefined)
    refuseParts(names.length === 0 ? exports.map(({ target }) => target) : names);
  refuseCurrencies(names, configuration.reportingCurrency);
  refuseUnset(names.filter((name) => !exports.some(({ target }) => target === name)));
  const period = await reportedPeriod(workspace, options);
  if (period === null) {
    context.errors.write("there is nothing to export yet\n  next: perpbooks run\n");
    return EXIT.done;
  }
  const chosen =
    names.length === 0
      ? exports
      : names.map(
          (target) =>
            exports.find((one) => one.target === target) ??
            ({ target, granularity: "event", words: {}, methods: null } as const),
        );
  const wanted = chosen.map((one) =>
    wantedOf(
      {
        ...one,
        granularity: options.granularity ?? one.granularity,
        methods: options.method ?? one.methods,
      },
      configuration.treatment,
    ),
  );
  const to =
    options.output === undefined
      ? {
          folder: whereTo(configuration.output, options.period === undefined ? null : period).folder,
          within: EXPORTS_FOLDER,
        }
      : { folder: resolve(context.workingFolder, options.output), within: "" };
  const { manifests, files } = await writeAllExports(workspace, period, wanted, to);
  context.output.write(`${files} files in ${resolve(to.folder, to.within)}\n`);
  // All are of one period and one state of the books; they differ only where some are in the reporting
  // currency.
  const all = [...manifests.values()];
  const open = [...new Set(all.flatMap(openReasons))];
  for (const sentence of open) context.output.write(`INCOMPLETE: ${sentence}\n`);
  for (const sentence of new Set(all.flatMap(acceptedReasons)))
    context.output.write(`ACCEPTED: ${sentence}\n`);
  if (open.length > 0) context.output.write("next: perpbooks status\n");
  return exitCodeFor(open);
}

export const exportCommand = defineCommand({
  completes: { targets: async () => NAMES },
  positionals: {
    targets: {
      type: "string",
      array: true,
      describe: "targets, e.g. koinly; --list shows all; default: the configuration's exports",
    },
  },
  options: {
    config: CONFIG,
    account: ACCOUNTS,
    period: PERIOD,
    "time-zone": TIME_ZONE,
    granularity: { choices: GRANULARITIES, describe: "one row for each of these; default: event" },
    method: {
      array: true,
      choices: LOT_METHODS,
      requiresArg: true,
      describe:
        "of disposals, a file for each of these lot methods (may be repeated); default: the configuration's",
    },
    output: {
      type: "string",
      requiresArg: true,
      describe:
        "the folder to write into, a folder in it for each target; default: exports in the configuration's",
    },
    list: { type: "boolean", default: false, describe: "list the targets: what each is, and its limits" },
  },
  examples: [
    ["export koinly --period 2026", "write a year for Koinly"],
    ["export hledger beancount", "write journals of all there is"],
    ["export --list", "which targets there are"],
  ],
  act: exportFiles,
});
