import { ReaderGoneError } from "../errors.ts";
import { readArguments } from "./arguments.ts";
import { failureOf } from "./failure.ts";
import type { Surroundings } from "./surroundings.ts";

/** Runs one command and returns its exit code. Never throws. */
export async function runCommandLine(words: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    return await readArguments(words, surroundings);
  } catch (error) {
    if (error instanceof ReaderGoneError) return error.exitCode;
    const { text, exitCode } = failureOf(error);
    surroundings.errors.write(`${text}\n`);
    return exitCode;
  }
}
