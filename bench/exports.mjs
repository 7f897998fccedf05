// How long exports take beside COPY of the same rows to a file, on a Postgres server: both in one run, in
// seconds of the clock and of the processor (the program's and the server's together).
//
//   node bench/exports.mjs [FILLS = 200000]

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { generateWorld } from "../dist/simulator/binance-family/world/generate.js";
import { configurationText } from "../dist/simulator/configuration.js";
import { startAsterSimulator } from "../dist/simulator/server.js";
import { sqlFileQuery } from "../dist/store/sql-file.js";
import { serverSeconds, startPostgres } from "./postgres.mjs";
import { program } from "./program.mjs";

const FROM = "2026-05-02T00:00:00.000Z";
const NOW = "2026-06-30T20:15:00.000Z";
const TARGETS = ["koinly", "hledger", "events"];
const RUNS = 3;

const fills = Number(process.argv[2] ?? 200_000);
const server = await startPostgres();
const folder = await mkdtemp(join(tmpdir(), "perpbooks-bench-"));
try {
  await fillBooks();
  const copy = await median(copyEvents);
  print("", "seconds", "processor", "MB", "time ×", "processor ×");
  print("copy", copy.seconds.toFixed(2), copy.processor.toFixed(2), "", "1.00", "1.00");
  for (const target of TARGETS) {
    const one = await median(() => measured(["export", target, "--period", "2026"]));
    print(
      target,
      one.seconds.toFixed(2),
      one.processor.toFixed(2),
      one.megabytes.toFixed(0),
      (one.seconds / copy.seconds).toFixed(2),
      (one.processor / copy.processor).toFixed(2),
    );
  }
  process.stdout.write(`${fills} fills, ${copy.rows} events; median of ${RUNS}; Node ${process.version}\n`);
} finally {
  await server.stop();
  await rm(folder, { recursive: true });
}

/** Everything but the exports, once. */
async function fillBooks() {
  const world = generateWorld({
    seed: "bench",
    from: Date.parse(FROM),
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
  const account = {
    name: "main",
    venue: "aster",
    baseUrl: simulator.url,
    lines: ["since: 2026-05-01"],
    credentials: { apiKey: "simulated-key", apiSecret: "simulated-secret" },
  };
  await writeFile(
    join(folder, "perpbooks.yaml"),
    configurationText({ store: server.url, output: "./out" }, [account]),
  );
  for (const words of [["sync"], ["book"], ["reconcile"]]) await measured(words);
  await simulator.close();
}

async function measured(words) {
  const { seconds, programSeconds, serverSeconds, megabytes } = await program(folder, NOW, words, server);
  return { seconds, processor: programSeconds + serverSeconds, megabytes };
}

/** The rows of the events' select into a file, by the server itself. */
async function copyEvents() {
  const { sql, parameters } = sqlFileQuery("export/events", {
    account_id: "main",
    from: "2026-01-01T00:00:00Z",
    until: "2027-01-01T00:00:00Z",
  });
  // COPY takes no parameters; these are the benchmark's own.
  const select = sql.replace(/\$(\d+)/g, (_, number) => `'${parameters[Number(number) - 1]}'`);
  const client = new pg.Client(server.url);
  await client.connect();
  const before = await serverSeconds(server);
  const started = performance.now();
  const { rowCount } = await client.query(
    `copy (${select}) to '${join(server.dataFolder, "copied.csv")}' (format csv, header)`,
  );
  const seconds = (performance.now() - started) / 1000;
  const processor = (await serverSeconds(server)) - before;
  await client.end();
  return { seconds, processor, rows: rowCount, megabytes: 0 };
}

async function median(measure) {
  const all = [];
  for (let run = 0; run < RUNS; run += 1) all.push(await measure());
  return all.toSorted((a, b) => a.seconds - b.seconds)[Math.floor(RUNS / 2)];
}

function print(...cells) {
  process.stdout.write(
    `${cells.map((cell, index) => (index === 0 ? cell.padEnd(12) : cell.padStart(14))).join("")}\n`,
  );
}
