/**
 * `npm run simulator -- [--port 8080] [--fills 2000] [--seed 1] [--rules FILE]`: an Aster and, on the next port, an edgeX to try perpbooks on, without an account
 * anywhere. Prints what to put into perpbooks.yaml and runs until it is interrupted.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { DAY_MS, later, parseInstant, readMilliseconds } from "../domain/instant.ts";
import { type AnswerRule, readAnswerRules } from "./answer-rules.ts";
import { generateEdgexWorld } from "./edgex-generate.ts";
import type { EdgexWorld } from "./edgex-world.ts";
import { generateWorld } from "./generate.ts";
import {
  type AsterCredential,
  type EdgexCredential,
  startAsterSimulator,
  startEdgexSimulator,
} from "./server.ts";

/** The last instant of the generated history; the clock starts here and runs on. */
const NOW = parseInstant("2026-07-01T00:00:00Z");
const HISTORY_DAYS = 60;

const SIMULATED_KEY = {
  account: "simulated-main",
  kind: "v1",
  apiKey: "simulated-key",
  apiSecret: "simulated-secret",
} as const;
/** The key pair that Aster's own documentation publishes as an example. It guards nothing: never fund it. */
const PUBLISHED_AGENT = {
  account: "simulated-hedge",
  kind: "v3",
  user: "0x63DD5aCC6b1aa0f563956C0e534DD30B6dcF7C4e",
  signer: "0x21cF8Ae13Bb72632562c6Fff438652Ba1a151bb0",
  privateKey: "0x4fd0a42218f3eae43a6ce26d22544e986139a01e5b34a62db53757ffca81bae1",
} as const;

/** The dummy key in the tests of edgeX's own development kit. It guards nothing: never fund it. */
const STARK_KEY = {
  account: "simulated-edgex-v1",
  kind: "stark",
  starkPrivateKey: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
} as const;
const EDGEX_KEY = {
  account: "simulated-edgex-v2",
  kind: "hmac",
  apiKey: SIMULATED_KEY.apiKey,
  apiSecret: SIMULATED_KEY.apiSecret,
  passphrase: "simulated-passphrase",
} as const;

type Wishes = {
  readonly port: number;
  readonly fills: number;
  readonly seed: string;
  readonly rules: readonly AnswerRule[];
};

/** Null when help was asked for. Throws for what is not understood. */
function readWishes(): Wishes | null {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "8080" },
      fills: { type: "string", default: "2000" },
      seed: { type: "string", default: "1" },
      rules: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  return {
    port: count("--port", values.port),
    fills: count("--fills", values.fills),
    seed: values.seed,
    rules: values.rules === undefined ? [] : readAnswerRules(readFileSync(values.rules, "utf8")),
  };
}

/** Digits. */
function count(name: string, text: string): number {
  const value = readMilliseconds(text);
  if (value === null) throw new RangeError(`${name}: a whole number was expected, found "${text}"`);
  return value;
}

async function run({ port, fills, seed, rules }: Wishes): Promise<void> {
  const from = later(NOW, -HISTORY_DAYS * DAY_MS);
  const world = generateWorld({
    seed,
    from,
    until: NOW,
    fills,
    accounts: [{ name: SIMULATED_KEY.account }, { name: PUBLISHED_AGENT.account, mode: "hedge" }],
  });
  const credentials: readonly AsterCredential[] = [SIMULATED_KEY, PUBLISHED_AGENT];
  const simulator = await startAsterSimulator({
    world,
    clock: { kind: "running", startsAt: NOW },
    credentials,
    port,
    rules: () => rules,
  });
  const edgexWorld = generateEdgexWorld({
    seed,
    from,
    until: NOW,
    fills,
    accounts: [
      { name: STARK_KEY.account, generation: "v1" },
      { name: EDGEX_KEY.account, generation: "v2" },
    ],
  });
  const edgexCredentials: readonly EdgexCredential[] = [STARK_KEY, EDGEX_KEY];
  const edgex = await startEdgexSimulator({
    world: edgexWorld,
    clock: { kind: "running", startsAt: NOW },
    credentials: edgexCredentials,
    port: port === 0 ? 0 : port + 1,
    rules: () => rules,
  });
  process.stdout.write(instructions({ aster: simulator.url, edgex: edgex.url }, edgexWorld, HISTORY_DAYS));
  process.once("SIGINT", () => {
    Promise.all([simulator.close(), edgex.close()]).catch(fail);
  });
}

function instructions(
  urls: { readonly aster: string; readonly edgex: string },
  edgexWorld: EdgexWorld,
  days: number,
): string {
  const accountIdOf = (account: string) =>
    edgexWorld.accounts.find(({ name }) => name === account)?.accountId ?? "";
  return `A simulated Aster runs at ${urls.aster}, an edgeX at ${urls.edgex}: ${days} days of history up to 2026-07-01. Ctrl-C stops them.

Export these (they are not secrets: the private keys are examples that the venues themselves publish, never fund them):

  export SIMULATED_API_KEY=${SIMULATED_KEY.apiKey}
  export SIMULATED_API_SECRET=${SIMULATED_KEY.apiSecret}
  export SIMULATED_USER=${PUBLISHED_AGENT.user}
  export SIMULATED_SIGNER=${PUBLISHED_AGENT.signer}
  export SIMULATED_PRIVATE_KEY=${PUBLISHED_AGENT.privateKey}
  export SIMULATED_STARK_KEY=${STARK_KEY.starkPrivateKey}
  export SIMULATED_PASSPHRASE=${EDGEX_KEY.passphrase}

and put these into perpbooks.yaml:

accounts:
  - name: ${SIMULATED_KEY.account}
    venue: aster
    baseUrl: ${urls.aster}
    since: 2026-05-01
    credentials:
      apiKey: \${SIMULATED_API_KEY}
      apiSecret: \${SIMULATED_API_SECRET}
  - name: ${PUBLISHED_AGENT.account}
    venue: aster
    baseUrl: ${urls.aster}
    since: 2026-05-01
    credentials:
      user: \${SIMULATED_USER}
      signer: \${SIMULATED_SIGNER}
      privateKey: \${SIMULATED_PRIVATE_KEY}
  - name: ${STARK_KEY.account}
    venue: edgex
    baseUrl: ${urls.edgex}
    since: 2026-05-01
    credentials:
      accountId: "${accountIdOf(STARK_KEY.account)}"
      starkPrivateKey: \${SIMULATED_STARK_KEY}
  - name: ${EDGEX_KEY.account}
    venue: edgex
    baseUrl: ${urls.edgex}
    since: 2026-05-01
    credentials:
      accountId: "${accountIdOf(EDGEX_KEY.account)}"
      apiKey: \${SIMULATED_API_KEY}
      apiSecret: \${SIMULATED_API_SECRET}
      passphrase: \${SIMULATED_PASSPHRASE}
`;
}

const USAGE = "usage: npm run simulator -- [--port 8080] [--fills 2000] [--seed 1] [--rules FILE]";

function main(): void {
  let wishes: Wishes | null;
  try {
    wishes = readWishes();
  } catch (error) {
    process.stderr.write(`simulator: ${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    process.exitCode = 2;
    return;
  }
  if (wishes === null) process.stdout.write(`${USAGE}\n`);
  else run(wishes).catch(fail);
}

function fail(error: unknown): void {
  process.stderr.write(`simulator: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

main();
