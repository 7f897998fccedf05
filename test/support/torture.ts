/**
 * Accounts of a venue that answers wrongly. A trial is two nights of one account: one in which one answer of
 * the venue is another than it should be, and the clean night after it. Many accounts, each with a venue of
 * its own, have their trials in one run: reports and stores take most of a night's time.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS, plus, SECOND_MS } from "../../src/domain/instant.ts";
import { isJsonObject, type Json, jsonText, parseJsonExactly } from "../../src/domain/json.ts";
import { generateWorld } from "../../src/simulator/binance-family/world/generate.ts";
import { generateEdgexWorld } from "../../src/simulator/edgex/world/generate.ts";
import {
  type Simulator,
  startAsterSimulator,
  startBinanceSimulator,
  startEdgexSimulator,
} from "../../src/simulator/server.ts";
import { type Random, seededRandom } from "../../src/simulator/shared/random.ts";
import type { StoreLocation } from "../../src/store/store.ts";
import { PUBLISHED_STARK_KEY } from "./edgex-rehearsal.ts";
import { type HarmfulProxy, makeHarmfulProxy, type ProxiedRequest } from "./harmful-proxy.ts";
import { type AnswerMutation, drawAnswerMutation } from "./mutated-answers.ts";
import { type Outcome, PUBLISHED_AGENT, type Rig, readFolder, rigAround } from "./rig.ts";
import type { Family } from "./seeded-run.ts";
import { copyOf } from "./stores.ts";

const FROM = parseInstant("2026-05-04T00:00:00Z");
const FIRST = plus(FROM, 13 * HOUR_MS);
/** Before any row is older than rows may come late: what a bad night has missed, the next one reads again. */
const SECOND = plus(FROM, DAY_MS + 5 * MINUTE_MS);
/**
 * A nonce of the third way to sign never goes back, and is a minute ahead at most when the clocks are set
 * back for the next trials.
 */
const THIRD = plus(SECOND, 30 * SECOND_MS);

/** As many trials share a run. */
const ACCOUNTS = 24;

/** How a night of an account ended. */
export type Ended = {
  readonly exitCode: number;
  /** What was said when it stopped; empty where it did not. */
  readonly message: string;
  readonly books: Books;
};

/**
 * What the reports and the manifest say of one account: the lines of each file, by its name without what says
 * that it is incomplete.
 */
export type Books = ReadonlyMap<string, readonly string[]>;

export type Trial = {
  readonly seed: number;
  readonly night: "first" | "second";
  /** The endpoint that answered wrongly, and what was wrong with its answers. */
  readonly path: string;
  readonly what: string;
  /** The values of the answers that were another, where it was their JSON. */
  readonly places: readonly string[];
  readonly bad: Ended;
  readonly clean: Ended;
  /** What still needs a person after the clean night. */
  readonly open: readonly Open[];
  /** The same nights without any harm; and the second of them where the first was none. */
  readonly calm: Readonly<Record<"bad" | "clean" | "alone", Books>>;
};

export type Open = {
  readonly what: string;
  readonly symbol: string;
  /** What it is about, and why it is open. */
  readonly told: string;
  /** Whether it is about a record that was read before the bad night. */
  readonly isOfBefore: boolean;
};

export type Torture = {
  /** The trials of these seeds, at most as many as there are accounts, one after the other. */
  trials(seeds: readonly number[]): Promise<readonly Trial[]>;
  close(): Promise<void>;
};

/** The seeds in parts that fit in one run each. */
export function partsOf(seeds: readonly number[]): readonly (readonly number[])[] {
  const parts: number[][] = [];
  for (let from = 0; from < seeds.length; from += ACCOUNTS) parts.push(seeds.slice(from, from + ACCOUNTS));
  return parts;
}

/** Each account has its own trades, and three of four have been read before. */
const nameOf = (seed: number) => `account-${seed % ACCOUNTS}`;
const isKnown = (name: string) => Number(name.split("-")[1]) % 4 !== 0;

/** For trials of these seeds. */
export async function startTorture(family: Family, seeds: readonly number[]): Promise<Torture> {
  const names = [...new Set(seeds.map(nameOf))];
  const { rig, proxies } = await openVenue(family, names);
  const night = nightsOf(rig);
  const known = names.filter(isKnown);
  if (known.length > 0) must(await night(rig.location, FIRST, known), known);

  const recordsBefore = new Set(await linesOf(rig, rig.location, RECORDS));

  const calmStore = await copyOf(rig.location);
  const before = new Map([...proxies].map(([name, proxy]) => [name, proxy.requests().length]));
  for (const proxy of proxies.values()) proxy.harm(null);
  const calmBad = must(await night(calmStore.location, SECOND, names), names);
  const requested = new Map(
    [...proxies].map(([name, proxy]) => [name, proxy.requests().slice(before.get(name))]),
  );
  const calmClean = must(await night(calmStore.location, THIRD, names), names);
  await calmStore.remove();
  const aloneStore = await copyOf(rig.location);
  const calmAlone = must(await night(aloneStore.location, THIRD, names), names);
  await aloneStore.remove();

  return {
    trials: async (seeds) => {
      const names = seeds.map(nameOf);
      const store = await copyOf(rig.location);
      try {
        const harms = seeds.map((seed) => {
          const random = seededRandom(`torture/${family}/${seed}`);
          const harm = drawHarm(random, requested.get(nameOf(seed)) ?? []);
          proxies
            .get(nameOf(seed))
            ?.harm(({ path, count }) =>
              path === harm.path && (harm.isLasting ? count >= harm.count : count === harm.count)
                ? { kind: "replace", make: harm.mutation.make }
                : null,
            );
          return harm;
        });
        const bad = await night(store.location, SECOND, names);
        for (const proxy of proxies.values()) proxy.harm(null);
        const clean = await night(store.location, THIRD, names);
        const open = (await linesOf(rig, store.location, OPEN)).map((line) => line.split(","));
        return seeds.map((seed, nth) => {
          const name = nameOf(seed);
          const harm = harms[nth] as DrawnHarm;
          return {
            seed,
            night: isKnown(name) ? "second" : "first",
            path: harm.path,
            what: `${harm.isLasting ? "from" : "at"} request ${harm.count}: ${harm.mutation.what}`,
            places: harm.mutation.places?.() ?? [],
            bad: endOf(bad, name),
            clean: endOf(clean, name),
            open: open.flatMap(([account, what = "", stream = "", symbol = "", subject = "", ...reason]) =>
              account === name
                ? [
                    {
                      what,
                      symbol,
                      told: [stream, symbol, subject, ...reason].join(" "),
                      isOfBefore: recordsBefore.has([name, stream, subject].join(",")),
                    },
                  ]
                : [],
            ),
            calm: {
              bad: calmBad.get(name) ?? new Map(),
              clean: calmClean.get(name) ?? new Map(),
              alone: calmAlone.get(name) ?? new Map(),
            },
          };
        });
      } finally {
        await store.remove();
      }
    },
    close: () => rig.close(),
  };
}

async function linesOf(rig: Rig, location: StoreLocation, select: string): Promise<readonly string[]> {
  const { output } = await rig.runWith(databaseOf(location), "sql", "--format", "csv", select);
  return output.split("\r\n").slice(1);
}

function databaseOf(location: StoreLocation): { readonly DATABASE_URL: string } {
  if (location.kind !== "postgres") throw new Error("only a server's database is copied");
  return { DATABASE_URL: location.url.reveal() };
}

const RECORDS = "select distinct account_id, stream, record_key from raw.record";

const OPEN = `
  select account_id, what, stream, symbol, subject, reason from report.item where decision_number is null
  union all
  select account_id, 'gap', stream, symbol, from_time::text, reason from raw.gap
  union all
  select account_id, 'denied', stream, '', '', reason from raw.denied_stream
`;

// A night --------------------------------------------------------------------------------------------------

type Night = { readonly outcome: Outcome; readonly ends: ReadonlyMap<string, Ended> };

function nightsOf(rig: Rig) {
  return async (location: StoreLocation, now: Instant, names: readonly string[]): Promise<Night> => {
    rig.setNow(now);
    await rm(join(rig.folder, "out"), { recursive: true, force: true });
    const accounts = names.flatMap((name) => ["--account", name]);
    const outcome = await rig.runWith(databaseOf(location), "run", "--log", "-", ...accounts);
    const files = await readFolder(join(rig.folder, "out")).catch(() => ({}));
    return { outcome, ends: endsOf(outcome, booksOf(files), names) };
  };
}

function must({ outcome, ends }: Night, names: readonly string[]): ReadonlyMap<string, Books> {
  const isCalm = names.every((name) => ends.get(name)?.exitCode === 0);
  if (outcome.exitCode !== 0 || !isCalm)
    throw new Error(`a calm night ended with ${outcome.exitCode}\n${outcome.errors}\n${outcome.output}`);
  return new Map([...ends].map(([name, { books }]) => [name, books]));
}

function endOf({ ends, outcome }: Night, name: string): Ended {
  const end = ends.get(name);
  if (end === undefined) throw new Error(`${name} did not end\n${outcome.errors}`);
  return end;
}

/** Each account's end stands in the log, behind what was said of it. */
function endsOf(
  { errors, exitCode }: Outcome,
  books: ReadonlyMap<string, Map<string, readonly string[]>>,
  names: readonly string[],
): ReadonlyMap<string, Ended> {
  const ends = new Map<string, Ended>();
  let said: string[] = [];
  for (const line of errors.split("\n")) {
    const end = /"event":"account_ended","account":"(.*)","exitCode":(\d+)}$/.exec(line);
    if (end !== null) {
      const [, name = "", code] = end;
      const own = books.get(name) ?? new Map<string, readonly string[]>();
      const isIncomplete = (own.get(INCOMPLETE) ?? []).length > 0;
      ends.set(name, {
        exitCode: code === "0" && isIncomplete ? 3 : Number(code),
        message: said.join("\n"),
        books: own,
      });
    }
    if (line.startsWith('{"at":')) said = [];
    else said.push(line);
  }
  // What befalls the run as a whole befalls every account.
  if (![0, 1, 3].includes(exitCode))
    for (const name of names) ends.set(name, { exitCode, message: errors, books: new Map() });
  return ends;
}

/** The name of what the manifest says is incomplete. */
export const INCOMPLETE = "incomplete";

function booksOf(
  files: Readonly<Record<string, string>>,
): ReadonlyMap<string, Map<string, readonly string[]>> {
  const books = new Map<string, Map<string, string[]>>();
  const add = (account: string, file: string, line: string) => {
    const own = books.get(account) ?? new Map<string, string[]>();
    books.set(account, own);
    own.set(file, [...(own.get(file) ?? []), line]);
  };
  for (const [name, text] of Object.entries(files)) {
    if (name.startsWith("portfolio") || !name.endsWith(".csv")) continue;
    for (const line of text.split("\r\n")) {
      const [account = ""] = line.split(",", 1);
      if (account.startsWith("account-")) add(account, name.replace("-INCOMPLETE", ""), line);
    }
  }
  const manifest = parseJsonExactly(files["manifest.json"] ?? "{}");
  if (!isJsonObject(manifest)) throw new Error("the manifest is no object");
  for (const sentence of listOf(manifest["incomplete"])) {
    const [account = ""] = String(sentence).split(":", 1);
    add(account, INCOMPLETE, String(sentence));
  }
  for (const account of listOf(manifest["accounts"])) {
    if (!isJsonObject(account)) throw new Error("an account of the manifest is no object");
    const name = String(account["account"]);
    add(name, "coverage", `from ${jsonText(account["historyFrom"] ?? null)}`);
    for (const span of listOf(account["coverage"])) add(name, "coverage", jsonText(span));
  }
  return books;
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

// Harm -----------------------------------------------------------------------------------------------------

type DrawnHarm = {
  readonly path: string;
  readonly count: number;
  readonly isLasting: boolean;
  readonly mutation: AnswerMutation;
};

/** Every path as often as any other; of its requests mostly one whose answer has something in it. */
function drawHarm(random: Random, requested: readonly ProxiedRequest[]): DrawnHarm {
  const path = random.pick([...new Set(requested.map((request) => request.path))]);
  const own = requested.filter((request) => request.path === path);
  const most = own.reduce((found, { answerLength }) => Math.max(found, answerLength), 0);
  const full = own.filter(({ answerLength }) => answerLength * 4 > most);
  return {
    path,
    count: random.pick(random.chance(4, 5) ? full : own).count,
    isLasting: random.chance(2, 3),
    mutation: drawAnswerMutation(random),
  };
}

// The venue ------------------------------------------------------------------------------------------------

/** A venue of its own for each account, behind a proxy of its own. */
async function openVenue(
  family: Family,
  names: readonly string[],
): Promise<{ rig: Rig; proxies: ReadonlyMap<string, HarmfulProxy> }> {
  const start = venueOf(family);
  const opened = await Promise.all(
    names.map(async (name) => {
      const proxy = makeHarmfulProxy();
      const { simulator, venue, credentials } = await start(name);
      const between = await proxy.through(simulator.url);
      const account = { name, venue, baseUrl: between.url, lines: ["since: 2026-05-04"], credentials };
      return { name, proxy, simulator, between, account };
    }),
  );
  const [first] = opened;
  if (first === undefined) throw new Error("no account is wanted");
  const rig = await rigAround({
    kind: "Postgres",
    now: FIRST,
    simulator: {
      ...first.simulator,
      setClock: (at) => {
        for (const { simulator } of opened) simulator.setClock(at);
      },
      close: async () => {
        await Promise.all(opened.map(({ simulator }) => simulator.close()));
      },
    },
    accounts: opened.map(({ account }) => account),
    environment: {
      ...Object.fromEntries(NAMES.map((name) => [keyName(name), keyOf(name)])),
      SECRET,
      PASSPHRASE,
      STARK_KEY: PUBLISHED_STARK_KEY,
      PRIVATE_KEY: PUBLISHED_AGENT.privateKey,
    },
    waitingMovesClocks: false,
    closeToo: async () => {
      await Promise.all(opened.map(({ between }) => between.close()));
    },
  });
  return { rig, proxies: new Map(opened.map(({ name, proxy }) => [name, proxy])) };
}

const [SECRET, PASSPHRASE] = ["simulated-secret", "simulated-passphrase"];
/** No two accounts of a configuration have one key, or one user. */
const keyOf = (name: string) => `simulated-key-${name}`;
const userOf = (name: string) => `0x${name.replace(/\D/g, "").padStart(40, "0")}`;
const keyName = (name: string) => `KEY_${name.replace(/\D/g, "")}`;
const held = (name: string) => `\${${name}}`;
const keyPair = (name: string) => ({ apiKey: held(keyName(name)), apiSecret: held("SECRET") });

type StartVenue = (name: string) => Promise<{
  readonly simulator: Simulator;
  readonly venue: string;
  readonly credentials: Readonly<Record<string, string>>;
}>;

const PLAN = { seed: "torture", from: FROM, until: plus(FROM, DAY_MS), fills: 12 * ACCOUNTS };
const NAMES = Array.from({ length: ACCOUNTS }, (_, nth) => nameOf(nth));
const SHARED = { clock: { kind: "frozen", at: FIRST }, weightPerMinute: Number.POSITIVE_INFINITY } as const;

function venueOf(family: Family): StartVenue {
  switch (family) {
    case "aster-v1":
    case "aster-v3":
      return asterOf(family);
    case "binance-usdm":
      return binanceOf();
    case "edgex-v1":
    case "edgex-v2":
      return edgexOf(family);
  }
}

const FAMILY_PLAN = {
  ...PLAN,
  symbols: ["BTCUSDT", "ETHUSDT"],
  accounts: NAMES.map((name) => ({ name })),
};

function asterOf(family: "aster-v1" | "aster-v3"): StartVenue {
  const world = generateWorld(FAMILY_PLAN);
  return async (account) => ({
    venue: "aster",
    simulator: await startAsterSimulator({
      ...SHARED,
      world,
      credentials: [
        family === "aster-v1"
          ? { account, kind: "v1", apiKey: keyOf(account), apiSecret: SECRET }
          : { account, kind: "v3", ...PUBLISHED_AGENT, user: userOf(account) },
      ],
    }),
    credentials:
      family === "aster-v1"
        ? keyPair(account)
        : {
            user: `"${userOf(account)}"`,
            signer: PUBLISHED_AGENT.signer,
            privateKey: held("PRIVATE_KEY"),
          },
  });
}

function binanceOf(): StartVenue {
  const world = generateWorld({ ...FAMILY_PLAN, venue: "binance" });
  return async (account) => ({
    venue: "binance-usdm",
    simulator: await startBinanceSimulator({
      ...SHARED,
      world,
      credentials: [{ account, kind: "hmac", apiKey: keyOf(account), apiSecret: SECRET }],
    }),
    credentials: keyPair(account),
  });
}

function edgexOf(family: "edgex-v1" | "edgex-v2"): StartVenue {
  const generation = family === "edgex-v1" ? "v1" : "v2";
  // The first two send money to each other: what is wrong of one would be told of the other.
  const names = ["sender", "receiver", ...NAMES];
  const world = generateEdgexWorld({
    ...PLAN,
    fills: 12 * names.length,
    accounts: names.map((name) => ({ name, generation })),
  });
  return async (account) => ({
    venue: "edgex",
    simulator: await startEdgexSimulator({
      ...SHARED,
      world,
      credentials: [
        generation === "v1"
          ? { account, kind: "stark", starkPrivateKey: PUBLISHED_STARK_KEY }
          : { account, kind: "hmac", apiKey: keyOf(account), apiSecret: SECRET, passphrase: PASSPHRASE },
      ],
    }),
    credentials: {
      accountId: `"${world.accounts.find(({ name }) => name === account)?.accountId}"`,
      ...(generation === "v1"
        ? { starkPrivateKey: held("STARK_KEY") }
        : { ...keyPair(account), passphrase: held("PASSPHRASE") }),
    },
  });
}
