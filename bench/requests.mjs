// How many requests a sync makes against the fewest that could prove completeness, per stream: for a quiet
// week, and for a backfill of N rows.
//
//   node bench/requests.mjs [N = 100000 rows]
//
// The fewest: one request a window of seven days and scope (the account, or a symbol that is queried), and
// one more for each further full page.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "../dist/cli/command-line.js";
import { rehearsalClock } from "../dist/clock.js";
import { generateWorld } from "../dist/simulator/binance-family/world/generate.js";
import { configurationText } from "../dist/simulator/configuration.js";
import { startAsterSimulator, startBinanceSimulator } from "../dist/simulator/server.js";

const DAY = 86_400_000;
const WEEK = 7 * DAY;
const FROM = Date.parse("2026-06-05T00:00:00Z");
const NOW = Date.parse("2026-06-30T20:15:00Z");
const STREAMS = [
  { stream: "income", path: "income", rows: (account) => account.incomes, page: 1000, symbols: false },
  { stream: "fills", path: "userTrades", rows: (account) => account.fills, page: 1000, symbols: true },
  {
    stream: "forced_orders",
    path: "forceOrders",
    rows: (account) => account.forcedOrders,
    page: 100,
    symbols: false,
  },
  {
    stream: "margin_changes",
    path: "positionMargin/history",
    rows: (account) => account.marginChanges,
    page: 500,
    symbols: true,
  },
];
const VENUES = {
  aster: { start: startAsterSimulator, world: "aster", kind: "v1" },
  "binance-usdm": { start: startBinanceSimulator, world: "binance", kind: "hmac" },
};

/**
 * The fewest requests for windows that begin at `from`, a week each: one a window and scope, more where a
 * window has more rows than a page.
 */
function fewest({ rows, page, symbols }, account, scopes, from, until) {
  let requests = 0;
  for (const scope of symbols ? scopes : [""]) {
    const times = rows(account)
      .filter((row) => scope === "" || row.symbol === scope)
      .map((row) => row.occurredAt);
    for (let start = from; start < until; start += WEEK) {
      const inside = times.filter((at) => start <= at && at < Math.min(start + WEEK, until)).length;
      requests += Math.max(1, Math.ceil(inside / page));
    }
  }
  return requests;
}

async function measure(venue, rowsWanted) {
  const { start, world: market, kind } = VENUES[venue];
  const quietUntil = NOW + WEEK;
  const world = generateWorld({
    seed: "requests",
    venue: market,
    from: FROM,
    until: NOW,
    fills: Math.round(rowsWanted / 2.4),
    accounts: [{ name: "main" }],
  });
  const [account] = world.accounts;
  let now = NOW;
  const simulator = await start({
    world,
    clock: { kind: "frozen", at: NOW },
    credentials: [{ account: "main", kind, apiKey: "simulated-key", apiSecret: "simulated-secret" }],
    weightPerMinute: Number.POSITIVE_INFINITY,
  });
  const folder = await mkdtemp(join(tmpdir(), "perpbooks-requests-"));
  await writeFile(
    join(folder, "perpbooks.yaml"),
    configurationText({ store: "./books" }, [
      {
        name: "main",
        venue,
        baseUrl: simulator.url,
        lines: ["since: 2026-06-05"],
        credentials: { apiKey: "simulated-key", apiSecret: "simulated-secret" },
      },
    ]),
  );
  const sync = async () => {
    const before = simulator.requests().length;
    const code = await runCommandLine(["sync"], {
      environment: {},
      clock: { ...rehearsalClock(now), now: () => now },
      signal: new AbortController().signal,
      workingFolder: folder,
      readInput: () => process.stdin,
      output: { write: () => {}, columns: null },
      errors: { write: () => {}, isTerminal: false },
    });
    if (code !== 0) throw new Error(`sync ended with ${code}`);
    return simulator.requests().slice(before);
  };
  const print = (title, asked, from, until) => {
    process.stdout.write(`${title}\n`);
    for (const stream of STREAMS) {
      const own = asked.filter((request) => request.path.endsWith(stream.path));
      const scopes = [...new Set(own.map((request) => request.params.symbol ?? ""))];
      const least = fewest(stream, account, scopes, from, until);
      process.stdout.write(
        `  ${stream.stream.padEnd(15)} ${String(stream.rows(account).filter((row) => row.occurredAt >= from).length).padStart(7)} rows ${String(own.length).padStart(5)} requests, fewest ${String(least).padStart(5)}, × ${(own.length / least).toFixed(2)}\n`,
      );
    }
  };
  const total = STREAMS.reduce((sum, { rows }) => sum + rows(account).length, 0);
  print(
    `${venue}: first sync of ${total} rows in ${Math.round((NOW - FROM) / DAY)} days (every listed symbol is queried)`,
    await sync(),
    FROM,
    NOW + 1,
  );
  now = quietUntil;
  simulator.setClock(now);
  print(`${venue}: a quiet week later (from what was not settled yet)`, await sync(), NOW, quietUntil + 1);
  await simulator.close();
  await rm(folder, { recursive: true });
}

for (const venue of Object.keys(VENUES)) await measure(venue, Number(process.argv[2] ?? 100_000));
