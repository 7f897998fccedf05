// How long each stage takes, and how memory and time grow with history: a simulated Aster account of N/5 and
// of N fills. Prints ratios beside the figures: absolute times say more about the machine than about the
// program.
//
//   node bench/pipeline.mjs [N = 100000]              on the embedded store
//   node bench/pipeline.mjs [N = 100000] --postgres   on a Postgres server that is started for it

import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { generateWorld } from "../dist/simulator/binance-family/world/generate.js";
import { configurationText } from "../dist/simulator/configuration.js";
import { startAsterSimulator } from "../dist/simulator/server.js";
import { startPostgres } from "./postgres.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { postgres: { type: "boolean", default: false } },
});

const FROM = Date.parse("2026-05-02T00:00:00Z");
const NOW = "2026-06-30T20:15:00.000Z";
const STAGES = [["sync"], ["book"], ["reconcile"], ["report"], ["run"]];

/**
 * Runs a stage as a process of its own and measures it from outside: seconds, and the largest resident set in
 * MB.
 */
function measure(folder, words) {
  const child = spawn(
    "/usr/bin/env",
    ["node", join(import.meta.dirname, "measured-child.mjs"), NOW, ...words],
    {
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    },
  );
  const started = performance.now();
  let megabytes = 0;
  child.on("message", (message) => {
    megabytes = message.megabytes;
  });
  return new Promise((resolve, reject) => {
    let errors = "";
    child.stderr.on("data", (chunk) => {
      errors = `${errors}${chunk}`.slice(-2000);
    });
    child.on("close", (code) => {
      if (code === 0) resolve({ seconds: (performance.now() - started) / 1000, megabytes });
      else reject(new Error(`${words.join(" ")} ended with ${code}\n${errors}`));
    });
  });
}

async function measureHistory(fills, store) {
  const folder = await mkdtemp(join(tmpdir(), "perpbooks-bench-"));
  const world = generateWorld({
    seed: "bench",
    from: FROM,
    until: Date.parse(NOW),
    fills,
    accounts: [{ name: "main" }],
  });
  const simulator = await startAsterSimulator({
    world,
    clock: { kind: "frozen", at: Date.parse(NOW) },
    credentials: [{ account: "main", kind: "v1", apiKey: "simulated-key", apiSecret: "simulated-secret" }],
    weightPerMinute: Number.POSITIVE_INFINITY,
  });
  await writeFile(
    join(folder, "perpbooks.yaml"),
    configurationText({ store, output: "./out" }, [
      {
        name: "main",
        venue: "aster",
        baseUrl: simulator.url,
        lines: ["since: 2026-05-01"],
        credentials: { apiKey: "simulated-key", apiSecret: "simulated-secret" },
      },
    ]),
  );
  const figures = {};
  for (const words of STAGES) figures[words.join(" ")] = await measure(folder, words);
  const [account] = world.accounts;
  const rows = account.fills.length + account.incomes.length;
  await simulator.close();
  await rm(folder, { recursive: true });
  return { rows, fills: account.fills.length, figures };
}

const server = options.postgres ? await startPostgres() : null;

async function newStore(name) {
  if (server === null) return "./books";
  const client = new pg.Client(server.url);
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return url.href;
}

const size = Number(positionals[0] ?? 100_000);
const small = await measureHistory(size / 5, await newStore("small"));
const large = await measureHistory(size, await newStore("large"));
await server?.stop();
const print = (...cells) =>
  process.stdout.write(
    `${cells.map((cell, index) => (index === 0 ? cell.padEnd(12) : cell.padStart(14))).join("")}\n`,
  );
print("", `${small.fills} fills`, "MB", `${large.fills} fills`, "MB", "time ×", "memory ×");
for (const stage of Object.keys(large.figures)) {
  const [a, b] = [small.figures[stage], large.figures[stage]];
  print(
    stage,
    `${a.seconds.toFixed(1)} s`,
    a.megabytes.toFixed(0),
    `${b.seconds.toFixed(1)} s`,
    b.megabytes.toFixed(0),
    (b.seconds / a.seconds).toFixed(2),
    (b.megabytes / a.megabytes).toFixed(2),
  );
}
process.stdout.write(
  `history ×    ${(large.rows / small.rows).toFixed(2)} (${large.rows} fills and income rows)\n`,
);
