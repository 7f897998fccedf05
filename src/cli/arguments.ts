/** The command line. The only file that imports yargs. */
import yargs from "yargs";
import { STREAM_NAMES } from "../domain/record.ts";
import { UsageError } from "../errors.ts";
import { accept } from "./accept.ts";
import { book } from "./book.ts";
import { close } from "./close.ts";
import { doctor } from "./doctor.ts";
import { download } from "./download.ts";
import { acceptGap } from "./gap.ts";
import { importFiles } from "./import.ts";
import { init } from "./init.ts";
import { fetchPrices, importPrices } from "./price.ts";
import { reconcile } from "./reconcile.ts";
import { reopen } from "./reopen.ts";
import { report } from "./report.ts";
import { run } from "./run.ts";
import { sqlCommand } from "./sql.ts";
import { status } from "./status.ts";
import type { Surroundings } from "./surroundings.ts";
import { sync } from "./sync.ts";
import { trace } from "./trace.ts";
import { TRACE_KINDS } from "./trace-target.ts";
import { programVersion } from "./version.ts";

/** Reads the words, runs the command they name and returns its exit code. Throws a `UsageError` on words it does not know. */
export async function readArguments(words: readonly string[], surroundings: Surroundings): Promise<number> {
  let exitCode = 0;
  const act = async (work: Promise<number>) => {
    exitCode = await work;
  };
  const config = {
    type: "string",
    default: "perpbooks.yaml",
    requiresArg: true,
    describe: "the configuration file",
  } as const;
  const account = {
    type: "string",
    array: true,
    requiresArg: true,
    describe: "only this account (may be repeated)",
  } as const;
  const period = {
    type: "string",
    requiresArg: true,
    describe: "2025, 2025-Q1, 2025-03, 2025-03-09 or FIRST..LAST; default: all there is",
  } as const;
  const timeZone = {
    type: "string",
    requiresArg: true,
    describe: "days begin at its midnights; default: the configuration's",
  } as const;
  const allSymbols = {
    type: "boolean",
    default: false,
    describe: "ask for every listed symbol again",
  } as const;
  const rebuild = {
    type: "boolean",
    default: false,
    describe: "drop the books and build them anew from raw",
  } as const;

  const parser = yargs([...words])
    .scriptName("perpbooks")
    .usage("$0 <command>\n\nKeeps the books of perpetual-futures accounts.")
    // Numbers are never parsed: `--symbol 1e3` is a symbol.
    .parserConfiguration({
      "parse-numbers": false,
      "parse-positional-numbers": false,
      "camel-case-expansion": true,
    })
    .command(
      "sync",
      "read what is new from the venues",
      { config, account, "all-symbols": allSymbols },
      (argv) => act(sync(argv, surroundings)),
    )
    .command("book", "book what is new", { config, account, "from-empty": rebuild }, (argv) =>
      act(book(argv, surroundings)),
    )
    .command("reconcile", "prove the books against the venues' own figures", { config, account }, (argv) =>
      act(reconcile(argv, surroundings)),
    )
    .command("init", "write a commented configuration to start from", { config }, (argv) =>
      act(init(argv, surroundings)),
    )
    .command(
      "doctor",
      "check the configuration, the store, and each account's access",
      { config, account },
      (argv) => act(doctor(argv, surroundings)),
    )
    .command(
      "report [names..]",
      "write reports; one that is named goes to the terminal",
      (command) =>
        command
          .positional("names", { type: "string", array: true, describe: "reports, e.g. daily-result" })
          .options({
            config,
            account,
            period,
            "time-zone": timeZone,
            format: {
              choices: ["table", "csv", "json"] as const,
              describe: "of a named report; default: table",
            },
            output: {
              type: "string",
              requiresArg: true,
              describe: "the folder for all reports; default: the configuration's",
            },
            list: { type: "boolean", default: false, describe: "list the reports" },
          }),
      (argv) => act(report(argv, surroundings)),
    )
    .command(
      "run",
      "the nightly job: sync, book, reconcile, report",
      { config, account, period, "time-zone": timeZone, "all-symbols": allSymbols },
      (argv) => act(run(argv, surroundings)),
    )
    .command(
      "status",
      "how complete each account's history is",
      { config, json: { type: "boolean", default: false, describe: "as JSON" } },
      (argv) => act(status(argv, surroundings)),
    )
    .command(
      "sql <query>",
      "ask the store; it cannot be changed this way",
      (command) =>
        command.positional("query", { type: "string", demandOption: true, describe: "one select" }).options({
          config,
          format: { choices: ["table", "csv", "json"] as const, default: "table" as const },
        }),
      (argv) => act(sqlCommand(argv, surroundings)),
    )
    .command(
      "trace <what> [names..]",
      "what is behind a figure: its entries, its records as the venue sent them, and the requests that brought them",
      (command) =>
        command
          .positional("what", {
            choices: TRACE_KINDS,
            demandOption: true,
            describe: "what to trace",
          })
          .positional("names", {
            type: "string",
            array: true,
            describe: "ENTRY_ID, RECORD_KEY, FILL_ID, CHECK_NAME SUBJECT, or a report's name",
          })
          .options({
            config,
            account,
            period,
            "time-zone": timeZone,
            symbol: { type: "string", requiresArg: true, describe: "of the fill or disposal" },
            where: {
              type: "string",
              array: true,
              requiresArg: true,
              describe: "of a report: the row that has COLUMN=VALUE (may be repeated)",
            },
            format: { choices: ["text", "json"] as const, default: "text" as const },
            all: { type: "boolean", default: false, describe: "all facts, not only the first ones" },
          }),
      (argv) => act(trace(argv, surroundings)),
    )
    .command(
      "import [files..]",
      "load files that a venue made into what it no longer serves; or take that back",
      (command) =>
        command
          .positional("files", {
            type: "string",
            array: true,
            describe: "CSV or zip files",
          })
          .options({
            config,
            account: { type: "string", demandOption: true, requiresArg: true, describe: "the account" },
            period: {
              ...period,
              describe: "the time the files are of; default: from their first row to their last",
            },
            "file-time-zone": {
              type: "string",
              requiresArg: true,
              describe: "of the files' times, where neither they nor their names say: UTC+3",
            },
            undo: {
              type: "string",
              describe: "take an import back, by its number; the last one if none is given",
            },
          }),
      (argv) => act(importFiles(argv, surroundings)),
    )
    .command(
      "download",
      "have the venue make files of what it no longer serves, and load them; shows what that costs",
      {
        config,
        account: { type: "string", demandOption: true, requiresArg: true, describe: "the account" },
        from: {
          type: "string",
          demandOption: true,
          requiresArg: true,
          describe: "the first day, or an instant: 2025-01-01",
        },
        until: {
          type: "string",
          demandOption: true,
          requiresArg: true,
          describe: "the day or instant at which the span ends: 2025-04-01 ends with March",
        },
        stream: { choices: ["income", "fills"] as const, describe: "only this stream" },
        spend: {
          type: "boolean",
          default: false,
          describe: "really ask, which spends some of the venue's monthly allowance",
        },
        "file-time-zone": {
          type: "string",
          requiresArg: true,
          describe: "of the files' times, where neither they nor their names say: UTC+3",
        },
      },
      (argv) => act(download(argv, surroundings)),
    )
    .command(
      "close [period]",
      "close a period: what comes later is posted after it, as an adjustment",
      (command) =>
        command
          .positional("period", { type: "string", describe: "2025, 2025-Q1, 2025-03 or FIRST..LAST" })
          .options({
            config,
            account,
            "time-zone": timeZone,
            because: {
              type: "string",
              requiresArg: true,
              describe: "why it can be closed although something is open; kept with the close",
            },
            verify: {
              type: "boolean",
              default: false,
              describe: "close nothing; compare the reports of closed periods with what was closed",
            },
          }),
      (argv) => act(close(argv, surroundings)),
    )
    .command(
      "reopen <period>",
      "take a close back, with a reason",
      (command) =>
        command
          .positional("period", { type: "string", demandOption: true, describe: "as it was closed" })
          .options({
            config,
            account,
            "time-zone": timeZone,
            because: {
              type: "string",
              demandOption: true,
              requiresArg: true,
              describe: "the reason, for whoever asks later",
            },
          }),
      (argv) => act(reopen(argv, surroundings)),
    )
    .command(
      "accept",
      "record your decision on what needs a person, so that it asks no more unless it changes",
      {
        config,
        account: { type: "string", demandOption: true, requiresArg: true, describe: "the account" },
        record: {
          type: "string",
          requiresArg: true,
          describe: "a record set aside or in suspense: record_key of the report gaps",
        },
        difference: {
          type: "string",
          requiresArg: true,
          describe: "check_name and subject of the report reconciliation: 'wallet USDT'",
        },
        at: {
          type: "string",
          requiresArg: true,
          describe: "of a check that differs more than once: its checked_at",
        },
        because: {
          type: "string",
          demandOption: true,
          requiresArg: true,
          describe: "the reason, for whoever asks later",
        },
        undo: { type: "boolean", default: false, describe: "take the decision back: it asks again" },
      },
      (argv) => act(accept(argv, surroundings)),
    )
    .command("gap", "what the venues no longer serve", (command) =>
      command
        .command(
          "accept",
          "record your decision that nothing is missing in a gap",
          {
            config,
            account: { type: "string", demandOption: true, requiresArg: true, describe: "the account" },
            period: {
              ...period,
              demandOption: true,
              describe: "the span: 2025-03, 2025-03-09 or FIRST..LAST",
            },
            stream: { choices: STREAM_NAMES, requiresArg: true, describe: "only this stream" },
            symbol: { type: "string", requiresArg: true, describe: "only this symbol" },
            because: {
              type: "string",
              demandOption: true,
              requiresArg: true,
              describe: "the reason, for whoever asks later",
            },
          },
          (argv) => act(acceptGap(argv, surroundings)),
        )
        .demandCommand(1, "a command is missing: gap accept"),
    )
    .command("price", "prices for the reporting currency", (command) =>
      command
        .command(
          "import <file>",
          "load prices from a file; another price for the same time replaces the one before",
          (inner) =>
            inner.positional("file", { type: "string", demandOption: true, describe: "a CSV file" }).options({
              config,
              kind: {
                choices: ["ecb", "csv"] as const,
                demandOption: true,
                requiresArg: true,
                describe: "ecb: the ECB's eurofxref-hist.csv. csv: time,base,quote,price[,quality]",
              },
            }),
          (argv) => act(importPrices(argv, surroundings)),
        )
        .command(
          "fetch",
          "ask the venues for the minutes that the books need and lack",
          { config, account },
          (argv) => act(fetchPrices(argv, surroundings)),
        )
        .demandCommand(1, "a command is missing: price import or price fetch"),
    )
    .command(
      "demo",
      "the whole way with a simulated venue",
      {
        output: {
          type: "string",
          default: "out/demo",
          requiresArg: true,
          describe: "the folder for its reports",
        },
      },
      // Only the demo needs the simulated venues.
      (argv) => act(import("./demo.ts").then(({ demo }) => demo(argv, surroundings))),
    )
    .demandCommand(1, "a command is missing")
    .strict()
    .version(programVersion())
    .help()
    .exitProcess(false)
    .check((argv) => {
      refuseRepeated(argv);
      return true;
    })
    .fail((message, error) => {
      // What yargs itself finds in the words comes as an error of its own, or as a message alone.
      throw error === undefined || error === null || error.name === "YError"
        ? wrongUsage(error?.message ?? message)
        : error;
    });

  await parser.parseAsync([...words], {}, (_error, _argv, text) => {
    // yargs hands over what it would print itself: the help and the version.
    if (text !== "" && _error === undefined) surroundings.output.write(`${text}\n`);
  });
  return exitCode;
}

/** yargs makes a list of a word that is given twice, and leaves it to its user to be surprised. */
function refuseRepeated(argv: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(argv)) {
    if (!Array.isArray(value) || ["_", "account", "names", "files", "where"].includes(name)) continue;
    throw wrongUsage(`--${name} is given ${value.length} times`);
  }
}

function wrongUsage(message: string): UsageError {
  return new UsageError({
    where: "perpbooks",
    what: message.replaceAll("\n", "; "),
    evidence: ["nothing was done"],
    next: "see `perpbooks --help`",
  });
}
