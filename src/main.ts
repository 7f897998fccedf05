#!/usr/bin/env node
/** The one file that touches the process: its arguments, environment, signals, streams and exit code. */
import { askAt, type Terminal } from "./cli/ask.ts";
import { runCommandLine } from "./cli/command-line.ts";
import { systemClock } from "./clock.ts";
import { InterruptedError, type PerpbooksError, ReaderGoneError } from "./errors.ts";
import { fileTrouble } from "./store/file-trouble.ts";

// Books, reports and keys are nobody else's to read, whatever a file is made by.
process.umask(0o077);

/** Of a terminal that does not know its width, as `script` without a terminal of its own makes one. */
const USUAL_COLUMNS = 80;

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // Not `once`: the library that gives the cursor back counts who listens, and ends the process where it
  // finds nobody else.
  process.on(signal, () => {
    // A second one ends the program as it stands, which harms nothing either.
    if (interruption.signal.aborted) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
      return;
    }
    if (process.stderr.isTTY)
      process.stderr.write("\nstopping when what is under way is whole; what was done is kept\n");
    interruption.abort(
      new InterruptedError({
        where: "perpbooks",
        what: `interrupted by ${signal}`,
        evidence: ["what was done is kept; nothing is half-written"],
        next: "run the same command again: it goes on where this one stopped",
      }),
    );
  });
}
let outputTrouble: PerpbooksError | ReaderGoneError | null = null;
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  outputTrouble ??= error.code === "EPIPE" ? new ReaderGoneError() : fileTrouble(error, "stdout");
  interruption.abort(outputTrouble ?? error);
});
// A log that cannot be written is no reason to leave the books undone.
process.stderr.on("error", () => {});

const terminal: Terminal = {
  input: process.stdin,
  output: process.stdout,
  interruption,
  onInterruptKey: () => process.kill(process.pid, "SIGINT"),
};

const exitCode = await runCommandLine(process.argv.slice(2), {
  environment: process.env,
  clock: systemClock,
  signal: interruption.signal,
  workingFolder: process.cwd(),
  program: [process.execPath, ...process.argv.slice(1, 2)],
  ...(process.stdin.isTTY && process.stdout.isTTY ? { ask: (question) => askAt(terminal, question) } : {}),
  readInput: () => process.stdin,
  output: {
    write: (text) => new Promise((resolve) => process.stdout.write(text, () => resolve())),
    columns: process.stdout.isTTY ? process.stdout.columns || USUAL_COLUMNS : null,
  },
  errors: {
    write: (text) => process.stderr.write(text),
    // On one without a width no line can move: the spinner would clear infinitely many.
    isTerminal: process.stderr.isTTY && process.stderr.columns > 0,
  },
});
process.exitCode = exitCode;
// The output may fail only after the command is done.
process.once("exit", () => {
  if (exitCode !== 0 || outputTrouble === null || outputTrouble.exitCode === 0) return;
  process.stderr.write(`${outputTrouble.message}\n`);
  process.exitCode = outputTrouble.exitCode;
});

// The command is done and its words are read. What still keeps the process alive, a connection that nobody
// answers on, has nothing more to say.
setInterval(() => {
  if (process.stdout.writableLength === 0 && process.stderr.writableLength === 0) process.exit();
}, 5_000).unref();
