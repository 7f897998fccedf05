import { Bug, PerpbooksError } from "../errors.ts";
import { fileTrouble } from "../store/file-trouble.ts";
import { storeTrouble } from "../store/store-trouble.ts";
import { EXIT } from "./exit-code.ts";

/** How a command or an account's turn failed: what a person reads, and the exit code. */
export type Failure = { readonly text: string; readonly exitCode: number };

/** Ours in their one form, what the store or the operating system refuses as what it is, and anything else as the bug it must be, with its stack. */
export function failureOf(error: unknown): Failure {
  const known = error instanceof PerpbooksError ? error : (storeTrouble(error) ?? fileTrouble(error));
  if (known !== null) return { text: known.message, exitCode: known.exitCode };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const kind =
    error instanceof Bug ? "a rule of the program did not hold" : "something failed that no rule covers";
  return {
    text: `perpbooks: ${kind}\n${stack}\n  nothing is half-written\n  next: report this; running again is safe`,
    exitCode: EXIT.bug,
  };
}
