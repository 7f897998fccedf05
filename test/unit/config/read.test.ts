// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a configuration has placeholders of its own.
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { Secret } from "../../../src/config/secret.ts";
import { formatInstant } from "../../../src/domain/instant.ts";
import {
  ACCOUNT,
  accountWith,
  accountWithCredentials,
  ENVIRONMENT,
  KEY,
  mistakes,
  read,
  SECRET,
  VENUES,
} from "./example.ts";

describe("what a configuration says", () => {
  test("one account is enough; everything else has a default", () => {
    const { accounts, ...rest } = read({});
    expect(rest).toEqual({
      store: { kind: "folder", path: "/books/perpbooks-data" },
      timeZone: "UTC",
      reportingCurrency: null,
      pegs: [],
      prices: { fetch: false },
      treatment: { method: "average", fees: "outside", funding: "own" },
      staleAfter: 36 * 3_600_000,
      output: "/books/out",
      formats: ["csv"],
      csv: { dialect: "plain" },
      reports: null,
      exports: [],
      notify: { ping: null, command: null, when: "trouble", metrics: null },
      unsafeSecrets: "warn",
      warnings: [],
    });
    expect(accounts.map(({ credentials, ...rest }) => ({ ...rest, kind: credentials.kind }))).toEqual([
      {
        name: "main",
        venue: "aster",
        kind: "v1",
        since: null,
        baseUrl: "https://fapi.asterdex.com",
        symbols: [],
        openings: [],
      },
    ]);
  });

  test("everything can be said", () => {
    const { accounts, ...rest } = read({
      text: `store: data/main
timeZone: Europe/Berlin
reportingCurrency: USD
pegs:
  - { asset: USDT, currency: USD, price: 1.00, because: redeemed at par }
prices: { fetch: false }
treatment: { method: hifo, fees: inside }
staleAfter: 7d
output: /srv/reports
formats: [json, csv]
csv: { dialect: excel-de }
reports: ./my-reports
exports:
  - { target: koinly, tags: { reward: "" } }
  - { target: hledger, granularity: day, accounts: { funding: Income:Funding, trading_fee: { received: Income:Rebates, paid: "Expenses:{symbol}" } } }
  - { target: disposals, methods: [fifo, lifo, fifo] }
notify: { ping: "\${ASTER_API_KEY}", command: [./tell, a b], when: always, metrics: m.prom }
unsafeSecrets: refuse
accounts:
  - name: main
    venue: aster
    credentials: { apiKey: "\${ASTER_API_KEY}", apiSecret: "\${ASTER_API_SECRET}" }
    since: 2026-01-01
    baseUrl: https://proxy.example/aster/
    symbols: [BTCUSDT, NO, 1000PEPEUSDT]
  - name: desk-2
    venue: edgex
    credentials:
      accountId: 0123
      starkPrivateKey: \${ASTER_API_SECRET}
`,
      environment: { ...ENVIRONMENT, ASTER_API_KEY: "https://hc.example/key" },
    });
    expect(rest).toEqual({
      store: { kind: "folder", path: "/books/data/main" },
      timeZone: "Europe/Berlin",
      reportingCurrency: "USD",
      pegs: [{ asset: "USDT", currency: "USD", price: "1.00", because: "redeemed at par" }],
      prices: { fetch: false },
      treatment: { method: "hifo", fees: "inside", funding: "own" },
      staleAfter: 7 * 24 * 3_600_000,
      output: "/srv/reports",
      formats: ["csv", "json"],
      csv: { dialect: "excel-de" },
      reports: { folder: "/books/my-reports", namedAt: "/books/perpbooks.yaml:12" },
      exports: [
        { target: "koinly", granularity: "event", words: { reward: "" }, methods: null },
        {
          target: "hledger",
          granularity: "day",
          words: {
            funding: "Income:Funding",
            trading_fee: { received: "Income:Rebates", paid: "Expenses:{symbol}" },
          },
          methods: null,
        },
        { target: "disposals", granularity: "event", words: {}, methods: ["fifo", "lifo"] },
      ],
      notify: {
        ping: new Secret("https://hc.example/key"),
        command: ["/books/tell", "a b"],
        when: "always",
        metrics: "/books/m.prom",
      },
      unsafeSecrets: "refuse",
      warnings: [],
    });
    expect(accounts.map(({ name, credentials }) => [name, credentials.kind])).toEqual([
      ["main", "v1"],
      ["desk-2", "stark"],
    ]);
    expect(accounts[0]?.baseUrl).toBe("https://proxy.example/aster");
    expect(accounts[0]?.symbols).toEqual(["BTCUSDT", "NO", "1000PEPEUSDT"]);
    expect(formatInstant(accounts[0]?.since ?? expect.fail())).toBe("2025-12-31T23:00:00.000Z"); // Berlin
    expect(accounts[1]?.credentials.fields["accountId"]?.reveal()).toBe("0123"); // no number
  });

  test("it is frozen to the last leaf", () => {
    const isFrozen = (value: unknown): boolean =>
      typeof value !== "object" ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(isFrozen));
    expect(isFrozen(read({ text: accountWith("symbols: [BTCUSDT]") }))).toBe(true);
  });

  test("an empty list of formats is a wish: no reports", () => {
    const { formats } = read({ text: `formats: []\n${ACCOUNT}` });
    expect(formats).toEqual([]);
  });

  test("printing it shows no secret", () => {
    const configuration = read({
      environment: { ...ENVIRONMENT, DATABASE_URL: `postgres://me:${SECRET}@127.0.0.1/books` },
    });
    const printed = inspect(configuration, { depth: 9, showHidden: true }) + JSON.stringify(configuration);
    expect(printed).not.toContain(KEY);
    expect(printed).not.toContain(SECRET);
  });

  test.each([
    ["starkPrivateKey: s", "", "https://pro.edgex.exchange"],
    ["apiKey: k, apiSecret: s, passphrase: p", "", "https://edgex-prod-v2.edgex.exchange"],
    ["apiKey: k, apiSecret: s, passphrase: p", "baseUrl: https://proxy.example, ", "https://proxy.example"],
  ])(
    "the address goes by the form of the credentials, if nothing is said: %s %s",
    (keys, baseUrl, becomes) => {
      const text = `accounts: [{ name: a, venue: edgex, ${baseUrl}credentials: { accountId: 1, ${keys} } }]`;
      expect(read({ text }).accounts[0]?.baseUrl).toBe(becomes);
    },
  );

  test("a venue is a row of the table that is handed in", () => {
    const venues = {
      moon: {
        defaultBaseUrl: "https://moon.example",
        credentialForms: [{ kind: "only", fields: ["word"], identifiedBy: "word" }],
      },
    };
    const text = 'accounts: [{ name: a, venue: moon, credentials: { word: "${ASTER_API_KEY}" } }]';
    expect(read({ text, venues }).accounts[0]?.credentials.kind).toBe("only");
  });
});

describe("values from the environment", () => {
  const apiKey = (written: string, environment = {}, dotenv = {}) =>
    read({
      text: accountWithCredentials(`apiKey: ${written}`, "apiSecret: x"),
      environment,
      dotenv,
    }).accounts[0]?.credentials.fields["apiKey"]?.reveal();

  test.each<[written: string, environment: object, dotenv: object, becomes: string]>([
    ["${A}", { A: "one" }, {}, "one"],
    ["${A}", {}, { A: "two" }, "two"],
    ["${A}", { A: "one" }, { A: "two" }, "one"], // the real environment wins
    ["pre-${A}-${B}-post", { A: "one", B: "two" }, {}, "pre-one-two-post"],
    ["${A}", { A: "${B}: 'x' # {" }, {}, "${B}: 'x' # {"], // what is put in is not read again
    ["$${A}", {}, {}, "${A}"],
    ["$A $$ }", {}, {}, "$A $$ }"],
    ["${A}", { A: "  one\n" }, {}, "one"], // white space around a pasted key
    ["0x00ff", {}, {}, "0x00ff"], // a key, not the number 255
  ])("%s with %j and .env %j is read as %s", (written, environment, dotenv, becomes) => {
    expect(apiKey(written, environment, dotenv)).toBe(becomes);
  });

  test("any value can come from there, and is then not shown in a mistake", () => {
    expect(mistakes({ text: accountWith("venue: ${ASTER_API_SECRET}") })).toEqual([
      "perpbooks.yaml:3: accounts[0].venue: expected aster or edgex, found the value of ${ASTER_API_SECRET}",
    ]);
  });

  test("each missing name is told", () => {
    expect(mistakes({ environment: { PATH: "/bin" } })).toEqual([
      "perpbooks.yaml:5: accounts[0].credentials.apiKey: ${ASTER_API_KEY} is not set in the environment or .env",
      "perpbooks.yaml:6: accounts[0].credentials.apiSecret: ${ASTER_API_SECRET} is not set in the environment or .env",
    ]);
  });

  test("where no secret is needed a credential may be missing, and nothing else", () => {
    const configuration = read({ environment: {}, secrets: "unneeded" });
    const accounts = [["main", {}]];
    expect(configuration.accounts.map(({ name, credentials }) => [name, credentials.fields])).toEqual(
      accounts,
    );
    const blank = read({ environment: { ASTER_API_KEY: "", ASTER_API_SECRET: " " }, secrets: "unneeded" });
    expect(blank.accounts.map(({ name, credentials }) => [name, credentials.fields])).toEqual(accounts);
    const text = accountWith("since: ${SINCE}");
    expect(mistakes({ text, environment: {}, secrets: "unneeded" })).toEqual([
      expect.stringContaining("accounts[0].since: ${SINCE} is not set in the environment or .env"),
    ]);
  });

  test("names that every object has are not set", () => {
    expect(mistakes({ text: accountWith("name: ${constructor}") })).toEqual([
      "perpbooks.yaml:2: accounts[0].name: ${constructor} is not set in the environment or .env",
    ]);
  });

  test("a name of ours that nothing reads is a mistake; one that the file reads is not", () => {
    const text = accountWithCredentials("apiKey: ${PERPBOOKS_KEY}", "apiSecret: ${ASTER_API_SECRET}");
    const environment = { ...ENVIRONMENT, PERPBOOKS_KEY: KEY, PERPBOOKS_STORE: SECRET };
    expect(mistakes({ text, environment, dotenv: { PERPBOOKS_ZONE: "UTC" } })).toEqual([
      "environment: PERPBOOKS_STORE: unknown name; nothing reads it",
      ".env: PERPBOOKS_ZONE: unknown name; nothing reads it",
    ]);
  });
});

describe("where the books are kept", () => {
  const store = (line: string, environment = {}) =>
    read({ text: `${line}\n${ACCOUNT}`, environment: { ...ENVIRONMENT, ...environment } }).store;

  test.each<[line: string, databaseUrl: string, shownAs: string]>([
    [
      "store: postgres://me:${ASTER_API_SECRET}@localhost:5433/books",
      "",
      "postgres://me@localhost:5433/books",
    ],
    ["store: postgresql://db/books?password=hidden&sslmode=verify-full", "", "postgresql://db/books"],
    ["store: ./folder", "postgres://me:word@127.0.0.1/books", "postgres://me@127.0.0.1/books"], // it wins
    ["store: ./folder", "postgresql:///books?host=/run/postgresql", "postgresql:///books"],
  ])("%s with DATABASE_URL=%s is shown as %s", (line, databaseUrl, shownAs) => {
    expect(store(line, { DATABASE_URL: databaseUrl })).toMatchObject({ kind: "postgres", shownAs });
  });

  test("the whole address is kept for the driver", () => {
    const kept = store("store: postgres://me:${ASTER_API_SECRET}@db/books?sslmode=verify-full");
    expect(kept.kind === "postgres" && kept.url.reveal()).toBe(
      `postgres://me:${SECRET}@db/books?sslmode=verify-full`,
    );
  });

  test("a blank DATABASE_URL is none", () => {
    expect(store("store: ./folder", { DATABASE_URL: " " })).toEqual({
      kind: "folder",
      path: "/books/folder",
    });
  });

  const OPEN_WAY =
    "the server is not this machine, and the address does not say how it is reached: add ?sslmode=verify-full (TLS, with its certificate checked), or ?sslmode=disable where nobody can listen in between";
  test.each<[address: string, mistake: string | null]>([
    ["postgres://me@127.0.0.1/books", null],
    ["postgres://me@localhost/books", null],
    ["postgres://me@[::1]:5433/books", null],
    ["postgres:///books", null],
    ["postgres:///books?host=/run/postgresql", null],
    ["postgres://me@%2Frun%2Fpostgresql/books", null],
    ["postgres://me@db.example/books?sslmode=verify-full", null],
    ["postgres://me@postgres/books?sslmode=disable", null], // said outright
    ["postgres://me@db.example/books", OPEN_WAY],
    ["postgres://me@127.0.0.1.example/books", OPEN_WAY],
    ["postgres://me@127.0.0.1/books?host=db.example", OPEN_WAY], // the parameter wins
    ["postgres://me@db.example/books?ssl=true", OPEN_WAY],
    ["postgres://me@db.example/books?sslmode=require", OPEN_WAY], // no certificate is checked by libpq
    ["postgres://me@db.example/books?sslmode=no-verify", OPEN_WAY],
    ["postgres://me@db.example/books?sslmode=verify-full&sslmode=no-verify", OPEN_WAY], // the last wins
  ])("a server is reached by TLS, by this machine, or by what is said outright: %s", (address, mistake) => {
    expect(mistakes({ environment: { ...ENVIRONMENT, DATABASE_URL: address } })).toEqual(
      mistake === null ? [] : [`environment: DATABASE_URL: ${mistake}`],
    );
  });

  const UNREADABLE =
    "the address cannot be read; in a user name or password write %23 for #, %2F for /, %3A for :, %3F for ?, %40 for @";
  test.each<[line: string, mistake: string]>([
    [
      "store: mysql://me:hidden@db/books",
      "expected a folder or a postgres:// address, found something that begins with mysql:",
    ],
    [
      "store: postgres:me:hidden@db/books",
      "expected a folder or a postgres:// address, found something that begins with postgres:",
    ],
    ["store: postgres://me:123#hidden@db/books", UNREADABLE],
    ["store: postgres://me:123/hidden@db/books", UNREADABLE],
    ["store: postgres://me:123?hidden@db/books", UNREADABLE],
    ["store: postgres://me:hid:den@db:x/books", UNREADABLE],
    ["store: ~/books", 'expected a folder, found "~/books"; write ${HOME} for ~'],
    ["store: ~", "expected a folder or a postgres:// address, found nothing"],
  ])("%s is a mistake that shows no password", (line, mistake) => {
    expect(mistakes({ text: `${line}\n${ACCOUNT}` })).toEqual([`perpbooks.yaml:1: store: ${mistake}`]);
  });

  test("a mistake in DATABASE_URL names where it is set", () => {
    const wrong = "expected a folder or a postgres:// address, found no address";
    expect(mistakes({ environment: { ...ENVIRONMENT, DATABASE_URL: "db:hidden@host" } })).toEqual([
      "environment: DATABASE_URL: expected a folder or a postgres:// address, found something that begins with db:",
    ]);
    expect(mistakes({ dotenv: { DATABASE_URL: "./folder" } })).toEqual([`.env: DATABASE_URL: ${wrong}`]);
  });

  test("reports are not written into the store", () => {
    expect(mistakes({ text: `store: ./books\noutput: ./books/out\n${ACCOUNT}` })).toEqual([
      "perpbooks.yaml:2: output: expected a folder outside the store's own",
    ]);
  });
});

describe("mistakes in a value", () => {
  const ZONE = "timeZone: expected an IANA time zone such as Europe/Berlin, found";
  test.each<[line: string, mistake: string]>([
    ["timeZone: Europe/Berln", `${ZONE} "Europe/Berln"; did you mean Europe/Berlin?`],
    ["timeZone: local", `${ZONE} "local"`], // differs from machine to machine
    ["timeZone: UTC+3", `${ZONE} "UTC+3"`], // Postgres reads its sign the other way round
    ['timeZone: "+03:00"', `${ZONE} "+03:00"`],
    ["timeZone:", `${ZONE} nothing`],
    ["reportingCurrency: usd", 'reportingCurrency: expected a currency in capitals such as USD, found "usd"'],
    [
      "reportingCurrency: [USD]",
      "reportingCurrency: expected a currency in capitals such as USD, found a list",
    ],
    ["treatment: fifo", "treatment: expected a mapping with method, fees, funding, found text"],
    ["treatment: { method: acb }", 'treatment.method: expected average, fifo, lifo or hifo, found "acb"'],
    ["treatment: { fees: net }", 'treatment.fees: expected outside or inside, found "net"'],
    ["treatment: { fundin: own }", "treatment.fundin: unknown key; did you mean funding?"],
    ["output: { folder: out }", "output: expected a folder, found a mapping"],
    ["csv: excel", "csv: expected a mapping with dialect, found text"],
    ["csv: { dialect: german }", 'csv.dialect: expected plain, excel or excel-de, found "german"'],
    ["formats: csv", "formats: expected a list of csv or json, found text"],
    ["formats: [csv, xlsx]", 'formats[1]: expected csv or json, found "xlsx"'],
    ["exports: koinly", "exports: expected a list of targets (perpbooks export --list), found text"],
    [
      "exports: [koinli]",
      'exports[0]: expected a target (perpbooks export --list), found "koinli"; did you mean koinly?',
    ],
    [
      "exports: [koinly, { target: koinly }]",
      "exports[1]: expected each target once, found koinly as on line 1",
    ],
    ["exports: [{ granularity: day }]", "exports[0].target: missing; expected the name of a target"],
    [
      "exports: [{ target: koinly, granularity: week }]",
      'exports[0].granularity: expected event, day, position or month, found "week"',
    ],
    [
      "exports: [{ target: koinly, accounts: { wallet: A } }]",
      "exports[0].accounts: this target has no accounts; it has tags",
    ],
    [
      "exports: [{ target: koinly, methods: [fifo] }]",
      "exports[0].methods: this target has no methods: its rows are not of disposals",
    ],
    [
      "exports: [{ target: disposals, methods: [fifo, acb] }]",
      'exports[0].methods[1]: expected average, fifo, lifo or hifo, found "acb"',
    ],
    [
      "exports: [{ target: disposals, methods: [] }]",
      "exports[0].methods: expected a list of average, fifo, lifo or hifo, found none",
    ],
    [
      "exports: [datev]\nreportingCurrency: EUR",
      "exports[0]: datev: it needs settings that have no defaults: consultant, client, fiscalYearStart, wallet, opening, realized_pnl, trading_fee, rebate, funding, liquidation, reward, conversion, transfer, own_transfer, unknown",
    ],
    ["exports: [txf]", "exports[0]: txf: its amounts need reportingCurrency: USD, which is not set"],
    [
      "exports: [{ target: summ, tags: { rebate: { received: rebat, paid: margin-fee } } }]",
      'exports[0].tags.rebate.received: expected another word than "rebat": of what is received, the tool knows realized-profit, rebate, cashback, income, interest, airdrop, incoming-gift, receive, transfer-in, fiat-deposit; another word would turn the amount around',
    ],
    [
      "exports: [{ target: events, tags: { funding: cost } }]",
      "exports[0].tags: this target has no tags; it has nothing to override",
    ],
    [
      "exports: [{ target: koinly, tags: { fundin: cost } }]",
      "exports[0].tags.fundin: unknown key; did you mean funding?",
    ],
    [
      "exports: [{ target: koinly, tags: { funding: { paid: cost } } }]",
      "exports[0].tags.funding.received: missing; expected a word",
    ],
    [
      'exports: [{ target: beancount, accounts: { funding: "Income:funding" } }]',
      'exports[0].accounts.funding: expected another word than "Income:funding": no account of a journal is called so',
    ],
    [
      'exports: [{ target: hledger, accounts: { wallet: "Assets:{venue}" } }]',
      'exports[0].accounts.wallet: expected another word than "Assets:{venue}": the wallet of each account needs one of its own: {account}',
    ],
    [
      'exports: [{ target: hledger, accounts: { funding: "Income:{pair}" } }]',
      'exports[0].accounts.funding: expected another word than "Income:{pair}": {pair} is none of {venue}, {account}, {asset}, {symbol}',
    ],
    [
      'exports: [{ target: hledger, accounts: { funding: "" } }]',
      'exports[0].accounts.funding: expected another word than "": no account of a journal is called so',
    ],
    [
      "exports: [{ target: koinly, tags: { funding: } }]",
      "exports[0].tags.funding: expected a word, found nothing",
    ],
    ["staleAfter: 36", 'staleAfter: expected hours or days such as 36h or 7d, found "36"'],
    ["staleAfter: 0d", 'staleAfter: expected hours or days such as 36h or 7d, found "0d"'],
    ["prices: true", "prices: expected a mapping with fetch, found text"],
    ["prices: { fetch: yes }", 'prices.fetch: expected true or false, found "yes"'],
    ["prices: {}", "prices.fetch: missing; expected true or false"],
    [
      "pegs: { USDT: USD }",
      "pegs: expected a list of pegs (asset, currency, price, because), found a mapping",
    ],
    [
      "pegs: [{ asset: USDT, currency: USD, price: 1 }]",
      "pegs[0].because: missing; expected the reason, for anyone who asks later",
    ],
    [
      "pegs: [{ asset: USDT, currency: USD, price: 0, because: why not }]",
      'pegs[0].price: expected a plain decimal above zero such as 1, found "0"',
    ],
    [
      "pegs: [{ asset: USD, currency: USD, price: 1, because: why not }]",
      'pegs[0]: expected two assets, found "USD" twice',
    ],
  ])("%s", (line, mistake) => {
    expect(mistakes({ text: `${line}\n${ACCOUNT}` })).toEqual([`perpbooks.yaml:1: ${mistake}`]);
  });

  test("settings without defaults: all that is missing or wrong is said at once, with its line", () => {
    const kinds = ["opening", "realized_pnl", "trading_fee", "rebate", "funding", "liquidation", "reward"];
    const text = (lines: readonly string[]) =>
      [
        "reportingCurrency: EUR",
        "exports:",
        "  - target: datev",
        "    settings:",
        ...lines.map((line) => `      ${line}`),
        ACCOUNT,
      ].join("\n");
    const numbers = kinds.map((kind) => `${kind}: 4100`);
    const clearing = ["conversion: 1360", "transfer: { received: 1361, paid: 1362 }", "unknown: 1370"];
    const whole = [...numbers, ...clearing, "consultant: 29098", "client: 55003", "fiscalYearStart: 07-01"];
    const good = ["own_transfer: 1365", "wallet: 1810", "wallets: { main: 1811 }"];
    const [read0] = read({ text: text([...whole, ...good]) }).exports;
    expect(read0?.words).toMatchObject({
      consultant: "29098",
      transfer: { received: "1361", paid: "1362" },
      wallets: { main: "1811" },
    });
    expect(
      mistakes({
        text: text([
          ...numbers,
          ...clearing,
          "consultant: 1000",
          "client: { received: 1, paid: 1 }",
          "fiscalYearStart: 13-01",
          "wallet: bank",
          "wallets: { mian: 1811 }",
        ]),
      }).map((mistake) => mistake.replace("perpbooks.yaml:", "")),
    ).toEqual([
      "4: exports[0].settings.own_transfer: missing; expected an account number of 4 to 8 digits for transfers between accounts of these books: a clearing account",
      '15: exports[0].settings.consultant: expected another word than "1000": the consultant\'s number (Berater), 1001 to 9999999',
      '16: exports[0].settings.client.received: expected another word than "1": it is the same in both directions',
      '16: exports[0].settings.client.paid: expected another word than "1": it is the same in both directions',
      '17: exports[0].settings.fiscalYearStart: expected another word than "13-01": the first day of the fiscal year as month and day, such as 01-01 or 07-01',
      '18: exports[0].settings.wallet: expected another word than "bank": an account number of 4 to 8 digits',
      "19: exports[0].settings.wallets.mian: unknown key; did you mean main?",
    ]);
    expect(
      mistakes({ text: text([...whole, "own_transfer: 13650", "wallet: 1810", "wallets: { main: 18110 }"]) }),
    ).toEqual([
      'perpbooks.yaml:18: exports[0].settings.own_transfer: expected as many digits as the wallet\'s number has, 4, found "13650"',
      'perpbooks.yaml:20: exports[0].settings.wallets: expected as many digits as the wallet\'s number has, 4, found "18110"',
    ]);
  });

  const NAME = "name: expected a name of letters, digits, _ and - (63 at most, the first a letter or digit)";
  const SINCE = "since: expected a date such as 2026-01-01 or an instant such as 2026-01-01T00:00:00Z, found";
  test.each<[line: string, place: number, mistake: string]>([
    ["name: my account", 2, `${NAME}, found "my account"`],
    ["name: _a", 2, `${NAME}, found "_a"`],
    ["name: ../up", 2, `${NAME}, found "../up"`],
    [`name: ${"a".repeat(64)}`, 2, `${NAME}, found "${"a".repeat(64)}"`],
    ["venue: astr", 3, 'venue: expected aster or edgex, found "astr"'],
    ["venue: constructor", 3, 'venue: expected aster or edgex, found "constructor"'],
    ["since: 2026-02-30", 7, `${SINCE} "2026-02-30"`],
    ["since: 2026-01-01T00:00", 7, `${SINCE} "2026-01-01T00:00"`], // whose midnight?
    ["since: yesterday", 7, `${SINCE} "yesterday"`],
    ["baseUrl: fapi.asterdex.com", 7, 'baseUrl: expected an https:// address, found "fapi.asterdex.com"'],
    [
      "baseUrl: ftp://fapi.asterdex.com",
      7,
      'baseUrl: expected an https:// address, found "ftp://fapi.asterdex.com"',
    ],
    ["baseUrl: https://me:hidden@host", 7, "baseUrl: expected an address without a user name or password"],
    ["baseUrl: htps://me:hidden@host", 7, "baseUrl: expected an https:// address, found something else"],
    ["baseUrl: https://host/?key=hidden", 7, "baseUrl: expected an address without ? and #"],
    ["baseUrl: https://host/#", 7, "baseUrl: expected an address without ? and #"],
    ["symbols: BTCUSDT", 7, "symbols: expected a list of symbols, found text"],
    ["openings: all", 7, "openings: expected a list of positions (symbol, quantity, entryPrice), found text"],
    [
      "openings: [{symbol: BTCUSDT, quantity: 1e3, entryPrice: 60000}]",
      7,
      'openings[0].quantity: expected a quantity such as 0.5, or -0.5 for a short, found "1e3"',
    ],
    [
      "openings: [{symbol: BTCUSDT, quantity: 1, entryPrice: -60000}]",
      7,
      'openings[0].entryPrice: expected a price such as 60000.5, found "-60000"',
    ],
    [
      "openings: [{symbol: BTCUSDT, quantity: 1, entryPrice: 0.123456789012345678901}]",
      7,
      'openings[0].entryPrice: expected a price such as 60000.5, a decimal with at most 20 decimals, found "0.123456789012345678901"',
    ],
    [
      "openings: [{symbol: BTCUSDT, positionSide: SHORT, quantity: 1, entryPrice: 60000}]",
      7,
      "openings[0]: expected a quantity with a minus sign for SHORT, found 1",
    ],
    [
      "openings: [{symbol: A, quantity: 1, entryPrice: 1}, {symbol: A, quantity: 2, entryPrice: 1}]",
      7,
      "openings[1]: expected one opening of A BOTH, found another on line 7",
    ],
    ["symbols: [BTCUSDT, '']", 7, "symbols[1]: expected a symbol such as BTCUSDT, found nothing"],
  ])("%s", (line, place, mistake) => {
    expect(mistakes({ text: accountWith(line) })).toEqual([
      `perpbooks.yaml:${place}: accounts[0].${mistake}`,
    ]);
  });

  test.each<[url: string, isAllowed: boolean]>([
    ["http://localhost:8080", true],
    ["http://127.0.0.1:8080", true],
    ["http://127.9.9.9", true],
    ["http://[::1]:8080", true],
    ["http://localhost.example", false],
    ["http://127.0.0.1.example", false],
    ["http://10.0.0.1", false],
    ["http://fapi.asterdex.com", false],
  ])("plain http to %s: allowed is %s", (url, isAllowed) => {
    const refused = `expected an https:// address (plain http is for this machine alone), found "${url}"`;
    expect(mistakes({ text: accountWith(`baseUrl: "${url}"`) })).toEqual(
      isAllowed ? [] : [`perpbooks.yaml:7: accounts[0].baseUrl: ${refused}`],
    );
  });

  test("an instant says its own offset", () => {
    const since = read({ text: `timeZone: Asia/Tokyo\n${accountWith("since: 2026-01-01T00:00:00+01:00")}` })
      .accounts[0]?.since;
    expect(formatInstant(since ?? expect.fail())).toBe("2025-12-31T23:00:00.000Z");
  });
});

describe("credentials fill in exactly one of the venue's forms", () => {
  const FORMS = "expected apiKey + apiSecret, or user + signer + privateKey";
  test.each<[lines: readonly string[], mistakes: readonly string[]]>([
    [["apiKey: a"], [`4: accounts[0].credentials: ${FORMS} for aster; missing apiSecret`]],
    [["user: a", "privateKey: b"], [`4: accounts[0].credentials: ${FORMS} for aster; missing signer`]],
    [
      ["apiKey: a", "apiSecret: b", "user: c"],
      [`4: accounts[0].credentials: ${FORMS} for aster; left over user`],
    ],
    [
      ["apiKey: a", "user: b", "signer: c"],
      [`4: accounts[0].credentials: ${FORMS} for aster; missing privateKey; left over apiKey`],
    ],
    [
      ["apiKey: a", "apiSecrt: b"],
      ["6: accounts[0].credentials.apiSecrt: unknown key; did you mean apiSecret?"], // not also missing
    ],
    [
      ["apiKey: a", "apiSecret: b", "colour: c"],
      [
        "7: accounts[0].credentials.colour: unknown key; expected apiKey, apiSecret, user, signer or privateKey",
      ],
    ],
    [["apiKey: ''", "apiSecret: b"], ["5: accounts[0].credentials.apiKey: expected a value, found nothing"]],
    [
      ["apiKey: null", "apiSecret: b"],
      ["5: accounts[0].credentials.apiKey: expected a value, found nothing"],
    ],
    [
      ["apiKey: ${BLANK}", "apiSecret: b"],
      ["5: accounts[0].credentials.apiKey: expected a value, found ${BLANK}, which is blank"],
    ],
    [
      ["apiKey: [hidden]", "apiSecret: b"],
      ["5: accounts[0].credentials.apiKey: expected a value, found a list"],
    ],
    [
      ["apiKey: hidden${", "apiSecret: b"],
      [
        "5: accounts[0].credentials.apiKey: a ${ is not followed by a name and }; write $${ for the two characters themselves",
      ],
    ],
    [["hidden"], [`4: accounts[0].credentials: ${FORMS}, found text`]],
    [["apiKey:hidden", "apiSecret:hidden"], [`4: accounts[0].credentials: ${FORMS}, found text`]],
    [
      ["{ apiKey: a, apiSecret:hidden }"],
      [
        `4: accounts[0].credentials: ${FORMS} for aster; missing apiSecret`,
        "5: accounts[0].credentials: unknown key (not shown; is there a blank after each colon?); " +
          "expected apiKey, apiSecret, user, signer or privateKey",
      ],
    ],
  ])("%j", (lines, expected) => {
    expect(mistakes({ text: accountWithCredentials(...lines), environment: { BLANK: " " } })).toEqual(
      expected.map((mistake) => `perpbooks.yaml:${mistake}`),
    );
  });

  test("where the venue is not known, its credentials are still looked through for missing names", () => {
    expect(mistakes({ text: accountWith("venue: astr"), environment: { ASTER_API_KEY: KEY } })).toEqual([
      'perpbooks.yaml:3: accounts[0].venue: expected aster or edgex, found "astr"',
      "perpbooks.yaml:6: accounts[0].credentials.apiSecret: ${ASTER_API_SECRET} is not set in the environment or .env",
    ]);
  });

  test("a secret written in the file is allowed, with a warning that does not show it", () => {
    const text = accountWithCredentials("user: '0xabc'", "signer: '0xdef'", `privateKey: ${SECRET}`);
    const { warnings, accounts } = read({ text: `store: postgres://me:hidden@localhost/books\n${text}` });
    expect(accounts[0]?.credentials.fields["privateKey"]?.reveal()).toBe(SECRET);
    expect(warnings).toEqual([
      "/books/perpbooks.yaml:1: store: a password is written in the file; set DATABASE_URL in the environment or .env instead",
      "/books/perpbooks.yaml:8: accounts[0].credentials.privateKey: " +
        "a secret is written in the file; put it in the environment or .env and write its ${NAME} here",
    ]);
  });

  test("with `unsafeSecrets: refuse` each that is written in the file is a mistake, wherever the line stands", () => {
    const credentials = accountWithCredentials("user: '0xabc'", "signer: '0xdef'", `privateKey: ${SECRET}`);
    const text = `store: postgres://me:hidden@localhost/books\n${credentials}notify: { ping: https://hc.example/x }\nunsafeSecrets: refuse\n`;
    const written =
      "a secret is written in the file; put it in the environment or .env and write its ${NAME} here";
    expect(mistakes({ text })).toEqual([
      "perpbooks.yaml:1: store: a password is written in the file; set DATABASE_URL in the environment or .env instead",
      `perpbooks.yaml:8: accounts[0].credentials.privateKey: ${written}`,
      `perpbooks.yaml:9: notify.ping: ${written}`,
    ]);
    expect(mistakes({ text: `unsafeSecrets: refuse\n${ACCOUNT}` })).toEqual([]);
    expect(mistakes({ text: `unsafeSecrets: never\n${ACCOUNT}` })).toEqual([
      'perpbooks.yaml:1: unsafeSecrets: expected warn or refuse, found "never"',
    ]);
  });
});

describe("prices", () => {
  test("are fetched where there is a reporting currency, unless the configuration says otherwise", () => {
    expect(read({ text: `reportingCurrency: EUR\n${ACCOUNT}` }).prices).toEqual({ fetch: true });
  });

  test("without a reporting currency, what is said of them is a warning", () => {
    const peg = "[{ asset: USDT, currency: USD, price: 1, because: at par }]";
    expect(read({ text: `pegs: ${peg}\nprices: { fetch: true }\n${ACCOUNT}` }).warnings).toEqual([
      "/books/perpbooks.yaml:1: pegs: has no effect without a reportingCurrency",
      "/books/perpbooks.yaml:2: prices: has no effect without a reportingCurrency",
    ]);
  });

  test("two assets have one peg, whichever way round it is written", () => {
    const text = `pegs:
  - { asset: USDT, currency: USD, price: 1, because: at par }
  - { asset: USD, currency: USDT, price: 1, because: at par }
${ACCOUNT}`;
    expect(mistakes({ text })).toEqual([
      "perpbooks.yaml:3: pegs[1]: expected one peg of the two, found another on line 2",
    ]);
  });
});

describe("mistakes of shape", () => {
  const KEYS =
    "store, timeZone, reportingCurrency, pegs, prices, treatment, staleAfter, output, formats, csv, reports, exports, notify, unsafeSecrets or accounts";
  test.each<[text: string, mistakes: readonly string[]]>([
    ["", ["1: accounts: missing; expected a list of accounts"]],
    ["# only words\n", ["1: accounts: missing; expected a list of accounts"]],
    ["accounts: []", ["1: accounts: expected at least one account, found none"]],
    ["accounts:", ["1: accounts: expected a list of accounts, found nothing"]],
    ["accounts: main", ["1: accounts: expected a list of accounts, found text"]],
    [
      "- main",
      [
        "1: expected a mapping with store, timeZone, reportingCurrency, pegs, prices, treatment, staleAfter, output, formats, csv, reports, exports, notify, unsafeSecrets, accounts, found a list",
      ],
    ],
    ["accounts: [main]", ["1: accounts[0]: expected an account (name, venue, credentials), found text"]],
    ["acounts: []", ["1: acounts: unknown key; did you mean accounts?"]],
    [`time_zone: UTC\n${ACCOUNT}`, ["1: time_zone: unknown key; did you mean timeZone?"]],
    [`colour: red\n${ACCOUNT}`, [`1: colour: unknown key; expected ${KEYS}`]],
    [
      `timeZone: UTC\n${ACCOUNT}timeZone: UTC`,
      ["8: timeZone: the key is here a second time; it was first on line 1"],
    ],
    [`${ACCOUNT}    base_url: x`, ["7: accounts[0].base_url: unknown key; did you mean baseUrl?"]],
    [
      `${ACCOUNT}    venue: aster`,
      ["7: accounts[0].venue: the key is here a second time; it was first on line 3"],
    ],
    [
      "accounts: [{}]",
      [
        "1: accounts[0].name: missing; expected a name of letters, digits, _ and - (63 at most, the first a letter or digit)",
        "1: accounts[0].venue: missing; expected aster or edgex",
        "1: accounts[0].credentials: missing; expected the venue's credentials",
      ],
    ],
    [
      ACCOUNT + ACCOUNT.replace("accounts:\n", "").replace("main", "MAIN").replace("_KEY}", "_SECRET}"),
      ['7: accounts[1].name: expected a name of its own, found "MAIN" as on line 2 (capitals do not count)'],
    ],
    ["a: b: c", ["1:4: not YAML: a second colon on one line; put a value that holds a colon in quotes"]],
    ["accounts:\n\t- name: a", ["2:1: not YAML: a tab; indent with spaces"]],
    ["store: 'a", ["1:10: not YAML: a quote, bracket or colon is missing before this place; add it"]],
    [
      "accounts:\n  - name: a\n venue: b",
      [
        "3:1: not YAML: the indentation does not fit the lines above; indent what belongs together by the same number of spaces",
      ],
    ],
    [
      "accounts\nstore: x",
      [
        "1:1: not YAML: a key without a colon, or a value that runs over its line; write `key: value` on one line, with a blank after the colon",
      ],
    ],
    [
      "store: [x]]",
      ["1:11: not YAML: something that does not belong here; put the value in quotes, or take it out"],
    ],
    [
      `store: *hidden\n${ACCOUNT}`,
      [
        "1: store: expected a folder or a postgres:// address, found an alias (*) that no anchor (&) was set for; put quotes around text that begins with *",
      ],
    ],
    [
      `store: !hidden x\n${ACCOUNT}`,
      ["1:8: not YAML: a tag (!); put quotes around a value that begins with !"],
    ],
    [
      `${ACCOUNT}---\n${ACCOUNT}`,
      ["7:1: not YAML: a second document (---) begins; take out the line ---, or what follows it"],
    ],
  ])("%j", (text, expected) => {
    expect(mistakes({ text })).toEqual(expected.map((mistake) => `perpbooks.yaml:${mistake}`));
  });

  test("an anchor can be used, and one that holds itself does no harm", () => {
    const lists = "    symbols: &listed [BTCUSDT]\n";
    const second = ACCOUNT.replace("accounts:\n", "").replace("main", "second").replace("_KEY}", "_SECRET}");
    expect(read({ text: `${ACCOUNT}${lists}${second}    symbols: *listed\n` }).accounts).toHaveLength(2);
    expect(mistakes({ text: "accounts: &a [*a]" })).toEqual([
      "perpbooks.yaml:1: accounts[0]: expected an account (name, venue, credentials), found a list",
    ]);
  });

  test("no message shows a secret, wherever it was put", () => {
    for (const key of ["name", "venue", "since", "baseUrl", "symbols", "openings", "credentials"]) {
      expect(
        mistakes({ text: accountWith(`${key}: \${ASTER_API_SECRET}`), venues: VENUES }).join(),
      ).not.toContain(SECRET);
    }
    for (const key of ["timeZone", "reportingCurrency"]) {
      expect(mistakes({ text: `${key}: \${ASTER_API_SECRET}\n${ACCOUNT}` }).join()).not.toContain(SECRET);
    }
  });
});

describe("a credential that names a file", () => {
  const venues = {
    moon: {
      defaultBaseUrl: "https://moon.example",
      credentialForms: [
        {
          kind: "file",
          identifiedBy: "keyFile",
          fields: ["keyFile"],
          publicFields: ["keyFile"],
          fileFields: ["keyFile"],
        },
      ],
    },
  };
  const given = (keyFile: string) => ({
    text: `accounts: [{ name: a, venue: moon, credentials: { keyFile: "${keyFile}" } }]`,
    environment: { KEYS: "/srv/keys" },
    venues,
  });

  test.each<[written: string, becomes: string]>([
    ["key.pem", "/books/key.pem"],
    ["./keys/key.pem", "/books/keys/key.pem"],
    ["../key.pem", "/key.pem"],
    ["/etc/key.pem", "/etc/key.pem"],
    ["${KEYS}/key.pem", "/srv/keys/key.pem"],
  ])("%s is %s for a configuration in /books", (written, becomes) => {
    const configuration = read(given(written));
    expect(configuration.accounts[0]?.credentials.fields["keyFile"]?.reveal()).toBe(becomes);
    expect(configuration.warnings).toEqual([]);
  });

  test("a ~ is not the home folder here", () => {
    expect(mistakes(given("~/key.pem"))).toEqual([
      'perpbooks.yaml:1: accounts[0].credentials.keyFile: expected a file, found "~/key.pem"; write ${HOME} for ~',
    ]);
  });
});

const WALLET = "0x63DD5aCC6b1aa0f563956C0e534DD30B6dcF7C4e";

describe("one account under two names is a mistake, where it shows", () => {
  const account = (name: string, venue: string, ...lines: readonly string[]) =>
    `  - name: ${name}\n    venue: ${venue}\n${lines.map((line) => `    ${line}\n`).join("")}`;
  const key = 'credentials: { apiKey: "${ASTER_API_KEY}", apiSecret: "${ASTER_API_SECRET}" }';
  const wallet = (user: string) => `credentials: { user: "${user}", signer: "0x1", privateKey: "\${PK}" }`;
  const number = (id: string) => `credentials: { accountId: ${id}, starkPrivateKey: "\${PK}" }`;
  const numberOfV2 = `credentials: { accountId: 7, apiKey: "\${PK}", apiSecret: "\${PK}", passphrase: "\${PK}" }`;
  const again = (field: string, line = 7) => [
    `perpbooks.yaml:${line}: accounts[1].credentials.${field}: expected an account of its own, found the ${field} of line 4 again: one account under two names would count twice`,
  ];
  const CASES: readonly [what: string, first: string, second: string, mistakes: readonly string[]][] = [
    ["the same key", account("a", "aster", key), account("b", "aster", key), again("apiKey")],
    [
      "the same key by way of another address of the venue",
      account("a", "aster", key),
      account("b", "aster", "baseUrl: https://fapi.example.com", key),
      again("apiKey", 8),
    ],
    [
      "the same wallet in other capitals",
      account("a", "aster", wallet(WALLET)),
      account("b", "aster", wallet(WALLET.toLowerCase())),
      again("user"),
    ],
    [
      "the same number",
      account("a", "edgex", number("7")),
      account("b", "edgex", number("7")),
      again("accountId"),
    ],
    [
      "the same credentials by an alias",
      account("a", "aster", key.replace("credentials:", "credentials: &one")),
      account("b", "aster", "credentials: *one"),
      [
        "perpbooks.yaml:7: accounts[1].credentials: expected an account of its own, found the apiKey of line 4 again: one account under two names would count twice",
      ],
    ],
    ["another number", account("a", "edgex", number("7")), account("b", "edgex", number("8")), []],
    [
      "the same number in another generation",
      account("a", "edgex", number("7")),
      account("b", "edgex", numberOfV2),
      [],
    ],
    [
      "the same wallet on a test venue",
      account("a", "aster", wallet(WALLET)),
      account("b", "aster", "baseUrl: https://fapi.example.com", wallet(WALLET)),
      [],
    ],
    ["the same key on another venue", account("a", "aster", key), account("b", "other", key), []],
  ];
  test.each(CASES)("%s", (_what, first, second, expected) => {
    const environment = { ...ENVIRONMENT, PK: SECRET };
    const venues = { ...VENUES, other: VENUES["aster"] ?? expect.fail("the venue is in the example") };
    expect(mistakes({ text: `accounts:\n${first}${second}`, environment, venues })).toEqual(expected);
  });
});

describe("whom a night tells", () => {
  const notify = (line: string) => ({
    text: `notify: ${line}\n${ACCOUNT}`,
    environment: { ...ENVIRONMENT, PING: `https://hc.example/${SECRET}`, BAD: `ftp://hc.example/${SECRET}` },
  });

  test.each<[line: string, ping: string]>([
    ["{ ping: '${PING}' }", `https://hc.example/${SECRET}`],
    ["{ ping: 'http://127.0.0.1:8000/x?create=1' }", "http://127.0.0.1:8000/x?create=1"],
  ])("%s", (line, ping) => {
    expect(read(notify(line)).notify.ping?.reveal()).toBe(ping);
  });

  const ADDRESS = "notify.ping: expected an https:// address (plain http is for this machine alone)";
  const PLAIN = "notify.ping: expected an address without a user name, a password and #";
  test.each<[line: string, mistake: string]>([
    ["ping", "notify: expected a mapping with ping, command, when, metrics, found text"],
    ["{ pings: x }", "notify.pings: unknown key; did you mean ping?"],
    ["{ ping: '${BAD}' }", ADDRESS],
    ["{ ping: 'http://hc.example/x' }", ADDRESS],
    ["{ ping: abc }", ADDRESS],
    ["{ ping: 'https://me:word@hc.example/x' }", PLAIN],
    ["{ ping: 'https://hc.example/x#y' }", PLAIN],
    ["{ ping: '${UNSET}' }", "notify.ping: ${UNSET} is not set in the environment or .env"],
    ["{ command: mail me }", "notify.command: expected a list of a program and its words, found text"],
    ["{ command: [] }", "notify.command: expected a list of a program and its words, found none"],
    ["{ command: [~/tell] }", 'notify.command[0]: expected a program, found "~/tell"; write ${HOME} for ~'],
    ["{ command: [mail, [me]] }", "notify.command[1]: expected a word, found a list"],
    ["{ when: never, command: [mail] }", 'notify.when: expected trouble or always, found "never"'],
    [
      "{ metrics: perpbooks.yaml }",
      'notify.metrics: expected a file that ends in .prom, found "perpbooks.yaml"',
    ],
  ])("%s", (line, mistake) => {
    expect(mistakes(notify(line))).toEqual([`perpbooks.yaml:1: ${mistake}`]);
  });

  test("an address that is written in the file is a secret there, and `when` without a command does nothing", () => {
    expect(read(notify(`{ ping: 'https://hc.example/${SECRET}', when: always }`)).warnings).toEqual([
      "/books/perpbooks.yaml:1: notify.when: has no effect without a command",
      "/books/perpbooks.yaml:1: notify.ping: a secret is written in the file; put it in the environment or .env and write its ${NAME} here",
    ]);
  });

  test("commands that send nothing do without the address", () => {
    const { notify: found } = read({ ...notify("{ ping: '${UNSET}' }"), secrets: "unneeded" });
    expect(found.ping).toBeNull();
  });
});
