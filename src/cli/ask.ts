/** A question to whoever sits at a terminal, and the line that comes back. */
import { createInterface } from "node:readline/promises";
import { InterruptedError } from "../errors.ts";

export type Terminal = {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** Ends the wait for an answer; aborted here where none can come any more. */
  readonly interruption: AbortController;
  /** The terminal's own keys are no signals of the process while it is read line by line. */
  readonly onInterruptKey: () => void;
};

export async function askAt(
  { input, output, interruption, onInterruptKey }: Terminal,
  question: string,
): Promise<string> {
  const lines = createInterface({ input, output });
  const onClosed = () => {
    interruption.abort(
      new InterruptedError({
        where: "perpbooks",
        what: "the question was not answered",
        evidence: ["nothing was done"],
        next: "give the answer as an option: see --help",
      }),
    );
  };
  lines.on("SIGINT", onInterruptKey).on("close", onClosed);
  try {
    return await lines.question(question, { signal: interruption.signal });
  } catch (error) {
    throw interruption.signal.aborted ? interruption.signal.reason : error;
  } finally {
    // Only its own: the others take it from the terminal's keys, which it would go on writing to the screen.
    lines.off("close", onClosed).close();
  }
}
