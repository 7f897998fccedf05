/**
 * The whole nightly job with simulated venues: reads their history over HTTP, books it, proves it and reports
 * it, as `run` does for real ones. The simulated clock stands still and the worlds are made from a fixed
 * seed, so the same files come out on any day.
 */

import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { rehearsalClock } from "../../clock.ts";
import { parseInstant } from "../../domain/calendar.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { configurationText } from "../../simulator/configuration.ts";
import { type ExampleVenues, startExampleVenues } from "../../simulator/example-venues.ts";
import { defineCommand } from "../command.ts";
import { DEMO_HEAD, freshDemoFolders } from "./demo-folders.ts";
import { runInSight } from "./run.ts";

const NOW = parseInstant("2026-06-30T20:15:00Z");

/** One of each sort: a tax tool, journals, a table, a workbook. `perpbooks export --list` has the others. */
const EXPORTED = ["koinly", "hledger", "beancount", "events", "workbook"];

export async function demo(options: { readonly output: string }, context: CommandContext): Promise<number> {
  const output = resolve(context.workingFolder, options.output);
  const books = await freshDemoFolders(output);
  const venues = await startExampleVenues({
    seed: "demo",
    now: NOW,
    clock: { kind: "frozen", at: NOW },
    daysAhead: 0,
    fills: { aster: 1_200, binance: 500, edgex: 240 },
  });
  try {
    const config = join(books, "perpbooks.yaml");
    await writeFile(config, demoConfiguration(output, venues));
    await writeFile(join(books, ".env"), secretsText(venues), { mode: 0o600 });
    const exitCode = await runInSight(
      { config, allSymbols: false },
      { ...context, clock: rehearsalClock(NOW), environment: {} },
    );
    context.output.write(
      `its books and their configuration in ${books}\nnext: perpbooks sql "select * from report.journal limit 9" --config ${config}\n`,
    );
    return exitCode;
  } finally {
    await venues.close();
  }
}

function demoConfiguration(output: string, { accounts }: ExampleVenues): string {
  const settings = {
    store: "./perpbooks-data",
    timeZone: "UTC",
    output: JSON.stringify(output),
    exports: `[${EXPORTED.join(", ")}]`,
  };
  return `${DEMO_HEAD}\n${configurationText(settings, accounts)}`;
}

/** Beside the configuration, as a user would keep real ones. */
function secretsText({ variables }: ExampleVenues): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

export const demoCommand = defineCommand({
  options: {
    output: {
      type: "string",
      default: "out/demo",
      requiresArg: true,
      describe:
        "the folder for its reports; the books go into one beside it, FOLDER-books. Both are written again",
    },
  },
  examples: [
    ["demo", "into out/demo and out/demo-books"],
    ["demo --output elsewhere/demo", "into elsewhere/demo and elsewhere/demo-books"],
  ],
  act: demo,
});
