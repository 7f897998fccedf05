import { printable } from "../domain/printable.ts";
import { ReaderGoneError } from "../errors.ts";
import { readArguments } from "./arguments.ts";
import { LAST_GRACE_MS, orAbandoned } from "./deadline.ts";
import { failureOf } from "./failure.ts";
import type { Surroundings } from "./surroundings.ts";

/** Runs one command and returns its exit code. Never throws. */
export async function runCommandLine(words: readonly string[], given: Surroundings): Promise<number> {
  const surroundings = withPrintableOutput(given);
  try {
    return await orAbandoned(readArguments(words, surroundings), surroundings.signal, LAST_GRACE_MS);
  } catch (error) {
    if (error instanceof ReaderGoneError) return error.exitCode;
    const { text, exitCode } = failureOf(error);
    surroundings.errors.write(`${text}\n`);
    return exitCode;
  }
}

/** The one way out to a screen: nothing that a terminal would obey passes, whoever's text it is in. */
function withPrintableOutput(surroundings: Surroundings): Surroundings {
  const { output, errors } = surroundings;
  return {
    ...surroundings,
    output: { ...output, write: (text) => output.write(printable(text)) },
    errors: { ...errors, write: (text) => errors.write(printable(text)) },
  };
}
