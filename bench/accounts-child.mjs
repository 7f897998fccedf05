// One command of the built program, with a clock on which a day outside has as many days as `speed` says.
// Tells its parent where each account is, with the resident set, and in the end what it took.
import { runCommandLine } from "../dist/cli/command-line.js";

const [startsAt, begunAt, speed, ...words] = process.argv.slice(2);
const elapsed = () => (Date.now() - Number(begunAt)) * Number(speed);
const clock = {
  now: () => Math.floor(Number(startsAt) + elapsed()),
  elapsed: () => Math.floor(elapsed()),
  sleep: (duration, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, duration / Number(speed));
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
};

process.exitCode = await runCommandLine([...words, "--log", "-"], {
  environment: {},
  clock,
  signal: new AbortController().signal,
  workingFolder: process.cwd(),
  readInput: () => process.stdin,
  output: { write: () => {}, columns: null },
  errors: { write: tell, isTerminal: false },
});
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
process.send?.({ megabytes: maxRSS / 1024, processorSeconds: (userCPUTime + systemCPUTime) / 1e6 });
process.disconnect?.();

function tell(text) {
  for (const line of text.split("\n")) {
    if (!line.startsWith('{"at":')) {
      if (line !== "") process.stderr.write(`${line}\n`);
      continue;
    }
    const { event, account } = JSON.parse(line);
    if (!["account_synced", "account_ended", "reports_written", "request_retried"].includes(event)) continue;
    globalThis.gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    process.send?.({ event, account, at: Date.now(), rss, heapUsed });
  }
}
