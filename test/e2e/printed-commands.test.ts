/**
 * Every command that the README and docs/ print in a block of their own does what they say, as printed and in
 * their order.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { tradeFiles } from "../../src/simulator/binance/csv.ts";
import { startAsterSimulator, startBinanceSimulator } from "../../src/simulator/server.ts";
import { type Rig, rigAround } from "../support/rig.ts";
import { sampleOf } from "../support/sample.ts";
import { scriptedWorld } from "../support/scripted-world.ts";
import { newLocation, QUICK_KIND, type TestLocation } from "../support/stores.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/** What no test can run here, and why. */
const NOT_RUN: readonly { readonly begins: string; readonly because: string }[] = [
  { begins: "npm ci && npm run demo", because: "it installs; test/e2e/demo.test.ts runs the demo" },
  { begins: "npm ci && npm test", because: "it installs, and is what runs this test" },
  { begins: "alias perpbooks=", because: "the path is the reader's" },
  { begins: "17 3 * * *", because: "a line of cron" },
  {
    begins: "perpbooks accept --account main --record",
    because: "the key is one that `gaps` shows the reader",
  },
  {
    begins: "perpbooks accept --account main --price",
    because: "the asset is one that `status` shows the reader; test/e2e/prices.test.ts accepts one",
  },
  { begins: "perpbooks store distribute", because: "it needs a cluster; see test/store/distribute.test.ts" },
];

/** Each makes an embedded store of its own, which takes longer than all the others together. */
const RUN_BY_LONG = sampleOf(
  [
    { begins: "perpbooks backup", because: "test/e2e/backup.test.ts makes one" },
    { begins: "perpbooks verify --beside", because: "it is run without its option" },
  ],
  [],
);

type Printed = { readonly document: string; readonly command: string };

/** Lines that are indented by four spaces, and those between ```sh and ```; of other fences none. */
function printedIn(document: string): Printed[] {
  let fence: string | null = null;
  return readFileSync(join(ROOT, document), "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, opened] = /^```(\w*)$/.exec(line) ?? [];
      if (opened !== undefined) fence = fence === null ? opened : null;
      const isCommand = fence === null ? /^ {4}\S/.test(line) : fence === "sh" && opened === undefined;
      return isCommand ? [{ document, command: line.trim() }] : [];
    });
}

const DOCUMENTS = [
  "README.md",
  ...readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const PRINTED = DOCUMENTS.flatMap(printedIn);
const isNotRun = ({ command }: Printed) =>
  [...NOT_RUN, ...RUN_BY_LONG].some(({ begins }) => command.startsWith(begins));

/** The words that a shell hands to perpbooks. What else stands in the line (unzip) is not run. */
function wordsOf(command: string): string[] {
  const script = `unzip() { :; }; perpbooks() { printf '%s\\0' "$@"; }; ${command}`;
  return execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
}

const NOW = parseInstant("2026-05-30T09:30:00Z");
const at = (time: string) => parseInstant(`${time}:00Z`);

const ASTER = scriptedWorld([
  {
    name: "main",
    play: (account) =>
      account
        .cash(at("2025-03-03T08:00"), "TRANSFER", "1000")
        .trade(at("2025-06-03T10:00"), "BUY 1 BTCUSDT at 100", { fee: "0.05" })
        .trade(at("2025-06-04T10:00"), "SELL 1 BTCUSDT at 130", { fee: "0.065" })
        .trade(at("2026-05-25T10:00"), "BUY 1 BTCUSDT at 120", { fee: "0.05" })
        .trade(at("2026-05-25T11:00"), "SELL 1 BTCUSDT at 125", { fee: "0.05" }),
  },
]);
const BINANCE = scriptedWorld([
  {
    name: "binance",
    play: (account) =>
      account
        .cash(at("2026-01-03T08:00"), "TRANSFER", "1000")
        .trade(at("2026-01-10T10:00"), "BUY 1 BTCUSDT at 100", { fee: "0.05" })
        .trade(at("2026-01-11T10:00"), "SELL 1 BTCUSDT at 130", { fee: "0.065" })
        .trade(at("2026-05-20T10:00"), "BUY 1 BTCUSDT at 120", { fee: "0.05" })
        .trade(at("2026-05-21T10:00"), "SELL 1 BTCUSDT at 130", { fee: "0.05" }),
  },
]);

let rig: Rig;
let embedded: TestLocation;
let server: TestLocation;
let variables: Readonly<Record<string, string>> = {};
/** The folder that `store` names, and no server. */
const EMBEDDED = { DATABASE_URL: undefined };

beforeAll(async () => {
  const [key, secret] = ["simulated-key", "simulated-secret"];
  const shared = { clock: { kind: "frozen", at: NOW }, weightPerMinute: Number.POSITIVE_INFINITY } as const;
  const aster = await startAsterSimulator({
    ...shared,
    world: ASTER,
    credentials: [{ account: "main", kind: "v1", apiKey: key, apiSecret: secret }],
  });
  const binance = await startBinanceSimulator({
    ...shared,
    world: BINANCE,
    credentials: [{ account: "binance", kind: "hmac", apiKey: key, apiSecret: secret }],
  });
  const account = (name: string, venue: string, baseUrl: string) => ({
    name,
    venue,
    baseUrl,
    lines: ["since: 2025-01-01"],
    credentials: { apiKey: `\${KEY}`, apiSecret: `\${SECRET}` },
  });
  rig = await rigAround({
    kind: QUICK_KIND,
    now: NOW,
    simulator: aster,
    accounts: [account("main", "aster", aster.url), account("binance", "binance-usdm", binance.url)],
    environment: { KEY: key, SECRET: secret },
    waitingMovesClocks: false,
    closeToo: () => binance.close(),
  });
  embedded = await newLocation("PGlite");
  server = await newLocation("Postgres");
  await rig.reconfigure((text) => text.replace(/^store: .*$/m, "store: ./perpbooks-data"));
  if (embedded.location.kind === "folder")
    await symlink(embedded.location.path, join(rig.folder, "perpbooks-data"));
  // Where the demo leaves its books, there are the same ones.
  await symlink(rig.folder, join(rig.folder, "demo-books"));
  const [trades] = tradeFiles(BINANCE.accounts[0]?.fills.slice(0, 2) ?? [], "F2", {});
  await writeFile(
    join(rig.folder, "Binance-Futures-Trade-History.zip"),
    zipSync({ [trades?.name ?? ""]: Buffer.from(trades?.content ?? "") }),
  );
  await writeFile(join(rig.folder, "eurofxref-hist.csv"), "Date,USD,\n2026-05-29,1.25,\n");
});
afterAll(async () => {
  await rig.close();
  await embedded.remove();
  await server.remove();
});

/** What must be so before a command makes sense, as the document says around it. */
const BEFORE: Readonly<Record<string, () => Promise<unknown>>> = {
  'perpbooks accept --account main --difference "wallet USDT" --because': async () => {
    await rig.inspect((store) =>
      store.executeScript(
        "update snapshot.balance set wallet = wallet + 1 where account_id = 'main' and asset = 'USDT'",
      ),
    );
    await rig.run("reconcile");
  },
  "perpbooks restore": async () => {
    await rig.runWith(EMBEDDED, "run");
    await rig.runWith(EMBEDDED, "close", "2025", "--because", "there is more to read of Binance");
    if (server.location.kind === "postgres") variables = { DATABASE_URL: server.location.url.reveal() };
  },
};

test("each does its work, or its work is done and something is open", { timeout: 240_000 }, async () => {
  const failed: string[] = [];
  for (const printed of PRINTED.filter((one) => !isNotRun(one))) {
    const command = printed.command.replaceAll("out/demo-books", "demo-books");
    if (!command.endsWith("--undo"))
      for (const [begins, prepare] of Object.entries(BEFORE)) if (command.startsWith(begins)) await prepare();
    const { exitCode, errors, output } = await rig.runWith(variables, ...wordsOf(command));
    if (exitCode !== 0 && exitCode !== 3)
      failed.push(`${printed.document}: ${command}\n${exitCode}: ${errors}${output}`);
  }
  expect(failed).toEqual([]);
});

test("what is not run is printed, and printed are more than a few", () => {
  const stale = [...NOT_RUN, ...RUN_BY_LONG].filter(
    ({ begins }) => !PRINTED.some(({ command }) => command.startsWith(begins)),
  );
  expect(stale).toEqual([]);
  expect(PRINTED.filter((one) => !isNotRun(one)).length).toBeGreaterThan(15);
});
