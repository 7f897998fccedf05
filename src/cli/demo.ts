/**
 * The whole way with simulated venues: reads their history over HTTP, books it, proves it and reports it, as `run` does for a real one. The
 * simulated clock stands still and the worlds are made from a fixed seed, so the same files come out on any day.
 */

import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { rehearsalClock } from "../clock.ts";
import { parseInstant } from "../domain/instant.ts";
import { generateEdgexWorld } from "../simulator/edgex-generate.ts";
import type { EdgexWorld } from "../simulator/edgex-world.ts";
import { generateWorld } from "../simulator/generate.ts";
import { startAsterSimulator, startBinanceSimulator, startEdgexSimulator } from "../simulator/server.ts";
import { defineCommand } from "./command.ts";
import { runInSight } from "./run.ts";
import type { Surroundings } from "./surroundings.ts";

const ASTER_FROM = parseInstant("2026-05-02T00:00:00Z");
/** Binance keeps margin changes for a month only: an older history would begin with a gap. */
const BINANCE_FROM = parseInstant("2026-06-05T00:00:00Z");
const EDGEX_FROM = parseInstant("2026-06-15T00:00:00Z");
const NOW = parseInstant("2026-06-30T20:15:00Z");
const ASTER_FILLS = 1_200;
const BINANCE_FILLS = 500;
const EDGEX_FILLS = 240;

/**
 * What signs in at the simulators. The agent's key is the example that Aster's documentation publishes, the Stark key the one in the tests of edgeX's
 * development kit: they guard nothing.
 */
const CREDENTIALS = {
  main: { account: "main", kind: "v1", apiKey: "simulated-key", apiSecret: "simulated-secret" },
  hedge: {
    account: "hedge",
    kind: "v3",
    user: "0x63DD5aCC6b1aa0f563956C0e534DD30B6dcF7C4e",
    signer: "0x21cF8Ae13Bb72632562c6Fff438652Ba1a151bb0",
    privateKey: "0x4fd0a42218f3eae43a6ce26d22544e986139a01e5b34a62db53757ffca81bae1",
  },
  second: { account: "second", kind: "hmac", apiKey: "simulated-key", apiSecret: "simulated-secret" },
  stark: {
    account: "edgex-v1",
    kind: "stark",
    starkPrivateKey: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
  },
  /** The private key 1. */
  sub: { account: "edgex-sub", kind: "stark", starkPrivateKey: "1".padStart(64, "0") },
  edgex: {
    account: "edgex-v2",
    kind: "hmac",
    apiKey: "simulated-key",
    apiSecret: "simulated-secret",
    passphrase: "simulated-passphrase",
  },
} as const;

/** Beside the configuration, as a user would keep real ones. */
const SECRETS = `SIMULATED_API_KEY=${CREDENTIALS.main.apiKey}
SIMULATED_API_SECRET=${CREDENTIALS.main.apiSecret}
SIMULATED_PASSPHRASE=${CREDENTIALS.edgex.passphrase}
PUBLISHED_PRIVATE_KEY=${CREDENTIALS.hedge.privateKey}
PUBLISHED_STARK_KEY=${CREDENTIALS.stark.starkPrivateKey}
SMALLEST_STARK_KEY=${CREDENTIALS.sub.starkPrivateKey}
`;

export async function demo(
  options: { readonly output: string },
  surroundings: Surroundings,
): Promise<number> {
  const output = resolve(surroundings.workingFolder, options.output);
  // The books stay beside the reports, for `perpbooks sql` to look into; their files are not the same bytes twice, the reports' are.
  const books = join(dirname(output), `${basename(output)}-books`);
  await rm(output, { recursive: true, force: true });
  await rm(books, { recursive: true, force: true });
  await mkdir(books, { recursive: true });
  const { main, hedge, second, stark, sub, edgex } = CREDENTIALS;
  const shared = {
    clock: { kind: "frozen", at: NOW } as const,
    // The real allowance would make the demo wait for the next minute.
    weightPerMinute: Number.POSITIVE_INFINITY,
  };
  const aster = await startAsterSimulator({
    ...shared,
    world: generateWorld({
      seed: "demo",
      from: ASTER_FROM,
      until: NOW,
      fills: ASTER_FILLS,
      accounts: [{ name: main.account }, { name: hedge.account, mode: "hedge" }],
    }),
    credentials: [main, hedge],
  });
  const binance = await startBinanceSimulator({
    ...shared,
    world: generateWorld({
      seed: "demo",
      venue: "binance",
      from: BINANCE_FROM,
      until: NOW,
      fills: BINANCE_FILLS,
      accounts: [{ name: second.account }],
    }),
    credentials: [second],
  });
  const edgexWorld = generateEdgexWorld({
    seed: "demo",
    from: EDGEX_FROM,
    until: NOW,
    fills: EDGEX_FILLS,
    accounts: [
      { name: stark.account, generation: "v1" },
      { name: sub.account, generation: "v1" },
      { name: edgex.account, generation: "v2" },
    ],
  });
  const edgexVenue = await startEdgexSimulator({
    ...shared,
    world: edgexWorld,
    credentials: [stark, sub, edgex],
  });
  try {
    const config = join(books, "perpbooks.yaml");
    const urls = { aster: aster.url, binance: binance.url, edgex: edgexVenue.url };
    await writeFile(config, configurationText(urls, output, edgexWorld));
    await writeFile(join(books, ".env"), SECRETS, { mode: 0o600 });
    return await runInSight(
      { config, allSymbols: false },
      { ...surroundings, clock: rehearsalClock(NOW), environment: {} },
    );
  } finally {
    await aster.close();
    await binance.close();
    await edgexVenue.close();
  }
}

function configurationText(
  urls: { readonly aster: string; readonly binance: string; readonly edgex: string },
  output: string,
  { accounts }: EdgexWorld,
): string {
  const { main, hedge, second, stark, sub, edgex } = CREDENTIALS;
  const accountIdOf = (account: string) => accounts.find(({ name }) => name === account)?.accountId ?? "";
  return `# The demo's own configuration. Nothing in it is secret.
store: ./perpbooks-data
timeZone: UTC
output: ${JSON.stringify(output)}
accounts:
  - name: ${main.account}
    venue: aster
    baseUrl: ${urls.aster}
    since: 2026-05-01
    credentials:
      apiKey: \${SIMULATED_API_KEY}
      apiSecret: \${SIMULATED_API_SECRET}
  - name: ${hedge.account}
    venue: aster
    baseUrl: ${urls.aster}
    since: 2026-05-01
    credentials:
      user: ${hedge.user}
      signer: ${hedge.signer}
      privateKey: \${PUBLISHED_PRIVATE_KEY}
  - name: ${second.account}
    venue: binance-usdm
    baseUrl: ${urls.binance}
    since: 2026-06-05
    credentials:
      apiKey: \${SIMULATED_API_KEY}
      apiSecret: \${SIMULATED_API_SECRET}
  - name: ${stark.account}
    venue: edgex
    baseUrl: ${urls.edgex}
    since: 2026-06-15
    credentials:
      accountId: "${accountIdOf(stark.account)}"
      starkPrivateKey: \${PUBLISHED_STARK_KEY}
  - name: ${sub.account}
    venue: edgex
    baseUrl: ${urls.edgex}
    since: 2026-06-15
    credentials:
      accountId: "${accountIdOf(sub.account)}"
      starkPrivateKey: \${SMALLEST_STARK_KEY}
  - name: ${edgex.account}
    venue: edgex
    baseUrl: ${urls.edgex}
    since: 2026-06-15
    credentials:
      accountId: "${accountIdOf(edgex.account)}"
      apiKey: \${SIMULATED_API_KEY}
      apiSecret: \${SIMULATED_API_SECRET}
      passphrase: \${SIMULATED_PASSPHRASE}
`;
}

export const demoCommand = defineCommand({
  options: {
    output: {
      type: "string",
      default: "out/demo",
      requiresArg: true,
      describe: "the folder for its reports",
    },
  },
  act: demo,
});
