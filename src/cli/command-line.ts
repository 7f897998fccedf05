import { printable } from "../domain/printable.ts";
import { ReaderGoneError } from "../errors.ts";
import type { CommandContext } from "../pipeline/command-context.ts";
import { LAST_GRACE_MS, orAbandoned } from "../pipeline/deadline.ts";
import { failureOf } from "../pipeline/failure.ts";
import { readArguments } from "./arguments.ts";

/** Runs one command and returns its exit code. Never throws. */
export async function runCommandLine(words: readonly string[], given: CommandContext): Promise<number> {
  const context = withPrintableOutput(given);
  try {
    return await orAbandoned(readArguments(words, context), context.signal, LAST_GRACE_MS);
  } catch (error) {
    if (error instanceof ReaderGoneError) return error.exitCode;
    const { text, exitCode } = failureOf(error);
    context.errors.write(`${text}\n`);
    return exitCode;
  }
}

/**
 * All output passes here: characters that a terminal would obey are made visible, wherever the text came
 * from.
 */
function withPrintableOutput(context: CommandContext): CommandContext {
  const { output, errors } = context;
  return {
    ...context,
    output: { ...output, write: (text) => output.write(printable(text)) },
    errors: { ...errors, write: (text) => errors.write(printable(text)) },
  };
}
