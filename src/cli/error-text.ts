import { Bug, PerpbooksError } from "../errors.ts";

/** An error as a person should see it: ours in their one form, anything else as the bug it is, with its stack. */
export function errorText(error: unknown): string {
  if (error instanceof PerpbooksError) return error.message;
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const kind =
    error instanceof Bug ? "a rule of the program did not hold" : "something failed that no rule covers";
  return `perpbooks: ${kind}\n${stack}\n  nothing is half-written\n  next: report this; running again is safe`;
}
