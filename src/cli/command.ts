/** What a command is to the command line: its words, its examples, and what it does. */
import type { ArgumentsCamelCase, InferredOptionTypes, Options, PositionalOptions } from "yargs";
import type { CommandContext } from "../pipeline/command-context.ts";

type Positionals = Readonly<Record<string, PositionalOptions>>;
type NamedOptions = Readonly<Record<string, Options>>;

export type Command = {
  readonly positionals: Positionals;
  readonly options: NamedOptions;
  /** What a shell completes a positional with that has no choices of its own, by its name. */
  readonly completes: Readonly<Record<string, () => Promise<readonly string[]>>>;
  /** What follows `perpbooks`, and what it does. */
  readonly examples: readonly (readonly [words: string, does: string])[];
  /** Takes what yargs read by these options; returns the exit code. */
  readonly act: (argv: never, context: CommandContext) => Promise<number>;
};

/** A command whose `act` is held to what its options and positionals can be read as. */
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
