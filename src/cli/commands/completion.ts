/**
 * Scripts that let a shell complete the command line. They contain the words, and do not call the program;
 * names of accounts are looked up in the configuration.
 */

import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT } from "../../pipeline/exit-code.ts";
import { defineCommand } from "../command.ts";
import { COMMANDS, nameOf } from "../commands.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;

type CompletedOption = { readonly name: string; readonly says: string; readonly choices: readonly string[] };
type CompletedCommand = {
  readonly name: string;
  readonly does: string;
  readonly options: readonly CompletedOption[];
  /** What each positional can be; empty for anything. The last one may come again. */
  readonly positionals: readonly (readonly string[])[];
};

export async function completion(
  { shell }: { readonly shell: (typeof SHELLS)[number] },
  context: CommandContext,
): Promise<number> {
  const commands = await Promise.all(
    COMMANDS.map(async (listed): Promise<CompletedCommand> => {
      const { options, positionals, completes } = await listed.load();
      return {
        name: nameOf(listed),
        does: listed.does,
        options: Object.entries(options).map(([name, { describe, choices }]) => ({
          name,
          says: describe ?? "",
          choices: (choices ?? []).map(String),
        })),
        positionals: await Promise.all(
          Object.entries(positionals).map(
            async ([positional, { choices }]) =>
              (await completes[positional]?.()) ?? (choices ?? []).map(String),
          ),
        ),
      };
    }),
  );
  context.output.write(`${SCRIPTS[shell](commands)}\n`);
  return EXIT.done;
}

const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], (commands: readonly CompletedCommand[]) => string>> =
  {
    bash: bashScript,
    // zsh reads bash's way of completing.
    zsh: (commands) =>
      [
        "autoload -U +X compinit && compinit",
        "autoload -U +X bashcompinit && bashcompinit",
        bashScript(commands),
      ].join("\n"),
    fish: fishScript,
  };

/** Prints the names of a configuration's accounts: only accounts have a key `name`. */
const NAMES_OF_ACCOUNTS = "s/^[- {]*name: *[^[:alnum:]]?([[:alnum:]_-]+).*/\\1/p";

/** Where nothing fits, the shell completes file names: most values that can be completed are files. */
function bashScript(commands: readonly CompletedCommand[]): string {
  const choices = commands.flatMap(({ name, options }) =>
    options
      .filter((option) => option.choices.length > 0)
      .map((option) => `    "${name} --${option.name}") words="${option.choices.join(" ")}" ;;`),
  );
  const options = commands.map(
    ({ name, options }) =>
      `    "${name}") words="${options.map((option) => `--${option.name}`).join(" ")}" ;;`,
  );
  const positionals = commands.flatMap(({ name, positionals }) => {
    const first = name.split(" ").length + 1;
    return positionals.flatMap((values, nth) => {
      const place = nth === positionals.length - 1 ? `-ge ${first + nth}` : `-eq ${first + nth}`;
      return values.length === 0
        ? []
        : [`  [ "$name" = "${name}" ] && [ "$COMP_CWORD" ${place} ] && words="$words ${values.join(" ")}"`];
    });
  });
  const seconds = [...secondWords(commands)].map(
    ([first, words]) =>
      `    ${first}) [ "$COMP_CWORD" = 2 ] && words="${words.join(" ")}"; name="$first $second" ;;`,
  );
  return [
    "# perpbooks: put this into ~/.bashrc (zsh: ~/.zshrc), or a file that it reads",
    "_perpbooks_accounts() {",
    "  local config=perpbooks.yaml nth",
    "  for ((nth = 1; nth < COMP_CWORD; nth++)); do",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
    '    [ "${COMP_WORDS[nth]}" = --config ] && config="${COMP_WORDS[nth+1]}"',
    "  done",
    `  sed -nE '${NAMES_OF_ACCOUNTS}' "$config" 2>/dev/null`,
    "}",
    "_perpbooks() {",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
    '  local current="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
    '  local first="${COMP_WORDS[1]}" second="${COMP_WORDS[2]}" name="" words=""',
    '  name="$first"',
    '  case "$first" in',
    ...seconds,
    "  esac",
    `  if [ "$COMP_CWORD" = 1 ]; then words="${firstWords(commands).join(" ")}"`,
    '  elif [ -z "$words" ]; then',
    '    case "$name" in',
    ...options,
    "    esac",
    "  fi",
    ...positionals,
    '  case "$name $before" in',
    ...choices,
    `    *" --account") words="$(_perpbooks_accounts)" ;;`,
    "  esac",
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    "}",
    "complete -o default -F _perpbooks perpbooks",
  ].join("\n");
}

function fishScript(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, does, options, positionals }) => {
    const [first = "", second] = name.split(" ");
    const isFirst = commands.find((other) => other.name.split(" ")[0] === first)?.name === name;
    const seen = `__fish_seen_subcommand_from ${first}`;
    const isOfCommand = second === undefined ? seen : `${seen}; and __fish_seen_subcommand_from ${second}`;
    return [
      ...(isFirst
        ? [`complete -c perpbooks -n __fish_use_subcommand -f -a ${first} -d ${quoted(does)}`]
        : []),
      ...(second === undefined
        ? []
        : [`complete -c perpbooks -n ${quoted(seen)} -f -a ${second} -d ${quoted(does)}`]),
      ...positionals
        .filter((values) => values.length > 0)
        .map((values) => `complete -c perpbooks -n ${quoted(isOfCommand)} -f -a ${quoted(values.join(" "))}`),
      ...options.map(({ name: option, says, choices }) => {
        const words =
          option === "account"
            ? `(sed -nE "${NAMES_OF_ACCOUNTS}" perpbooks.yaml 2>/dev/null)`
            : choices.join(" ");
        const values = words === "" ? "" : ` -x -a ${quoted(words)}`;
        return `complete -c perpbooks -n ${quoted(isOfCommand)} -l ${option}${values} -d ${quoted(says)}`;
      }),
    ];
  });
  return ["# perpbooks: put this into ~/.config/fish/completions/perpbooks.fish", ...lines].join("\n");
}

/** In single quotes, as fish reads them. */
function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

function firstWords(commands: readonly CompletedCommand[]): string[] {
  return [...new Set(commands.map(({ name }) => name.split(" ")[0] ?? name))];
}

/** Of commands of two words. */
function secondWords(commands: readonly CompletedCommand[]): Map<string, string[]> {
  const seconds = new Map<string, string[]>();
  for (const { name } of commands) {
    const [first = "", second] = name.split(" ");
    if (second !== undefined) seconds.set(first, [...(seconds.get(first) ?? []), second]);
  }
  return seconds;
}

export const completionCommand = defineCommand({
  positionals: {
    shell: { choices: SHELLS, demandOption: true, describe: "the shell to print a script for" },
  },
  options: {},
  examples: [["completion bash >> ~/.bashrc", "complete perpbooks in bash from the next shell on"]],
  act: completion,
});
