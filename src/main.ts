#!/usr/bin/env node
/** The one file that touches the process: its arguments, environment, signals, streams and exit code. */
import { runCommandLine } from "./cli/command-line.ts";
import { systemClock } from "./clock.ts";
import { InterruptedError } from "./errors.ts";

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
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
// A reader that closes the pipe (`| head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

process.exitCode = await runCommandLine(process.argv.slice(2), {
  environment: process.env,
  clock: systemClock,
  signal: interruption.signal,
  workingFolder: process.cwd(),
  output: {
    write: (text) => process.stdout.write(text),
    columns: process.stdout.isTTY ? process.stdout.columns : null,
  },
  errors: { write: (text) => process.stderr.write(text), isTerminal: process.stderr.isTTY === true },
});

// The command is done and its words are read. What still keeps the process alive, a connection that nobody answers on, has nothing more to say.
setInterval(() => {
  if (process.stdout.writableLength === 0 && process.stderr.writableLength === 0) process.exit();
}, 5_000).unref();
