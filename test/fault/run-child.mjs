// Runs the built command line as a process of its own, for tests that kill it. Its clock stands still at the
// instant given first, as the simulated venue's does, so that two runs can be compared to the byte.
import { runCommandLine } from "../../dist/cli/command-line.js";
import { rehearsalClock } from "../../dist/clock.js";

const [at, ...words] = process.argv.slice(2);
process.exitCode = await runCommandLine(words, {
  environment: process.env,
  clock: rehearsalClock(Date.parse(at)),
  signal: new AbortController().signal,
  workingFolder: process.cwd(),
  readInput: () => process.stdin,
  output: { write: (text) => process.stdout.write(text), columns: null },
  errors: { write: (text) => process.stderr.write(text), isTerminal: false },
});
