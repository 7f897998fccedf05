import { readArguments } from "./arguments.ts";
import { orAbandoned } from "./deadline.ts";
import { failureOf } from "./failure.ts";
import type { Surroundings } from "./surroundings.ts";

/** Runs one command and returns its exit code. Never throws. */
export async function runCommandLine(words: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    return await orAbandoned(readArguments(words, surroundings), surroundings.signal);
  } catch (error) {
    const { text, exitCode } = failureOf(error);
    surroundings.errors.write(`${text}\n`);
    return exitCode;
  }
}
