// Every measurement, one after the other, at sizes that a laptop works through in some minutes; before them,
// what they ran on.
//
//   npm run bench

import { spawnSync } from "node:child_process";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";

const MEASUREMENTS = [
  ["startup.mjs"],
  ["requests.mjs", "2000"],
  ["nights.mjs", "25000"],
  ["accounts.mjs", "20", "200"],
  ["lots.mjs", "50000"],
  ["exports.mjs", "50000"],
];

const [{ model = "" } = {}] = cpus();
const gigabytes = Math.round(totalmem() / 1024 ** 3);
process.stdout.write(
  `Node ${process.version}, ${cpus().length} × ${model}, ${gigabytes} GB, load ${loadavg()[0].toFixed(1)}\n`,
);
for (const [file, ...words] of MEASUREMENTS) {
  process.stdout.write(`\n${[file, ...words].join(" ")}\n`);
  const { status } = spawnSync("node", [join(import.meta.dirname, file), ...words], { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
