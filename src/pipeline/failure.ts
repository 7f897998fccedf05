import { Bug, PerpbooksError } from "../errors.ts";
import { fileTrouble } from "../store/file-trouble.ts";
import { rightsTrouble, storeTrouble } from "../store/store-trouble.ts";
import { EXIT } from "./exit-code.ts";

/** How a command or an account's turn failed: what a person reads, and the exit code. */
export type Failure = {
  readonly text: string;
  readonly exitCode: number;
  /** The same in one line: where and what, and what to do. */
  readonly what: string;
  readonly next: string;
};

/**
 * Ours in their one form, what the store or the operating system refuses as what it is, and anything else as
 * the bug it must be, with its stack.
 */
export function failureOf(error: unknown): Failure {
  const known =
    error instanceof PerpbooksError
      ? error
      : (storeTrouble(error) ?? rightsTrouble(error) ?? fileTrouble(error));
  if (known !== null) {
    const { where, what, next } = known.words;
    return { text: known.message, exitCode: known.exitCode, what: `${where}: ${what}`, next };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const kind =
    error instanceof Bug ? "a rule of the program did not hold" : "something failed that no rule covers";
  return {
    text: `perpbooks: ${kind}\n${stack}\n  nothing is half-written\n  next: report this; running again is safe`,
    exitCode: EXIT.bug,
    what: kind,
    next: "report this; running again is safe",
  };
}
