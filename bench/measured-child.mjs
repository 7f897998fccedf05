// One command of the built program, with its clock standing still; tells its parent the largest resident set
// and the seconds of the processor when it ends.
import { runCommandLine } from "../dist/cli/command-line.js";
import { rehearsalClock } from "../dist/clock.js";

const [at, ...words] = process.argv.slice(2);
process.exitCode = await runCommandLine(words, {
  environment: {},
  clock: rehearsalClock(Date.parse(at)),
  signal: new AbortController().signal,
  workingFolder: process.cwd(),
  readInput: () => process.stdin,
  output: { write: () => {}, columns: null },
  errors: { write: (text) => process.stderr.write(text), isTerminal: false },
});
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
process.send?.({ megabytes: maxRSS / 1024, processorSeconds: (userCPUTime + systemCPUTime) / 1e6 });
process.disconnect?.();
