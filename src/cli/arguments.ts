/** The command line, read by the commands' own options. Only this file and `command.ts` import yargs. */
import yargs, { type Argv } from "yargs";
import { nearest } from "../config/nearest.ts";
import { alternatives } from "../config/reading.ts";
import { UsageError } from "../errors.ts";
import { programVersion } from "../package.ts";
import type { CommandContext } from "../pipeline/command-context.ts";
import { EXIT, EXIT_MEANINGS } from "../pipeline/exit-code.ts";
import type { Command } from "./command.ts";
import { COMMANDS, type ListedCommand, nameOf } from "./commands.ts";

type Read = Readonly<Record<string, unknown>> & { readonly _: readonly (string | number)[] };

const HELP_COLUMNS = { least: 80, most: 120 } as const;

/**
 * Reads the words, runs the command they name and returns its exit code. Throws a `UsageError` on words it
 * does not know.
 */
export async function readArguments(given: readonly string[], context: CommandContext): Promise<number> {
  // As in other programs, `help COMMAND` means `COMMAND --help`.
  const words = given[0] === "help" ? [...given.slice(1), "--help"] : given;
  let exitCode: number = EXIT.done;
  // What a message is about: the command that the words have named so far.
  let usage = "<command>";
  // What its first word can be; empty for anything.
  let firstWords: readonly string[] = [];

  const add = (parser: Argv, listed: ListedCommand, words: string): Argv =>
    parser.command(
      words,
      listed.does,
      async (own) => {
        usage = listed.usage;
        const command = await listed.load();
        firstWords = (Object.values(command.positionals)[0]?.choices ?? []).map(String);
        return withWords(own, listed, command);
      },
      async (argv) => {
        const { act } = await listed.load();
        // yargs has read them by the options that `defineCommand` holds `act` to.
        exitCode = await act(argv as never, context);
      },
    );

  const parser = yargs([...words])
    .scriptName("perpbooks")
    .usage("$0 <command>\n\nKeeps the books of perpetual-futures accounts.")
    // Numbers are never parsed: `--symbol 1e3` is a symbol.
    .parserConfiguration({
      "parse-numbers": false,
      "parse-positional-numbers": false,
      "camel-case-expansion": true,
    })
    // yargs' type does not allow plural forms, although its own strings have them.
    .updateStrings(MESSAGES as never)
    .wrap(Math.min(HELP_COLUMNS.most, Math.max(HELP_COLUMNS.least, context.output.columns ?? 0)));
  for (const [first, group] of groups()) {
    const [only] = group;
    if (only !== undefined && !nameOf(only).includes(" ")) {
      add(parser, only, only.usage);
      continue;
    }
    parser.command(first, group.map(({ does }) => does).join("; "), (own) => {
      usage = `${first} <command>`;
      for (const listed of group) add(own, listed, listed.usage.slice(first.length + 1));
      return own;
    });
  }
  parser
    .epilogue(exitCodesText())
    .version(programVersion())
    .alias("version", "v")
    .help()
    .alias("help", "h")
    .exitProcess(false)
    .check((argv) => {
      if (argv["help"] !== true && argv["version"] !== true) refuseUnknownCommand(argv as Read);
      refuseRepeated(argv, usage);
      return true;
    })
    .fail((message, error) => {
      throw error ?? wrongUsage(message, usage, firstWords);
    });

  refuseHelpOnUnknown(words);
  try {
    await parser.parseAsync([...words], {}, (error, _argv, text) => {
      // yargs hands over what it would print itself: the help and the version.
      if (text !== "" && error === undefined) context.output.write(`${text}\n`);
    });
  } catch (error) {
    // What yargs itself finds in the words comes as an error of its own, or as a message alone.
    throw error instanceof Error && error.name === "YError"
      ? wrongUsage(error.message, usage, firstWords)
      : error;
  }
  return exitCode;
}

/** Our texts for yargs' own messages. */
const MESSAGES = {
  "Invalid values:": "a value is not known:",
  "Argument: %s, Given: %s, Choices: %s": "%s: found %s, expected one of %s",
  "Missing required argument: %s": { one: "missing: %s", other: "missing: %s" },
  "Not enough arguments following: %s": "--%s needs a value",
  "Not enough non-option arguments: got %s, need at least %s": {
    one: "words: %s of %s",
    other: "words: %s of %s",
  },
};

/**
 * yargs names options without their dashes, and only counts positional words; the usage shows which one is
 * missing.
 */
function namingMissing(message: string, usage: string, firstWords: readonly string[]): string {
  const [, options] = /^missing: (.*)$/.exec(message.trim()) ?? [];
  if (options !== undefined) return `missing: --${options.replaceAll(", ", ", --")}`;
  if (!/^words: \d+ of \d+$/.test(message.trim())) return message;
  const wanted = [...usage.matchAll(/<(\w+)>/g)].map(([, word = ""]) => word.toUpperCase());
  // No command needs more than one word, so the missing one is the first.
  const choices = firstWords.length === 0 ? "" : ` (${alternatives(firstWords)})`;
  return `a word is missing: ${wanted[0] ?? ""}${choices}`;
}

/** Commands by their first word, in the order in which they are listed. */
function groups(): Map<string, ListedCommand[]> {
  const byFirst = new Map<string, ListedCommand[]>();
  for (const listed of COMMANDS) {
    const [first = ""] = nameOf(listed).split(" ");
    byFirst.set(first, [...(byFirst.get(first) ?? []), listed]);
  }
  return byFirst;
}

function withWords(parser: Argv, listed: ListedCommand, command: Command): Argv {
  for (const [name, positional] of Object.entries(command.positionals)) parser.positional(name, positional);
  parser.options(command.options);
  for (const [words, does] of command.examples) parser.example(`perpbooks ${words}`, does);
  parser.epilogue(exitCodesText());
  return parser.check((argv) => {
    refuseUnknown(argv as Read, listed, command);
    return true;
  }, false);
}

function refuseUnknownCommand({ _: [first, second] }: Read): void {
  const grouped = groups();
  if (first === undefined) throw wrongUsage("a command is missing", "<command>");
  const group = grouped.get(String(first));
  if (group === undefined) {
    throw wrongUsage(
      `there is no command "${first}"${meant(String(first), [...grouped.keys()], "")}`,
      "<command>",
    );
  }
  const seconds = group.flatMap((listed) => nameOf(listed).split(" ").slice(1));
  if (seconds.length === 0 || seconds.includes(String(second))) return;
  const choices = seconds.map((name) => `${first} ${name}`).join(" or ");
  throw wrongUsage(
    second === undefined
      ? `a command is missing: ${choices}`
      : `there is no command "${first} ${second}"; there is ${choices}`,
    `${first} <command>`,
  );
}

/** For `--help` on an unknown command yargs shows the general help and checks nothing. */
function refuseHelpOnUnknown(words: readonly string[]): void {
  const options = words.findIndex((word) => word.startsWith("-"));
  const leading = options === -1 ? words : words.slice(0, options);
  const [first] = leading;
  if (first === undefined || (leading.length === 1 && groups().has(first))) return;
  refuseUnknownCommand({ _: leading });
}

function refuseUnknown(argv: Read, { usage }: ListedCommand, command: Command): void {
  const name = nameOf({ usage });
  const mistakes: string[] = [];
  const extra = argv._.slice(name.split(" ").length).map(String);
  if (extra.length > 0) mistakes.push(`${extra.map((word) => `"${word}"`).join(", ")} is a word too many`);
  const options = Object.keys(command.options);
  const known = new Set(
    [...options, ...Object.keys(command.positionals), "help", "h", "version", "v"].flatMap((one) => [
      one,
      camelCase(one),
    ]),
  );
  for (const option of Object.keys(argv)) {
    if (option === "_" || option === "$0" || known.has(option)) continue;
    // `--foo-bar` comes twice, also as `fooBar`.
    if (
      option !== camelCase(option) ||
      !Object.keys(argv).some((other) => other !== option && camelCase(other) === option)
    )
      mistakes.push(`there is no option --${option}${meant(option, options, "--")}`);
  }
  if (mistakes.length > 0) throw wrongUsage(mistakes.join("; "), usage);
}

function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function meant(word: string, candidates: readonly string[], prefix: string): string {
  const candidate = nearest(word, candidates);
  return candidate === null ? "" : `; did you mean ${prefix}${candidate}?`;
}

/** yargs silently makes a list of an option that is given twice; here it is a mistake. */
function refuseRepeated(argv: Readonly<Record<string, unknown>>, usage: string): void {
  for (const [name, value] of Object.entries(argv)) {
    if (
      !Array.isArray(value) ||
      ["_", "account", "method", "names", "targets", "files", "where", "parameter"].includes(name)
    )
      continue;
    throw wrongUsage(`--${name} is given ${value.length} times`, usage);
  }
}

function exitCodesText(): string {
  const lines = Object.entries(EXIT_MEANINGS).map(
    ([name, meaning]) => `  ${String(EXIT[name as keyof typeof EXIT]).padStart(2)}  ${meaning}`,
  );
  return ["Exit codes:", ...lines].join("\n");
}

function wrongUsage(message: string, usage: string, firstWords: readonly string[] = []): UsageError {
  const command = usage === "<command>" ? "" : ` ${nameOf({ usage })}`;
  return new UsageError({
    where: `perpbooks${command}`,
    what: namingMissing(message, usage, firstWords)
      .trim()
      .replaceAll(/:\n\s*/g, ": ")
      .replaceAll(/\n\s*/g, "; "),
    evidence: ["nothing was done"],
    next: `see \`perpbooks${command} --help\``,
  });
}
