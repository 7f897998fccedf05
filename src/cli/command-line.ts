import { printable } from "../domain/printable.ts";
import { ReaderGoneError } from "../errors.ts";
import type { CommandContext, ProcessContext } from "../pipeline/command-context.ts";
import { LAST_GRACE_MS, orAbandoned } from "../pipeline/deadline.ts";
import { failureOf } from "../pipeline/failure.ts";
import { readArguments } from "./arguments.ts";

/** Runs one command and what it has left to be done after it, and returns its exit code. Never throws. */
export async function runCommandLine(words: readonly string[], given: ProcessContext): Promise<number> {
  const endings: (() => Promise<void>)[] = [];
  const afterwards = (work: () => Promise<void>) => {
    endings.push(work);
  };
  const context: CommandContext = {
    ...withPrintableOutput(given),
    ask: given.ask ?? null,
    program: given.program ?? ["perpbooks"],
    afterwards,
  };
  const exitCode = await exitCodeOf(words, context);
  for (const ending of endings) await ending().catch((error: unknown) => tell(error, context));
  return exitCode;
}

async function exitCodeOf(words: readonly string[], context: CommandContext): Promise<number> {
  try {
    return await orAbandoned(readArguments(words, context), context.signal, LAST_GRACE_MS);
  } catch (error) {
    return error instanceof ReaderGoneError ? error.exitCode : tell(error, context);
  }
}

function tell(error: unknown, { errors }: CommandContext): number {
  const { text, exitCode } = failureOf(error);
  errors.write(`${text}\n`);
  return exitCode;
}

/**
 * All output passes here: characters that a terminal would obey are made visible, wherever the text came
 * from.
 */
function withPrintableOutput(context: ProcessContext): ProcessContext {
  const { output, errors } = context;
  return {
    ...context,
    output: { ...output, write: (text) => output.write(printable(text)) },
    errors: { ...errors, write: (text) => errors.write(printable(text)) },
  };
}
