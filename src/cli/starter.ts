/** The configuration that `init` writes to start from, with the accounts that it was told of. Pure. */

const STARTER = `# perpbooks: the accounts whose books are kept. Secrets do not belong here: \${NAME} is taken from the environment, or from a file .env beside this one.

# Where the books are: a folder (an embedded database), or postgres://user@host/name?sslmode=verify-full. DATABASE_URL wins.
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

# What is done about a key that is written in here, or in a file that other users of the machine can read: warn, or refuse to go on.
# unsafeSecrets: refuse

accounts:
  # Give every key the right to read, and no other.
`;

export type StarterAccount = {
  readonly name: string;
  readonly venue: StarterVenue;
  /** What its variables begin with. */
  readonly prefix: string;
};

type Template = {
  /** What an account is called, and its variables begin with, where nobody says. */
  readonly name: string;
  readonly prefix: string;
  /** Its lines as they stand in the list; `NAME` and `PREFIX` stand for its own. */
  readonly lines: string;
};

const TEMPLATES = {
  aster: {
    name: "main",
    prefix: "ASTER",
    lines: `  - name: NAME
    venue: aster
    # The beginning of the history to read; without it, as far back as the venue serves, which takes long the first time.
    since: 2026-01-01
    credentials:
      # A V3 agent (API wallet): the main wallet's address, the agent's address, and the agent's private key.
      user: \${PREFIX_USER}
      signer: \${PREFIX_SIGNER}
      privateKey: \${PREFIX_PRIVATE_KEY}
      # Or a V1 key instead of the three:
      # apiKey: \${PREFIX_API_KEY}
      # apiSecret: \${PREFIX_API_SECRET}
`,
  },
  "binance-usdm": {
    name: "binance",
    prefix: "BINANCE",
    lines: `  - name: NAME
    venue: binance-usdm
    credentials:
      apiKey: \${PREFIX_API_KEY}
      apiSecret: \${PREFIX_API_SECRET}
`,
  },
  edgex: {
    name: "edgex",
    prefix: "EDGEX",
    lines: `  - name: NAME
    venue: edgex
    credentials:
      # V2: an API key. It belongs to one account; a sub-account has another id and another key.
      accountId: \${PREFIX_ACCOUNT_ID}
      apiKey: \${PREFIX_API_KEY}
      apiSecret: \${PREFIX_API_SECRET}
      passphrase: \${PREFIX_PASSPHRASE}
      # Or, for an account of V1, its Stark (L2) private key instead of the three. V1 has no key that only reads: protect it as you would the money.
      # starkPrivateKey: \${PREFIX_STARK_PRIVATE_KEY}
`,
  },
} as const satisfies Record<string, Template>;

export type StarterVenue = keyof typeof TEMPLATES;
export const STARTER_VENUES = Object.keys(TEMPLATES) as readonly StarterVenue[];

/** The account of a venue under its usual name. */
export function usualAccount(venue: StarterVenue): StarterAccount {
  const { name, prefix } = TEMPLATES[venue];
  return { name, venue, prefix };
}

/** One under a name of its own, which its variables begin with. A variable begins with a letter. */
export function namedAccount(name: string, venue: StarterVenue): StarterAccount {
  if (name === TEMPLATES[venue].name) return usualAccount(venue);
  const words = name.toUpperCase().replaceAll("-", "_");
  return { name, venue, prefix: /^[A-Z]/.test(words) ? words : `ACCOUNT_${words}` };
}

/** The accounts, and one of each other venue commented out below them. */
export function starterText(accounts: readonly StarterAccount[]): string {
  const others = STARTER_VENUES.filter((venue) => !accounts.some((account) => account.venue === venue));
  return (
    STARTER +
    [...accounts.map(linesOf), ...others.map((venue) => commentedOut(linesOf(usualAccount(venue))))].join(
      "\n",
    )
  );
}

function linesOf({ name, venue, prefix }: StarterAccount): string {
  return TEMPLATES[venue].lines.replace(/NAME|PREFIX/g, (word) => (word === "NAME" ? name : prefix));
}

function commentedOut(account: string): string {
  return account.replace(/^ {2}(?=.)/gm, "  # ");
}

/** What a service's own environment has in any case. */
const GIVEN = ["HOME", "CREDENTIALS_DIRECTORY"];

/** The variables that a configuration's text names, in its order, but those of its comments. */
export function variablesOf(text: string): string[] {
  const active = text.split("\n").filter((line) => !line.trim().startsWith("#"));
  const names = active.flatMap((line) =>
    [...line.matchAll(/(?<!\$)\$\{(\w+)\}/g)].map(([, name = ""]) => name),
  );
  return [...new Set(names)].filter((name) => !GIVEN.includes(name));
}

/** The names that `.env` is to have, without values. */
export function environmentExample(variables: readonly string[]): string {
  return `# Copy this file to .env, readable by you alone (install -m 600 .env.example .env), and write the values behind the signs. .env is not for version control.
${variables.map((name) => `${name}=\n`).join("")}`;
}
