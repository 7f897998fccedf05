import type { Clock } from "../clock.ts";

/** What the process gives a command; handed in, so that a test can give something else. */
export type CommandContext = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly workingFolder: string;
  /** What comes in on stdin; nothing is read from it before it is called for. */
  readonly readInput: () => AsyncIterable<Uint8Array>;
  /**
   * For results. `columns` is a terminal's width, null for a file or a pipe. What `write` gives back settles
   * when the reader has taken the text: for who writes more than fits in memory.
   */
  readonly output: {
    readonly write: (text: string) => void | Promise<void>;
    readonly columns: number | null;
  };
  /** For everything that is not a result. */
  readonly errors: { readonly write: (text: string) => void; readonly isTerminal: boolean };
};
