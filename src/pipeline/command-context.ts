import type { Clock } from "../clock.ts";

/** What the process gives; handed in, so that a test can give something else. */
export type ProcessContext = {
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
  /** Asks whoever sits at the terminal; absent where nobody does. Rejects when it is interrupted. */
  readonly ask?: (question: string) => Promise<string>;
  /** How this program was started, with absolute paths; absent where it is found by its name. */
  readonly program?: readonly string[];
  /** For everything that is not a result. */
  readonly errors: { readonly write: (text: string) => void; readonly isTerminal: boolean };
};

/** What a command is given. */
export type CommandContext = Omit<ProcessContext, "ask" | "program"> & {
  readonly ask: NonNullable<ProcessContext["ask"]> | null;
  readonly program: readonly string[];
  /**
   * Work to be done when the command has ended in whatever way, before the process does. No interruption ends
   * it: it must end by itself, and soon.
   */
  readonly afterwards: (work: () => Promise<void>) => void;
};
