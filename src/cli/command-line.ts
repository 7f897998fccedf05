import { PerpbooksError } from "../errors.ts";
import { readArguments } from "./arguments.ts";
import { errorText } from "./error-text.ts";
import { EXIT } from "./exit-code.ts";
import type { Surroundings } from "./surroundings.ts";

/** Runs one command and returns its exit code. Never throws. */
export async function runCommandLine(words: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    return await readArguments(words, surroundings);
  } catch (error) {
    surroundings.errors.write(`${errorText(error)}\n`);
    return error instanceof PerpbooksError ? error.exitCode : EXIT.bug;
  }
}
