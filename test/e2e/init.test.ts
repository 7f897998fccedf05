/** `perpbooks init`: a configuration to start from. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { rehearsalClock } from "../../src/clock.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DEFAULT_TREATMENT } from "../../src/domain/treatment.ts";
import { VENUE_CONFIGURATIONS } from "../../src/venues/registry.ts";
import { noInput } from "../support/input.ts";
import { PUBLISHED_AGENT } from "../support/rig.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "perpbooks-init-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function init(...words: string[]) {
  let [output, errors] = ["", ""];
  const exitCode = await runCommandLine(["init", ...words], {
    environment: {},
    clock: rehearsalClock(parseInstant("2026-05-20T09:30:00Z")),
    signal: new AbortController().signal,
    workingFolder: folder,
    readInput: noInput,
    output: {
      write: (text) => {
        output += text;
      },
      columns: null,
    },
    errors: {
      write: (text) => {
        errors += text;
      },
      isTerminal: false,
    },
  });
  return {
    exitCode,
    output: output.replaceAll(folder, "FOLDER"),
    errors: errors.replaceAll(folder, "FOLDER"),
  };
}

const AGENT = {
  ASTER_USER: PUBLISHED_AGENT.user,
  ASTER_SIGNER: PUBLISHED_AGENT.signer,
  ASTER_PRIVATE_KEY: PUBLISHED_AGENT.privateKey,
};
const KEYS = {
  ASTER_API_KEY: "a-key",
  ASTER_API_SECRET: "a-secret",
  BINANCE_API_KEY: "another-key",
  BINANCE_API_SECRET: "another-secret",
  EDGEX_ACCOUNT_ID: "123456789012345678",
  EDGEX_API_KEY: "a-third-key",
  EDGEX_API_SECRET: "a-third-secret",
  EDGEX_PASSPHRASE: "a-passphrase",
};

function load(name: string, environment: Record<string, string>) {
  return loadConfiguration({
    path: join(folder, name),
    environment,
    venues: VENUE_CONFIGURATIONS,
    exportTargets: {},
  });
}

test.each([
  { venue: "aster", name: "main", keys: AGENT },
  {
    venue: "binance-usdm",
    name: "binance",
    keys: { BINANCE_API_KEY: KEYS.BINANCE_API_KEY, BINANCE_API_SECRET: KEYS.BINANCE_API_SECRET },
  },
  {
    venue: "edgex",
    name: "edgex",
    keys: {
      EDGEX_ACCOUNT_ID: KEYS.EDGEX_ACCOUNT_ID,
      EDGEX_API_KEY: KEYS.EDGEX_API_KEY,
      EDGEX_API_SECRET: KEYS.EDGEX_API_SECRET,
      EDGEX_PASSPHRASE: KEYS.EDGEX_PASSPHRASE,
    },
  },
])(
  "of $venue: it names the variables, and is accepted as soon as they are set",
  async ({ venue, name, keys }) => {
    const names = Object.keys(keys);
    expect(await init("--venue", venue)).toEqual({
      exitCode: 0,
      output: `FOLDER/perpbooks.yaml is written.
Next: put the keys into a file .env beside it, readable by you alone (chmod 600 .env):
${names.map((variable) => `  ${variable}=…\n`).join("")}then run
  perpbooks doctor
  perpbooks run
`,
      errors: "",
    });
    const refused = await load("perpbooks.yaml", {}).catch((error: Error) => error.message);
    for (const variable of names) expect(refused).toContain(`\${${variable}} is not set`);
    const configuration = await load("perpbooks.yaml", keys);
    expect(configuration.warnings).toEqual([]);
    expect(configuration.accounts.map((account) => [account.name, account.venue])).toEqual([[name, venue]]);
  },
);

test("what it has commented out is accepted too, once it is uncommented", async () => {
  await init("--venue", "aster", "--config", "other.yaml");
  const path = join(folder, "other.yaml");
  const text = await readFile(path, "utf8");
  const uncommented = text
    .split("\n")
    .filter((line) => !/^ {6}(?:user|signer|privateKey):/.test(line))
    .map((line) =>
      line
        .replace(/^( *)# (?=api(?:Key|Secret):)/, "$1")
        .replace(/^ {2}# (?=- | {2})/, "  ")
        .replace(/^# (?=(?:reportingCurrency|pegs|prices|treatment):| {2}- )/, ""),
    )
    .join("\n");
  await writeFile(path, uncommented);
  const configuration = await load("other.yaml", KEYS);
  expect(configuration).toMatchObject({
    treatment: DEFAULT_TREATMENT,
    reportingCurrency: "EUR",
    pegs: [{ asset: "USDT", currency: "USD" }],
    prices: { fetch: true },
  });
  expect(configuration.warnings).toEqual([]);
  expect(configuration.accounts.map(({ name, venue }) => ({ name, venue }))).toEqual([
    { name: "main", venue: "aster" },
    { name: "binance", venue: "binance-usdm" },
    { name: "edgex", venue: "edgex" },
  ]);
});

test("it never writes over a file that is there", async () => {
  await writeFile(join(folder, "perpbooks.yaml"), "mine\n");
  expect(await init("--venue", "aster")).toEqual({
    exitCode: 2,
    output: "",
    errors: `FOLDER/perpbooks.yaml: there is a configuration already
  it was not touched
  next: change it, or give another name with --config
`,
  });
  expect(await readFile(join(folder, "perpbooks.yaml"), "utf8")).toBe("mine\n");
});

test("a folder that is not there is named", async () => {
  expect(await init("--venue", "aster", "--config", "nowhere/perpbooks.yaml")).toEqual({
    exitCode: 2,
    output: "",
    errors: `FOLDER/nowhere/perpbooks.yaml: no configuration can be written here
  ENOENT: no such file or directory, open 'FOLDER/nowhere/perpbooks.yaml'
  next: make the folder, or give another name with --config
`,
  });
});
