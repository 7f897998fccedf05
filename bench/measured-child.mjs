// One command of the built program, with its clock standing still; tells its parent the largest resident set
// when it ends.
import { runCommandLine } from "../dist/cli/command-line.js";
import { rehearsalClock } from "../dist/clock.js";

const [at, ...words] = process.argv.slice(2);
process.exitCode = await runCommandLine(words, {
  environment: {},
  clock: rehearsalClock(Date.parse(at)),
  signal: new AbortController().signal,
  workingFolder: process.cwd(),
  output: { write: () => {}, columns: null },
  errors: { write: (text) => process.stderr.write(text), isTerminal: false },
});
process.send?.({ megabytes: process.resourceUsage().maxRSS / 1024 });
process.disconnect?.();
