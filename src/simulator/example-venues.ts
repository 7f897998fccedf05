// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it names variables of the environment.
/**
 * Every venue with the accounts of one user: what `perpbooks demo` reads, and what `npm run simulator` offers
 * to try perpbooks on.
 */
import { startOf } from "../domain/calendar.ts";
import { DAY_MS, formatInstant, type Instant, plus } from "../domain/instant.ts";
import { generateWorld } from "./binance-family/world/generate.ts";
import type { ConfiguredAccount } from "./configuration.ts";
import { generateEdgexWorld } from "./edgex/world/generate.ts";
import type { EdgexWorld } from "./edgex/world/world.ts";
import { type ClockPlan, startAsterSimulator, startBinanceSimulator, startEdgexSimulator } from "./server.ts";
import type { AnswerRule } from "./shared/answer-rules.ts";

type Each<T> = Readonly<Record<"aster" | "binance" | "edgex", T>>;

type ExamplePlan = {
  readonly seed: string;
  /** The venues' time when they start. Their histories lead up to it. */
  readonly now: Instant;
  readonly clock: ClockPlan;
  /** How long the histories go on after `now`: a clock that runs comes to these days. */
  readonly daysAhead: number;
  /** Fills of each venue's accounts together, roughly. */
  readonly fills: Each<number>;
  /** Of the first venue; the others take the next ones. Default: any that are free. */
  readonly port?: number;
  readonly rules?: () => readonly AnswerRule[];
};

export type ExampleVenues = {
  readonly urls: Each<string>;
  /** For a configuration that reads them. */
  readonly accounts: readonly ConfiguredAccount[];
  /** What the configuration takes from the environment. */
  readonly variables: Readonly<Record<string, string>>;
  close(): Promise<void>;
};

/**
 * The credentials. The agent's key is the example that Aster's documentation publishes, the Stark key the one
 * in the tests of edgeX's development kit: they protect nothing.
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

const VARIABLES = {
  SIMULATED_API_KEY: CREDENTIALS.main.apiKey,
  SIMULATED_API_SECRET: CREDENTIALS.main.apiSecret,
  SIMULATED_PASSPHRASE: CREDENTIALS.edgex.passphrase,
  PUBLISHED_PRIVATE_KEY: CREDENTIALS.hedge.privateKey,
  PUBLISHED_STARK_KEY: CREDENTIALS.stark.starkPrivateKey,
  SMALLEST_STARK_KEY: CREDENTIALS.sub.starkPrivateKey,
} as const;

/** Starts the venues without a request limit: a real one would make a first try wait for the next minute. */
export async function startExampleVenues(plan: ExamplePlan): Promise<ExampleVenues> {
  const { seed, now, clock, daysAhead, fills, port = 0, rules = () => [] } = plan;
  const { main, hedge, second, stark, sub, edgex } = CREDENTIALS;
  const beginnings = {
    aster: plus(startOf(now, "day", "utc"), -59 * DAY_MS),
    // Binance keeps margin changes for a month only: an older history would begin with a gap.
    binance: plus(startOf(now, "day", "utc"), -25 * DAY_MS),
    edgex: plus(startOf(now, "day", "utc"), -15 * DAY_MS),
  };
  const until = plus(now, daysAhead * DAY_MS);
  const place = (nth: number) => ({
    clock,
    rules,
    port: port === 0 ? 0 : port + nth,
    weightPerMinute: Number.POSITIVE_INFINITY,
  });
  const edgexWorld = generateEdgexWorld({
    seed,
    from: beginnings.edgex,
    until,
    fills: fills.edgex,
    accounts: [
      { name: stark.account, generation: "v1" },
      { name: sub.account, generation: "v1" },
      { name: edgex.account, generation: "v2" },
    ],
  });
  const starts = await Promise.allSettled([
    startAsterSimulator({
      ...place(0),
      world: generateWorld({
        seed,
        from: beginnings.aster,
        until,
        fills: fills.aster,
        accounts: [{ name: main.account }, { name: hedge.account, mode: "hedge" }],
      }),
      credentials: [main, hedge],
    }),
    startBinanceSimulator({
      ...place(1),
      world: generateWorld({
        seed,
        venue: "binance",
        from: beginnings.binance,
        until,
        fills: fills.binance,
        accounts: [{ name: second.account }],
      }),
      credentials: [second],
    }),
    startEdgexSimulator({ ...place(2), world: edgexWorld, credentials: [stark, sub, edgex] }),
  ] as const);
  const close = async () => {
    for (const one of starts) if (one.status === "fulfilled") await one.value.close();
  };
  const [aster, binance, edgexVenue] = starts;
  if (aster.status === "rejected" || binance.status === "rejected" || edgexVenue.status === "rejected") {
    await close();
    throw starts.find((one) => one.status === "rejected")?.reason;
  }
  const urls = { aster: aster.value.url, binance: binance.value.url, edgex: edgexVenue.value.url };
  return { urls, accounts: configuredAccounts(urls, beginnings, edgexWorld), variables: VARIABLES, close };
}

function configuredAccounts(
  urls: Each<string>,
  beginnings: Each<Instant>,
  { accounts }: EdgexWorld,
): readonly ConfiguredAccount[] {
  const { main, hedge, second, stark, sub, edgex } = CREDENTIALS;
  const at = (place: keyof typeof urls, venue: string) => ({
    venue,
    baseUrl: urls[place],
    lines: [`since: ${formatInstant(beginnings[place]).slice(0, 10)}`],
  });
  const keyPair = { apiKey: "${SIMULATED_API_KEY}", apiSecret: "${SIMULATED_API_SECRET}" };
  const accountId = (account: string) =>
    JSON.stringify(accounts.find(({ name }) => name === account)?.accountId ?? "");
  const aster = at("aster", "aster");
  const edgexVenue = at("edgex", "edgex");
  return [
    { ...aster, name: main.account, credentials: keyPair },
    {
      ...aster,
      name: hedge.account,
      credentials: { user: hedge.user, signer: hedge.signer, privateKey: "${PUBLISHED_PRIVATE_KEY}" },
    },
    { ...at("binance", "binance-usdm"), name: second.account, credentials: keyPair },
    {
      ...edgexVenue,
      name: stark.account,
      credentials: { accountId: accountId(stark.account), starkPrivateKey: "${PUBLISHED_STARK_KEY}" },
    },
    {
      ...edgexVenue,
      name: sub.account,
      credentials: { accountId: accountId(sub.account), starkPrivateKey: "${SMALLEST_STARK_KEY}" },
    },
    {
      ...edgexVenue,
      name: edgex.account,
      credentials: { accountId: accountId(edgex.account), ...keyPair, passphrase: "${SIMULATED_PASSPHRASE}" },
    },
  ];
}
