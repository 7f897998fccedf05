/** What a command is to the command line: its options and positionals, its examples, and what it does. */
import type { ArgumentsCamelCase, InferredOptionTypes, Options, PositionalOptions } from "yargs";
import type { CommandContext } from "../pipeline/command-context.ts";

type Positionals = Readonly<Record<string, PositionalOptions>>;
type NamedOptions = Readonly<Record<string, Options>>;

export type Command = {
  readonly positionals: Positionals;
  readonly options: NamedOptions;
  /** By positional name: what a shell completes it with, where it has no choices of its own. */
  readonly completes: Readonly<Record<string, () => Promise<readonly string[]>>>;
  /** What follows `perpbooks`, and what it does. */
  readonly examples: readonly (readonly [words: string, does: string])[];
  /** Takes what yargs read by these options; returns the exit code. */
  readonly act: (argv: never, context: CommandContext) => Promise<number>;
};

/** Defines a command; the compiler checks `act` against the types of its options and positionals. */
export function defineCommand<const P extends Positionals, const O extends NamedOptions>(definition: {
  readonly positionals?: P;
  readonly options: O;
  readonly completes?: Command["completes"];
  readonly examples?: Command["examples"];
  readonly act: (
    argv: ArgumentsCamelCase<InferredOptionTypes<P> & InferredOptionTypes<O>>,
    context: CommandContext,
  ) => Promise<number>;
}): Command {
  return { positionals: {}, completes: {}, examples: [], ...definition };
}
