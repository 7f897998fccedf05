// Many small accounts of one host in one run, then in two at once: what each takes, whether memory stays
// flat, whether the host's limit of weight holds, and in what order the accounts are served.
//
//   node bench/accounts.mjs [accounts = 1000] [fills = 200]     on a Postgres server that is started for it
//     --speed 10      as many times faster than outside does time pass for the program and the venue
//     --tell          what the server did longest
//     --of "one run"  this alone
//     --prof FOLDER   the program's profile, for `node --cpu-prof`

import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { generateWorld } from "../dist/simulator/binance-family/world/generate.js";
import { configurationText } from "../dist/simulator/configuration.js";
import { startAsterSimulator } from "../dist/simulator/server.js";
import { newDatabase, query, slowestStatements } from "./database.mjs";
import { serverSeconds, startPostgres } from "./postgres.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    speed: { type: "string", default: "10" },
    tell: { type: "boolean", default: false },
    of: { type: "string" },
    prof: { type: "string" },
  },
});

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const LIMIT = 2400;
const DAYS = 5;
const NOW = Date.parse("2026-06-30T03:15:00Z");

const [accounts = 1000, fills = 200] = positionals.map(Number);
const speed = Number(options.speed);
const names = Array.from({ length: accounts }, (_, index) => `account-${String(index + 1).padStart(4, "0")}`);
const world = generateWorld({
  seed: "accounts",
  from: NOW - DAYS * DAY_MS,
  until: NOW,
  fills: accounts * fills,
  symbols: ["BTCUSDT", "ETHUSDT", "SOLUSDT"],
  accounts: names.map((name) => ({ name })),
});
const total = world.accounts.reduce((sum, account) => sum + account.fills.length, 0);
const server = await startPostgres(
  options.tell ? ["shared_preload_libraries=pg_stat_statements", "pg_stat_statements.track_planning=on"] : [],
);
try {
  print(`${accounts} accounts of ${Math.round(total / accounts)} fills, time × ${speed}`);
  await measure("one run", [["run"]]);
  await measure("two shares at once", [
    ["run", "--shard", "1/2"],
    ["run", "--shard", "2/2"],
  ]);
  await measure("two runs of all at once", [["run"], ["run"]]);
} finally {
  await server.stop();
}

/** The first night of all accounts, by one or more workers, and a night without anything new. */
async function measure(title, workers) {
  if (options.of !== undefined && options.of !== title) return;
  const folder = await mkdtemp(join(tmpdir(), "perpbooks-bench-"));
  const begunAt = Date.now();
  const stopwatch = () => (Date.now() - begunAt) * speed;
  const minutes = [];
  const simulator = await startAsterSimulator({
    world,
    clock: { kind: "running", startsAt: NOW },
    credentials: names.map((account) => ({ account, kind: "v1", ...keysOf(account) })),
    weightPerMinute: LIMIT,
    weightPlan: { stopwatch },
    // Read at each request, before it is answered.
    rules: () => {
      minutes.push(Math.floor(stopwatch() / MINUTE_MS));
      return [];
    },
  });
  const url = await newDatabase(server, title.replaceAll(" ", "_"), options.tell);
  const since = new Date(NOW - (DAYS + 1) * DAY_MS).toISOString().slice(0, 10);
  const configured = names.map((name) => ({
    name,
    venue: "aster",
    baseUrl: simulator.url,
    lines: [`since: ${since}`],
    credentials: keysOf(name),
  }));
  await writeFile(
    join(folder, "perpbooks.yaml"),
    configurationText({ store: url, output: "./out" }, configured),
  );
  const night = async (of) => {
    const before = { server: await serverSeconds(server), requests: minutes.length, at: Date.now() };
    const ends = await Promise.all(workers.map((words) => work(folder, begunAt, words)));
    const after = { server: await serverSeconds(server), at: Date.now() };
    const asked = simulator.requests().slice(before.requests);
    tellNight(`${title}, ${of}`, { ends, before, after, asked, minutes: minutes.slice(before.requests) });
  };
  await night("first night");
  if (options.tell) for (const line of await slowestStatements(url)) print(`  ${line}`);
  await night("nothing new");
  if (options.tell) for (const line of await slowestStatements(url)) print(`  ${line}`);
  await tellBooks(url);
  const { sentWhileToldToWait, refusedAgain, nonceRepeated } = simulator.violations();
  print(`  what a venue bans for: ${sentWhileToldToWait + refusedAgain + nonceRepeated}`);
  await simulator.close();
  await rm(folder, { recursive: true });
}

function keysOf(account) {
  return { apiKey: `simulated-key-${account}`, apiSecret: `simulated-secret-${account}` };
}

function work(folder, begunAt, words) {
  const profiled = options.prof === undefined ? [] : ["--cpu-prof", "--cpu-prof-dir", options.prof];
  const child = spawn(
    "node",
    [
      "--expose-gc",
      ...profiled,
      join(import.meta.dirname, "accounts-child.mjs"),
      NOW,
      begunAt,
      speed,
      ...words,
    ],
    { cwd: folder, stdio: ["ignore", "ignore", "pipe", "ipc"] },
  );
  const events = [];
  let own = { megabytes: 0, processorSeconds: 0 };
  let errors = "";
  child.on("message", (message) => {
    if (message.event === undefined) own = message;
    else events.push(message);
  });
  child.stderr.on("data", (chunk) => {
    errors = `${errors}${chunk}`.slice(-2000);
  });
  return new Promise((resolve) => {
    child.on("close", (code) => resolve({ words, code, errors, events, ...own }));
  });
}

function tellNight(title, { ends, before, after, asked, minutes }) {
  const seconds = (at) => ((at - before.at) / 1000).toFixed(1);
  const perAccount = (spent) => ((1000 * spent) / accounts).toFixed(0);
  const programSeconds = ends.reduce((sum, { processorSeconds }) => sum + processorSeconds, 0);
  print(`${title}: ${seconds(after.at)} s`);
  print(
    `  processor an account: program ${perAccount(programSeconds)} ms, server ${perAccount(after.server - before.server)} ms`,
  );
  const weights = new Map();
  for (const [index, { weight }] of asked.entries())
    weights.set(minutes[index], (weights.get(minutes[index]) ?? 0) + weight);
  const refused = asked.filter(({ status }) => status === 429 || status === 418).length;
  print(
    `  ${(asked.length / accounts).toFixed(1)} requests an account, highest weight in a minute ${Math.max(0, ...weights.values())} of ${LIMIT}, ${weights.size} minutes, ${refused} refused`,
  );
  for (const { words, code, errors, events, megabytes } of ends) {
    const synced = events.filter(({ event }) => event === "account_synced");
    const ended = events.filter(({ event }) => event === "account_ended");
    const retried = events.filter(({ event }) => event === "request_retried").length;
    print(
      `  ${words.join(" ")}: exit ${code}, ${synced.length} read, ${ended.length} ended, ${retried} requests again, at most ${megabytes.toFixed(0)} MB`,
    );
    if (code !== 0) print(errors.replaceAll(/^/gm, "    ").slice(0, 800));
    const marks = synced.filter((_, index) => (index + 1) % Math.max(1, Math.floor(accounts / 10)) === 0);
    if (marks.length === 0) continue;
    print(`    read    ${marks.map(({ account }) => account.slice(-4).padStart(6)).join("")}`);
    print(`    second  ${marks.map(({ at }) => seconds(at).padStart(6)).join("")}`);
    print(`    RSS MB  ${marks.map(({ rss }) => (rss / 1e6).toFixed(0).padStart(6)).join("")}`);
    print(`    heap MB ${marks.map(({ heapUsed }) => (heapUsed / 1e6).toFixed(0).padStart(6)).join("")}`);
    const [firstEnd, lastEnd] = [ended[0], ended.at(-1)];
    const written = events.find(({ event }) => event === "reports_written");
    print(
      `    read from ${seconds(synced[0].at)} to ${seconds(synced.at(-1).at)} s, proven from ${seconds(firstEnd.at)} to ${seconds(lastEnd.at)} s, files written at ${written === undefined ? "–" : seconds(written.at)} s`,
    );
  }
}

async function tellBooks(url) {
  const [{ fills: booked, entries, differing, runs }] = await query(
    url,
    `select (select count(*) from history.fill) as fills, (select count(*) from ledger.entry) as entries,
      (select count(*) from ledger.reconciliation where status = 'differs') as differing,
      (select max(runs) from (select count(*) filter (where new_records > 0) as runs from raw.run group by account_id) as a) as runs`,
  );
  print(
    `  books: ${booked} of ${total} fills, ${entries} entries, ${differing} differences; no account was read by more than ${runs} run with rows`,
  );
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
