// What a night costs, by how much history lies behind it: accounts with the same trading a day and with N/5
// and N fills, each read, booked and proven, then one more night of a day's rows, and one without any.
// Seconds of the processor, the program's and the server's.
//
//   node bench/nights.mjs [N = 100000]            on a Postgres server that is started for it
//   node bench/nights.mjs [N = 100000] --tell     and what the server did longest in the night with rows

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { generateWorld } from "../dist/simulator/binance-family/world/generate.js";
import { configurationText } from "../dist/simulator/configuration.js";
import { startAsterSimulator } from "../dist/simulator/server.js";
import { newDatabase, query, slowestStatements } from "./database.mjs";
import { startPostgres } from "./postgres.mjs";
import { program } from "./program.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { tell: { type: "boolean", default: false } },
});

const DAY_MS = 86_400_000;
const FILLS_A_DAY = 750;
const NOW = Date.parse("2026-06-30T03:15:00Z");

const size = Number(positionals[0] ?? 100_000);
const server = await startPostgres(
  options.tell ? ["shared_preload_libraries=pg_stat_statements", "pg_stat_statements.track_planning=on"] : [],
);
try {
  const [small, large] = [await nights(size / 5, "small"), await nights(size, "large")];
  print("", "fills", "program s", "server s", "seconds", "MB");
  for (const [name, { fills, measures }] of Object.entries({ small, large }))
    for (const [night, one] of Object.entries(measures))
      print(
        `${name}: ${night}`,
        `${fills}`,
        one.programSeconds.toFixed(1),
        one.serverSeconds.toFixed(1),
        one.seconds.toFixed(1),
        one.megabytes.toFixed(0),
      );
  for (const night of Object.keys(small.measures)) {
    const of = ({ measures }) => measures[night].programSeconds + measures[night].serverSeconds;
    print(`× ${night}`, "", "", (of(large) / of(small)).toFixed(2));
  }
} finally {
  await server.stop();
}

async function nights(fills, name) {
  const folder = await mkdtemp(join(tmpdir(), "perpbooks-bench-"));
  const from = NOW - Math.ceil(fills / FILLS_A_DAY) * DAY_MS;
  const world = generateWorld({ seed: "nights", from, until: NOW, fills, accounts: [{ name: "main" }] });
  let at = NOW - DAY_MS;
  const simulator = await startAsterSimulator({
    world,
    clock: { kind: "following", now: () => at },
    credentials: [{ account: "main", kind: "v1", apiKey: "simulated-key", apiSecret: "simulated-secret" }],
    weightPerMinute: Number.POSITIVE_INFINITY,
  });
  const account = {
    name: "main",
    venue: "aster",
    baseUrl: simulator.url,
    lines: [`since: ${new Date(from - DAY_MS).toISOString().slice(0, 10)}`],
    credentials: { apiKey: "simulated-key", apiSecret: "simulated-secret" },
  };
  const url = await newDatabase(server, name, options.tell);
  await writeFile(
    join(folder, "perpbooks.yaml"),
    configurationText({ store: url, output: "./out" }, [account]),
  );
  const night = (time) => {
    at = time;
    return program(folder, new Date(time).toISOString(), ["run"], server);
  };
  const measures = { first: await night(NOW - DAY_MS) };
  if (options.tell) await query(url, "select pg_stat_statements_reset()");
  measures["a day's rows"] = await night(NOW);
  if (options.tell) for (const line of await slowestStatements(url)) process.stdout.write(`${line}\n`);
  measures.nothing = await night(NOW + 60_000);
  await simulator.close();
  await rm(folder, { recursive: true });
  return { fills: world.accounts[0].fills.length, measures };
}

function print(...cells) {
  process.stdout.write(
    `${cells.map((cell, index) => (index === 0 ? cell.padEnd(22) : cell.padStart(12))).join("")}\n`,
  );
}
