import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { UsageError } from "../../errors.ts";
import type { CommandContext } from "../../pipeline/command-context.ts";
import { EXIT } from "../../pipeline/exit-code.ts";
import { defineCommand } from "../command.ts";
import { CONFIG } from "../options.ts";

/** Writes a commented configuration to start from. Never overwrites an existing one. */
export async function init(
  { config, venue }: { readonly config: string; readonly venue: StarterVenue },
  context: CommandContext,
): Promise<number> {
  const path = resolve(context.workingFolder, config);
  try {
    await writeFile(path, starterFor(venue), { flag: "wx" });
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause)) throw cause;
    if (cause.code !== "EEXIST") {
      throw new UsageError({
        where: path,
        what: "no configuration can be written here",
        evidence: [cause.message],
        next: "make the folder, or give another name with --config",
      });
    }
    throw new UsageError({
      where: path,
      what: "there is a configuration already",
      evidence: ["it was not touched"],
      next: "change it, or give another name with --config",
    });
  }
  const variables = variablesOf(STARTER_ACCOUNTS[venue]).map((name) => `  ${name}=…\n`);
  context.output.write(
    `${path} is written.\nNext: put the keys into a file .env beside it, readable by you alone (chmod 600 .env):\n${variables.join("")}then run\n  perpbooks doctor\n  perpbooks run\n`,
  );
  return EXIT.done;
}

const STARTER = `# perpbooks: the accounts whose books are kept. Secrets do not belong here: \${NAME} is taken from the environment, or from a file .env beside this one.

# Where the books are: a folder (an embedded database), or postgres://user@host/name. DATABASE_URL wins.
store: ./perpbooks-data

# Days, months and years of the reports begin at the midnights of this zone.
timeZone: UTC

# Where reports are written.
output: ./out

# The file formats of the reports. An empty list, [], is for people who read the books with SQL or want the exports alone: run then shows its summary and writes
# no reports; perpbooks report, statement and close still do when they are called.
# formats: [csv, json]

# A folder of reports of your own, written beside these; reports/README.md says how one is written.
# reports: ./my-reports

# CSV that Excel opens by a double click: excel-de has semicolons and a decimal comma, excel commas and a point.
# csv: { dialect: excel-de }

# What run writes for tax and accounting tools: perpbooks export --list shows which there are.
# exports: [koinly, hledger]

# What the books are worth in one currency, beside their own assets. Prices by the minute are fetched from the venues; the rates of the
# ECB come from its file: perpbooks price import eurofxref-hist.csv --kind ecb. You declare what a stablecoin is worth.
# reportingCurrency: EUR
# pegs:
#   - { asset: USDT, currency: USD, price: 1, because: redeemed at par by its issuer }
# prices: { fetch: true }

# All treatments are computed; this one is called the result in the summary. method: average, fifo, lifo or hifo; fees: outside the
# result or inside it; funding: own, as an item of its own, or inside the result of the position it belongs to.
# treatment: { method: average, fees: outside, funding: own }

# How old the last successful run may be before perpbooks status ends with 3.
# staleAfter: 36h

# Whom run tells how it ended. ping: a monitor in the way of healthchecks.io, told of beginning, success and failure; it gets the summary, amounts included,
# or the reasons. command: a program that is given the night as JSON, after each that ends with another code than 0 (when: trouble) or after all (when: always).
# metrics: a file for the textfile collector of Prometheus' node_exporter.
# notify:
#   ping: \${PING_URL}
#   command: [./tell-me]
#   when: trouble
#   metrics: ./perpbooks.prom

accounts:
  # Give every key the right to read, and no other.
`;

/** By the venue's name: an account of it, as it is written in the list. */
const STARTER_ACCOUNTS = {
  aster: `  - name: main
    venue: aster
    # The beginning of the history to read; without it, as far back as the venue serves, which takes long the first time.
    since: 2026-01-01
    credentials:
      # A V3 agent (API wallet): the main wallet's address, the agent's address, and the agent's private key.
      user: \${ASTER_USER}
      signer: \${ASTER_SIGNER}
      privateKey: \${ASTER_PRIVATE_KEY}
      # Or a V1 key instead of the three:
      # apiKey: \${ASTER_API_KEY}
      # apiSecret: \${ASTER_API_SECRET}
`,
  "binance-usdm": `  - name: binance
    venue: binance-usdm
    credentials:
      apiKey: \${BINANCE_API_KEY}
      apiSecret: \${BINANCE_API_SECRET}
`,
  edgex: `  - name: edgex
    venue: edgex
    credentials:
      # V2: an API key. It belongs to one account; a sub-account has another id and another key.
      accountId: \${EDGEX_ACCOUNT_ID}
      apiKey: \${EDGEX_API_KEY}
      apiSecret: \${EDGEX_API_SECRET}
      passphrase: \${EDGEX_PASSPHRASE}
      # Or, for an account of V1, its Stark (L2) private key instead of the three. V1 has no key that only reads: protect it as you would the money.
      # starkPrivateKey: \${EDGEX_STARK_PRIVATE_KEY}
`,
} as const;
type StarterVenue = keyof typeof STARTER_ACCOUNTS;
const STARTER_VENUES = Object.keys(STARTER_ACCOUNTS) as readonly StarterVenue[];

/** The chosen venue's account, and the others commented out below it. */
function starterFor(chosen: StarterVenue): string {
  const others = STARTER_VENUES.filter((venue) => venue !== chosen).map((venue) =>
    commentedOut(STARTER_ACCOUNTS[venue]),
  );
  return STARTER + [STARTER_ACCOUNTS[chosen], ...others].join("\n");
}

function commentedOut(account: string): string {
  return account.replace(/^ {2}(?=.)/gm, "  # ");
}

/** What `.env` must set. */
function variablesOf(account: string): string[] {
  const active = account.split("\n").filter((line) => !line.trim().startsWith("#"));
  return active.flatMap((line) => [...line.matchAll(/\$\{(\w+)\}/g)].map(([, name = ""]) => name));
}

export const initCommand = defineCommand({
  options: {
    config: CONFIG,
    venue: {
      choices: STARTER_VENUES,
      demandOption: true,
      requiresArg: true,
      describe: "the venue of its first account",
    },
  },
  examples: [["init --venue binance-usdm", "write perpbooks.yaml into this folder"]],
  act: init,
});
