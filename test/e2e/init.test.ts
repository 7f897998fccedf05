// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a configuration has placeholders of its own.
/** `perpbooks init`: a configuration to start from. */
import { spawnSync } from "node:child_process";
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { cronLine, serviceUnit } from "../../src/cli/schedule.ts";
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

/** Answers in their order, as a person at a terminal gives them. */
function init(...words: string[]) {
  return initAnswering(null, ...words);
}

function initAnswering(answers: readonly string[] | null, ...words: string[]) {
  return initAt("/srv/perpbooks/dist/main.js", answers, ...words);
}

/** As the program that lies there. */
async function initAt(file: string, answers: readonly string[] | null, ...words: string[]) {
  const left = [...(answers ?? [])];
  const asked: string[] = [];
  let [output, errors] = ["", ""];
  const exitCode = await runCommandLine(["init", ...words], {
    environment: {},
    clock: rehearsalClock(parseInstant("2026-05-20T09:30:00Z")),
    signal: new AbortController().signal,
    workingFolder: folder,
    program: ["/usr/bin/node", file],
    ...(answers === null
      ? {}
      : {
          ask: async (question: string) => {
            asked.push(question);
            return left.shift() ?? "";
          },
        }),
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
    ...(answers === null ? {} : { asked }),
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
FOLDER/.env.example has the names of its secrets.
Next: put the keys into a file .env beside it, readable by you alone (chmod 600 .env):
${names.map((variable) => `  ${variable}=…\n`).join("")}then run
  perpbooks doctor
  perpbooks run
and for every night one of
  perpbooks init --cron
  perpbooks init --systemd units
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

const DESK = [
  "--account",
  "main=aster",
  "--account",
  "hedge-1=binance-usdm",
  "--account",
  "2nd=binance-usdm",
];

test("of several accounts each has variables of its own, and .env.example has all their names and no value", async () => {
  expect((await init(...DESK)).exitCode).toBe(0);
  const names = [
    ...["ASTER_USER", "ASTER_SIGNER", "ASTER_PRIVATE_KEY"],
    ...["HEDGE_1_API_KEY", "HEDGE_1_API_SECRET", "ACCOUNT_2ND_API_KEY", "ACCOUNT_2ND_API_SECRET"],
  ];
  const example = await readFile(join(folder, ".env.example"), "utf8");
  expect(example.split("\n").slice(1)).toEqual([...names.map((name) => `${name}=`), ""]);
  const { accounts, warnings } = await load(
    "perpbooks.yaml",
    Object.fromEntries(names.map((name) => [name, AGENT[name as keyof typeof AGENT] ?? `of ${name}`])),
  );
  expect(accounts.map(({ name, venue }) => `${name} ${venue}`)).toEqual([
    "main aster",
    "hedge-1 binance-usdm",
    "2nd binance-usdm",
  ]);
  expect(warnings).toEqual([]);
  // Nobody's list of names is written over.
  await rm(join(folder, "perpbooks.yaml"));
  await writeFile(join(folder, ".env.example"), "MINE=\n");
  expect((await init("--venue", "edgex")).output).toContain(
    ".env.example was there already, and is as it was.\n",
  );
  expect(await readFile(join(folder, ".env.example"), "utf8")).toBe("MINE=\n");
});

test("at a terminal it asks, until there is an answer that it can use, and goes on for as many accounts as there are", async () => {
  const answers = ["bitmex", "binance-usdm", "", "binance-usdm", "binance", "binance-usdm", "two", ""];
  const { exitCode, output, asked } = await initAnswering(answers);
  const first = "The venue of your account (aster, binance-usdm or edgex): ";
  const more = "The venue of another account, or Enter for none (aster, binance-usdm or edgex): ";
  const name = "  what it is called [binance]: ";
  expect({ exitCode, asked }).toEqual({
    exitCode: 0,
    asked: [first, first, name, more, name, more, name, more],
  });
  expect(output).toMatch(
    /^ {2}that is none of them\n {2}--account: binance: another account's variables would be called the same; choose/,
  );
  const text = await readFile(join(folder, "perpbooks.yaml"), "utf8");
  expect(text.match(/^ {2}- name: .*$/gm)).toEqual(["  - name: binance", "  - name: two"]);
});

test("what it is told makes a question unnecessary", async () => {
  expect((await initAnswering([], "--venue", "aster")).asked).toEqual([]);
});

test.each<[words: readonly string[], what: string]>([
  [[], "the venue of the first account is missing"],
  [["--account", "main"], '--account: expected NAME=VENUE, found "main"'],
  [["--account", "main=bitmex"], '--account: expected NAME=VENUE, found "main=bitmex"'],
  [["--account", "a b=aster"], '--account: expected NAME=VENUE, found "a b=aster"'],
  [
    ["--account", "a-b=aster", "--account", "A_b=edgex"],
    "--account: A_b: another account's variables would be called the same",
  ],
  [["--venue", "aster", "--account", "a=aster"], "--venue and --account are two ways to say the same"],
  [["--venue", "aster", "--deadline", "soon"], 'a time such as 90s, 30m or 6h was expected, found "soon"'],
])("%j is refused, and nothing is written", async (words, what) => {
  const { exitCode, errors } = await init(...words);
  expect(exitCode).toBe(2);
  expect(errors).toContain(what);
  expect(errors).toContain("nothing was done");
  expect(await readdir(folder)).toEqual([]);
});

test("without a terminal and a word about accounts it names the choices", async () => {
  expect((await init()).errors).toBe(`perpbooks init: the venue of the first account is missing
  nothing was done
  next: add --venue VENUE (aster, binance-usdm or edgex), or --account NAME=VENUE for each account
`);
});

describe("what starts the job every night", () => {
  const PROGRAM = "/usr/bin/node /srv/perpbooks/dist/main.js";

  test("a line of cron, for the configuration that is there as for a new one", async () => {
    const line = `For cron (crontab -e):\n17 3 * * *  cd FOLDER && ${PROGRAM} run --deadline 6h --log perpbooks.log\n`;
    const made = await init("--venue", "aster", "--cron");
    expect(made.output.endsWith(`\n\n${line}`)).toBe(true);
    expect(await init("--cron")).toEqual({ exitCode: 0, output: `\n${line}`, errors: "" });
    expect((await init("--cron", "--deadline", "90m")).output).toContain("run --deadline 90m --log");
  });

  test("a service that may do no more than it needs, and a timer", async () => {
    await init(...DESK);
    await appendFile(
      join(folder, "perpbooks.yaml"),
      "notify: { ping: '${PING_URL}', metrics: /var/lib/metrics/a.prom }\n",
    );
    const { exitCode, output, errors } = await init("--systemd", "units", "--deadline", "2h");
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: "" });
    const service = await readFile(join(folder, "units/perpbooks.service"), "utf8");
    const timer = await readFile(join(folder, "units/perpbooks.timer"), "utf8");
    const lines = service.replaceAll(folder, "FOLDER").split("\n");
    for (const line of [
      "Type=oneshot",
      `User=${userInfo().username}`,
      "WorkingDirectory=FOLDER",
      `ExecStart=${PROGRAM} run --config FOLDER/perpbooks.yaml --deadline 2h`,
      "TimeoutStartSec=2h 5m",
      "LoadCredential=HEDGE_1_API_SECRET:/etc/perpbooks/HEDGE_1_API_SECRET",
      "LoadCredential=PING_URL:/etc/perpbooks/PING_URL",
      "ProtectSystem=strict",
      "ReadWritePaths=FOLDER -/var/lib/metrics",
      "ProtectHome=yes",
      "PrivateTmp=yes",
      "NoNewPrivileges=yes",
      "CapabilityBoundingSet=",
      "LimitCORE=0",
      "UMask=0077",
    ])
      expect(lines).toContain(line);
    expect(service.match(/^LoadCredential=/gm)).toHaveLength(8);
    for (const line of ["Persistent=true", "RandomizedDelaySec=15m", "OnCalendar=*-*-* 03:17:00"])
      expect(timer.split("\n")).toContain(line);
    for (const name of ["ASTER_USER", "PING_URL"]) expect(output).toContain(`cat > /etc/perpbooks/${name})`);
    expect((await init("--systemd", "units")).errors).toContain(
      "perpbooks.service: there is such a file already\n",
    );
  });

  const isHere = spawnSync("systemd-analyze", ["--version"]).status === 0;
  test.skipIf(!isHere)(
    "systemd itself finds nothing wrong with them, and little left to take away",
    async () => {
      await init(...DESK, "--systemd", "units");
      const units = ["perpbooks.service", "perpbooks.timer"].map((name) => join(folder, "units", name));
      // What it runs need not be there.
      const service = await readFile(units[0] ?? "", "utf8");
      await writeFile(units[0] ?? "", service.replace(PROGRAM, process.execPath));
      const { stdout, stderr } = spawnSync("systemd-analyze", ["verify", ...units], { encoding: "utf8" });
      expect(`${stdout}${stderr}`.split("\n").filter((line) => line.includes("perpbooks"))).toEqual([]);
    },
  );
});

describe("where npm has installed it", () => {
  const INSTALLED = "/home/ann/books/node_modules/.bin/perpbooks";
  const CACHED = "/home/ann/.npm/_npx/0a1b2c/node_modules/.bin/perpbooks";

  test.each([
    {
      where: "in a folder",
      file: INSTALLED,
      words: [],
      shown: `  npx perpbooks doctor
  npx perpbooks run
and for every night one of
  npx perpbooks init --cron
  npx perpbooks init --systemd units
`,
    },
    {
      where: "in npx's cache",
      file: CACHED,
      words: [],
      shown: `  npx perpbooks doctor
  npx perpbooks run
and for every night one of
  npm install perpbooks   # first: npx alone keeps it for a while only
  npx perpbooks init --cron
  npx perpbooks init --systemd units
`,
    },
    {
      where: "for everybody, and the configuration has another name,",
      file: "/usr/local/bin/perpbooks",
      words: ["--config", "my books.yaml"],
      shown: `  perpbooks doctor --config 'my books.yaml'
  perpbooks run --config 'my books.yaml'
and for every night one of
  perpbooks init --cron --config 'my books.yaml'
  perpbooks init --systemd units --config 'my books.yaml'
`,
    },
  ])("$where the next commands are as they can be typed", async ({ file, words, shown }) => {
    const { output } = await initAt(file, null, "--venue", "aster", ...words);
    expect(output.slice(output.indexOf("then run\n") + "then run\n".length)).toBe(shown);
  });

  test.each([["--cron"], ["--systemd=units"]])("%s starts no job from npx's cache", async (schedule) => {
    expect(await initAt(CACHED, null, "--venue", "aster", schedule)).toEqual({
      exitCode: 2,
      output: "",
      errors: `perpbooks init: the program is in npx's cache, and each night would fail as soon as that is cleared
  nothing was done
  next: npm install perpbooks in this folder, and give the same command again
`,
    });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("the units of books in a home", () => {
  const SERVICE = {
    program: ["/home/ann/.nvm/versions/node/v22/bin/node", "/opt/perpbooks/dist/main.js"],
    folder: "/home/ann/my books",
    config: "perpbooks.yaml",
    deadline: "6h",
    user: "ann",
    variables: [],
    writes: ["/srv/100%/out"],
  };

  test("nothing else of it is to be seen, and blanks and % are written as systemd reads them", () => {
    const lines = serviceUnit(SERVICE).split("\n");
    for (const line of [
      "ProtectHome=tmpfs",
      'BindPaths="/home/ann/my books"',
      "BindReadOnlyPaths=/home/ann/.nvm/versions/node/v22",
      'ReadWritePaths="/home/ann/my books" -/srv/100%%/out',
      'ExecStart=/home/ann/.nvm/versions/node/v22/bin/node /opt/perpbooks/dist/main.js run --config "/home/ann/my books/perpbooks.yaml" --deadline 6h',
    ])
      expect(lines).toContain(line);
  });

  test.each([
    ["/home/ann/apps/node_modules/.bin/perpbooks", "/home/ann/apps/node_modules"],
    ["/home/ann/apps/node_modules/perpbooks/dist/main.js", "/home/ann/apps/node_modules"],
    ["/home/ann/.npm-global/bin/perpbooks", "/home/ann/.npm-global"],
    ["/home/ann/perpbooks/dist/main.js", "/home/ann/perpbooks"],
  ])("of %s all that it loads can be read", (file, read) => {
    const lines = serviceUnit({ ...SERVICE, program: ["/usr/bin/node", file] }).split("\n");
    expect(lines).toContain(`BindReadOnlyPaths=${read}`);
  });

  test("and cron's line as a shell and cron read it", () => {
    const line = cronLine({ ...SERVICE, folder: "/srv/it's 100%", config: "b.yaml" });
    expect(line).toBe(
      "17 3 * * *  cd '/srv/it'\\''s 100\\%' && /home/ann/.nvm/versions/node/v22/bin/node /opt/perpbooks/dist/main.js run --config b.yaml --deadline 6h --log perpbooks.log",
    );
  });
});
