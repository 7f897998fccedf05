/** `npm run simulator`: what it prints works as printed, on any day. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { type Clock, rehearsalClock, systemClock } from "../../src/clock.ts";
import { parseInstant } from "../../src/domain/calendar.ts";
import { configurationText } from "../../src/simulator/configuration.ts";
import { startExampleVenues } from "../../src/simulator/example-venues.ts";
import { noInput } from "../support/input.ts";
import { longTest } from "../support/sample.ts";
import { newLocation, QUICK_KIND, type TestLocation } from "../support/stores.ts";

const SIMULATOR = join(import.meta.dirname, "..", "..", "dist", "simulator", "main.js");

let folder = "";
let store: TestLocation;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "perpbooks-simulator-"));
  store = await newLocation(QUICK_KIND);
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await store.remove();
});

async function perpbooks(
  words: readonly string[],
  variables: Readonly<Record<string, string>>,
  clock: Clock,
) {
  if (store.location.kind !== "postgres") throw new Error("the store was to be on Postgres");
  let output = "";
  const exitCode = await runCommandLine(words, {
    environment: { ...variables, DATABASE_URL: store.location.url.reveal() },
    clock,
    signal: new AbortController().signal,
    workingFolder: folder,
    readInput: noInput,
    output: {
      write: (text) => {
        output += text;
      },
      columns: null,
    },
    errors: { write: () => {}, isTerminal: false },
  });
  return { exitCode, output };
}

test("the exports and the configuration that are printed let doctor in everywhere, by today's clock", async () => {
  const child = spawn(process.execPath, [SIMULATOR, "--port", "0", "--fills", "40"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const printed = await untilPrinted(child);
  const variables = Object.fromEntries(
    [...printed.matchAll(/^export (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]),
  );
  await writeFile(join(folder, "perpbooks.yaml"), printed.slice(printed.indexOf("\nstore:")));
  const { exitCode, output } = await perpbooks(["doctor"], variables, systemClock);
  // The keys are what doctor warns of: edgeX's first generation has none that only reads.
  expect(output.split("\n").filter((line) => !/^(?:ok |warning | {2}next: )/.test(line))).toEqual([""]);
  expect(output.match(/shows \d/g)).toHaveLength(6);
  expect(exitCode).toBe(3);
  const ended = once(child, "exit");
  child.kill("SIGINT");
  expect(await ended).toEqual([0, null]);
});

// Last: the nonces of one process only ever grow.
longTest(
  "started at a midnight of a leap year, every venue is read, booked and proven without an open item",
  async () => {
    const now = parseInstant("2028-02-29T00:00:00Z");
    const venues = await startExampleVenues({
      seed: "1",
      now,
      clock: { kind: "frozen", at: now },
      daysAhead: 7,
      fills: { aster: 80, binance: 40, edgex: 24 },
    });
    await writeFile(
      join(folder, "perpbooks.yaml"),
      configurationText({ output: "./out", store: "./unused" }, venues.accounts),
    );
    const { exitCode, output } = await perpbooks(["run"], venues.variables, rehearsalClock(now));
    await venues.close();
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.not.stringContaining("INCOMPLETE") });
  },
);

/** All of it comes at once, but perhaps in pieces. */
async function untilPrinted(child: ChildProcess): Promise<string> {
  let text = "";
  for await (const piece of child.stdout ?? []) {
    text += piece;
    if (/passphrase: .*\n$/.test(text)) break;
  }
  return text;
}
