/**
 * One account of a venue that answers wrongly: its books at night, copied for each trial; a night in which one answer is another than it should be; and the
 * clean night after it.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { DAY_MS, HOUR_MS, type Instant, later, MINUTE_MS, parseInstant } from "../../src/domain/instant.ts";
import { generateEdgexWorld } from "../../src/simulator/edgex-generate.ts";
import { generateWorld } from "../../src/simulator/generate.ts";
import { type Random, seededRandom } from "../../src/simulator/random.ts";
import { startBinanceSimulator } from "../../src/simulator/server.ts";
import type { StoreLocation } from "../../src/store/store.ts";
import { newEdgexRig } from "./edgex-rig.ts";
import { makeHarmfulProxy, type ProxiedRequest } from "./harmful-proxy.ts";
import { type AnswerMutation, drawAnswerMutation } from "./mutated-answers.ts";
import { newRig, type Outcome, type Rig, readFolder, rigAround } from "./rig.ts";
import type { Family } from "./seeded-run.ts";
import { copyOf } from "./stores.ts";

const FROM = parseInstant("2026-05-04T00:00:00Z");
const FIRST = later(FROM, 13 * HOUR_MS);
/** Before any row is older than rows may come late: what a bad night has missed, the next one reads again. */
const SECOND = later(FROM, DAY_MS + 5 * MINUTE_MS);
const THIRD = later(SECOND, 3 * MINUTE_MS);

type TortureRig = {
  readonly folder: string;
  readonly location: StoreLocation;
  setNow(now: Instant): void;
  run(database: string, ...words: string[]): Promise<Outcome>;
  close(): Promise<void>;
};

export type Trial = {
  /** For messages: the night, the endpoint and what was wrong with its answer. */
  readonly what: string;
  readonly night: Night;
  /** Whether it was the venue's clock that was another. */
  readonly isClock: boolean;
  /** Whether it was a list of margin changes. */
  readonly isMargin: boolean;
  readonly bad: Outcome;
  readonly badFiles: Readonly<Record<string, string>>;
  readonly clean: Outcome;
  readonly cleanFiles: Readonly<Record<string, string>>;
  /** What still needs a person after the clean night, one line each. */
  readonly open: readonly string[];
};

export type Torture = {
  readonly calm: Readonly<Record<Night, Calm>>;
  trial(seed: string): Promise<Trial>;
  close(): Promise<void>;
};

export type Files = Readonly<Record<string, string>>;

/** The files of a night without any harm; of the one after it; and of that one where the first was none. */
export type Calm = { readonly night: Files; readonly next: Files; readonly alone: Files };

const NIGHTS = ["first", "second"] as const;
type Night = (typeof NIGHTS)[number];

export async function startTorture(family: Family): Promise<Torture> {
  const proxy = makeHarmfulProxy();
  const rig = await rigOf(family, proxy);
  const empty = await copyOf(rig.location);
  const after = await copyOf(rig.location);
  const databases: Readonly<Record<Night, string>> = { first: empty.url, second: after.url };

  const runAt = async (now: Instant, database: string) => {
    rig.setNow(now);
    await rm(join(rig.folder, "out"), { recursive: true, force: true });
    const outcome = await rig.run(database, "run");
    return { outcome, files: await readFolder(join(rig.folder, "out")).catch((): Files => ({})) };
  };
  const must = ({ outcome, files }: Awaited<ReturnType<typeof runAt>>) => {
    if (outcome.exitCode !== 0)
      throw new Error(`a calm night ended with ${outcome.exitCode}\n${outcome.errors}\n${outcome.output}`);
    return files;
  };
  must(await runAt(FIRST, after.url));

  const calmAfter = async (night: Night) => {
    const copy = await copyOf(locationOf(databases[night]));
    const other = await copyOf(locationOf(databases[night]));
    proxy.harm(null);
    const before = proxy.requests().length;
    const files = must(await runAt(SECOND, copy.url));
    const asked = proxy.requests().slice(before);
    const calm = {
      night: files,
      next: must(await runAt(THIRD, copy.url)),
      alone: must(await runAt(THIRD, other.url)),
    };
    await copy.remove();
    await other.remove();
    return { calm, asked };
  };
  const first = await calmAfter("first");
  const second = await calmAfter("second");
  const calm = { first: first.calm, second: second.calm };
  const asked = { first: first.asked, second: second.asked };

  return {
    calm,
    trial: async (seed) => {
      const random = seededRandom(`torture/${family}/${seed}`);
      const night = random.pick(NIGHTS);
      const harm = drawHarm(random, asked[night]);
      const copy = await copyOf(locationOf(databases[night]));
      try {
        proxy.harm(({ path, count }) =>
          path === harm.path && (harm.isLasting ? count >= harm.count : count === harm.count)
            ? { kind: "replace", make: harm.mutation.make }
            : null,
        );
        const bad = await runAt(SECOND, copy.url);
        proxy.harm(null);
        const clean = await runAt(THIRD, copy.url);
        const { output } = await rig.run(
          copy.url,
          ...[
            "sql",
            "--format",
            "csv",
            "select what, stream, symbol, subject, reason from report.question where decision_number is null",
          ],
        );
        return {
          night,
          isClock: /time$/i.test(harm.path),
          isMargin: harm.path.endsWith("/positionMargin/history"),
          what: `${night} night, ${harm.path} ${harm.isLasting ? "from" : "at"} request ${harm.count}: ${harm.mutation.what}`,
          bad: bad.outcome,
          badFiles: bad.files,
          clean: clean.outcome,
          cleanFiles: clean.files,
          open: output.trimEnd().split("\r\n").slice(1),
        };
      } finally {
        await copy.remove();
      }
    },
    close: async () => {
      await empty.remove();
      await after.remove();
      await rig.close();
    },
  };
}

type DrawnHarm = {
  readonly path: string;
  readonly count: number;
  readonly isLasting: boolean;
  readonly mutation: AnswerMutation;
};

/** Every path as often as any other; of its requests mostly one whose answer has something in it. */
function drawHarm(random: Random, asked: readonly ProxiedRequest[]): DrawnHarm {
  const path = random.pick([...new Set(asked.map((request) => request.path))]);
  const own = asked.filter((request) => request.path === path);
  const most = own.reduce((found, { answerLength }) => Math.max(found, answerLength()), 0);
  const full = own.filter(({ answerLength }) => answerLength() * 4 > most);
  return {
    path,
    count: random.pick(random.chance(4, 5) ? full : own).count,
    isLasting: random.chance(2, 3),
    mutation: drawAnswerMutation(random),
  };
}

function locationOf(url: string): StoreLocation {
  return { kind: "postgres", url: { reveal: () => url }, shownAs: "the trial's database" };
}

async function rigOf(family: Family, proxy: ReturnType<typeof makeHarmfulProxy>): Promise<TortureRig> {
  const until = later(FROM, DAY_MS);
  const kind = "Postgres";
  if (family === "edgex-v1" || family === "edgex-v2") {
    const generation = family === "edgex-v1" ? "v1" : "v2";
    const world = generateEdgexWorld({
      seed: "torture",
      from: FROM,
      until,
      fills: 12,
      accounts: [{ name: "main", generation }],
    });
    const rig = await newEdgexRig({ kind, world, now: FIRST, since: "2026-05-04", through: proxy.through });
    return withDatabase(rig);
  }
  const plan = {
    seed: "torture",
    from: FROM,
    until,
    fills: 12,
    symbols: ["BTCUSDT", "ETHUSDT"],
    accounts: [{ name: "main" }],
  };
  if (family === "binance-usdm") {
    const simulator = await startBinanceSimulator({
      world: generateWorld({ ...plan, venue: "binance" }),
      clock: { kind: "frozen", at: FIRST },
      credentials: [
        { account: "main", kind: "hmac", apiKey: "simulated-key", apiSecret: "simulated-secret" },
      ],
      weightPerMinute: Number.POSITIVE_INFINITY,
    });
    const between = await proxy.through(simulator.url);
    const rig = await rigAround({
      kind,
      now: FIRST,
      simulator,
      accounts: [
        "  - name: main",
        "    venue: binance-usdm",
        `    baseUrl: ${between.url}`,
        "    since: 2026-05-04",
        "    credentials:",
        "      apiKey: $" + "{KEY}",
        "      apiSecret: $" + "{SECRET}",
      ],
      environment: { KEY: "simulated-key", SECRET: "simulated-secret" },
      waitingMovesClocks: false,
      closeToo: between.close,
    });
    return withDatabase(rig);
  }
  const rig = await newRig({
    kind,
    world: generateWorld(plan),
    now: FIRST,
    accountLines: ["since: 2026-05-04"],
    through: proxy.through,
    ...(family === "aster-v3" ? { v3Account: "main" } : {}),
  });
  return withDatabase(rig);
}

function withDatabase({ folder, location, setNow, close, runWith }: Rig): TortureRig {
  return {
    folder,
    location,
    setNow,
    close,
    run: (url, ...words) => runWith({ DATABASE_URL: url }, ...words),
  };
}
