/**
 * `npm run simulator -- [--port 8080] [--fills 1200] [--seed 1] [--rules FILE]`: every venue, on this port
 * and the next ones, to try perpbooks on without an account anywhere. Prints what to put into perpbooks.yaml
 * and runs until it is interrupted.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { systemClock } from "../clock.ts";
import { readMilliseconds } from "../domain/instant.ts";
import { configurationText } from "./configuration.ts";
import { type ExampleVenues, startExampleVenues } from "./example-venues.ts";
import { type AnswerRule, readAnswerRules } from "./shared/answer-rules.ts";

/** So that it can be left running, with new rows every night. */
const DAYS_AHEAD = 7;

type Wishes = {
  readonly port: number;
  readonly fills: number;
  readonly seed: string;
  readonly rules: readonly AnswerRule[];
};

/** Null when help was requested. Throws for what is not understood. */
function readWishes(): Wishes | null {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "8080" },
      fills: { type: "string", default: "1200" },
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
  const venues = await startExampleVenues({
    seed,
    now: systemClock.now(),
    // A client that finds a venue's clock a day off would not believe it.
    clock: { kind: "following", now: systemClock.now },
    daysAhead: DAYS_AHEAD,
    fills: { aster: fills, binance: Math.ceil(fills / 2), edgex: Math.ceil(fills / 4) },
    port,
    rules: () => rules,
  });
  process.stdout.write(instructions(venues));
  process.once("SIGINT", () => {
    venues.close().catch(fail);
  });
}

function instructions({ urls, accounts, variables }: ExampleVenues): string {
  const exports = Object.entries(variables).map(([name, value]) => `export ${name}=${value}`);
  return `# Simulated venues: Aster at ${urls.aster}, Binance at ${urls.binance}, edgeX at ${urls.edgex}. Ctrl-C stops them.
# Their histories end now, and go on for ${DAYS_AHEAD} days while they run.

# First, in another terminal (they are no secrets: the private keys are examples that the venues themselves publish; never fund them):

${exports.join("\n")}

# Then put what follows into perpbooks.yaml, and run \`perpbooks run\` beside it:

${configurationText({ store: "./perpbooks-data", output: "./out" }, accounts)}`;
}

const USAGE = "usage: npm run simulator -- [--port 8080] [--fills 1200] [--seed 1] [--rules FILE]";

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
