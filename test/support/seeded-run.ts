/**
 * One seed: a small world full of traps, a venue that fails as the seed says, and the real extraction, booking and proofs, night after night.
 * At the end the store must hold the venue's rows, once each, and the books must be its truth.
 */
import { createHash } from "node:crypto";
import { bookAccount } from "../../src/book/book-account.ts";
import { reconcileAccount } from "../../src/book/reconcile.ts";
import type { Clock } from "../../src/clock.ts";
import { Secret } from "../../src/config/secret.ts";
import { type Instant, later } from "../../src/domain/instant.ts";
import { STREAM_NAMES, type StreamName } from "../../src/domain/record.ts";
import { syncAccount } from "../../src/extract/sync-account.ts";
import { createVenueClient } from "../../src/http/client.ts";
import { WeightBudget } from "../../src/http/weight.ts";
import { normalise } from "../../src/normalise/normalise.ts";
import { type AdversarialWorld, adversarialWorld } from "../../src/simulator/adversarial-world.ts";
import { type FaultKind, type FaultPlan, faultPlan } from "../../src/simulator/faults.ts";
import { seededRandom } from "../../src/simulator/random.ts";
import {
  type Simulator,
  startAsterSimulator,
  startBinanceSimulator,
  type Violations,
} from "../../src/simulator/server.ts";
import type { Store } from "../../src/store/store.ts";
import { addressOf } from "../../src/venues/aster/sign.ts";
import { asterVenue } from "../../src/venues/aster/venue.ts";
import { binanceUsdmVenue } from "../../src/venues/binance-usdm/venue.ts";
import type { StreamSupport, Venue } from "../../src/venues/venue.ts";
import { expectTruth } from "./auditor.ts";

export const FAMILIES = ["aster-v1", "aster-v3", "binance-usdm"] as const;
export type Family = (typeof FAMILIES)[number];

export type SeedOutcome = {
  readonly accountId: string;
  readonly violations: Violations;
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  readonly requests: number;
  readonly differences: number;
  readonly leavesOpen: AdversarialWorld["leavesOpen"];
};

export type SeedOptions = {
  readonly family: Family;
  readonly seed: number;
  /** Share of requests that are harmed. */
  readonly faultRate: number;
  readonly store: Store;
};

/** Throws what the auditor finds; otherwise tells what the venue saw. */
export async function runSeed({ family, seed, faultRate, store }: SeedOptions): Promise<SeedOutcome> {
  const adversarial = adversarialWorld({ seed, venue: family === "binance-usdm" ? "binance" : "aster" });
  const { world, nights, since } = adversarial;
  let now = nights[0] ?? since;
  const faults = faultPlan({ seed, rate: faultRate });
  const simulator = await startSimulator(family, adversarial, () => now, faults, seed);
  const clock: Clock = {
    now: () => now,
    sleep: async (duration, signal) => {
      signal?.throwIfAborted();
      now = later(now, duration);
    },
  };
  const venue = withPageLimits(makeVenue(family, agentOf(seed)), adversarial.pageLimits);
  const accountId = `${family}-${seed}`;
  const random = seededRandom(`jitter/${seed}`);
  let differences = 0;
  try {
    for (const night of nights) {
      now = now < night ? night : now;
      const client = createVenueClient({
        venue,
        baseUrl: simulator.url,
        clock,
        budget: new WeightBudget({ weightPerMinute: venue.weightPerMinute, clock }),
        log: () => {},
        random: () => random.integer(0, 999) / 1000,
      });
      const extraction = {
        accountId,
        store,
        client,
        log: () => {},
        signal: new AbortController().signal,
        runId: `night ${night}`,
        progress: () => {},
      };
      await syncAccount(extraction, { since, symbols: [], sweepAgain: false, requestsAtOnce: 1 });
      await normalise(store, accountId, venue.decode);
      await bookAccount(store, accountId, { configured: [], amountDecimals: venue.amountDecimals });
      differences = await reconcileAccount(store, accountId);
    }
    await expectTruth(store, world, now, () => accountId);
  } finally {
    await simulator.close();
  }
  return {
    accountId,
    violations: simulator.violations(),
    faults: faults.done(),
    requests: simulator.requests().length,
    differences,
    leavesOpen: adversarial.leavesOpen,
  };
}

type Agent = { readonly user: string; readonly signer: string; readonly privateKey: string };

/** An agent of the seed's own: nonces only ever rise for a signer, and each seed begins at the same time again. */
function agentOf(seed: number): Agent {
  const privateKey = `0x${createHash("sha256").update(`agent ${seed}`).digest("hex")}`;
  const signer = addressOf(privateKey);
  return { user: signer, signer, privateKey };
}

function makeVenue(family: Family, agent: Agent): Venue {
  switch (family) {
    case "aster-v1":
      return asterVenue({
        kind: "v1",
        apiKey: new Secret("simulated-key"),
        apiSecret: new Secret("simulated-secret"),
      });
    case "aster-v3":
      return asterVenue({ kind: "v3", ...agent, privateKey: new Secret(agent.privateKey) });
    case "binance-usdm":
      return binanceUsdmVenue({
        kind: "hmac",
        apiKey: new Secret("simulated-key"),
        apiSecret: new Secret("simulated-secret"),
      });
  }
}

function startSimulator(
  family: Family,
  { world, pageLimits }: AdversarialWorld,
  now: () => Instant,
  faults: FaultPlan,
  seed: number,
): Promise<Simulator> {
  const shared = {
    world,
    clock: { kind: "following", now } as const,
    weightPlan: { stopwatch: now },
    pageLimits,
    faults,
    truncate: seed % 3 === 0 ? ("newest" as const) : ("oldest" as const),
    sendsRetryAfter: seed % 2 === 0,
  };
  const key = { account: "main", apiKey: "simulated-key", apiSecret: "simulated-secret" };
  switch (family) {
    case "aster-v1":
      return startAsterSimulator({ ...shared, credentials: [{ ...key, kind: "v1" }] });
    case "aster-v3":
      return startAsterSimulator({
        ...shared,
        credentials: [{ account: "main", kind: "v3", ...agentOf(seed) }],
      });
    case "binance-usdm":
      return startBinanceSimulator({ ...shared, credentials: [{ ...key, kind: "hmac" }] });
  }
}

/** The venue as it is, but with pages of a few rows: then a small world has many. */
function withPageLimits(venue: Venue, limits: AdversarialWorld["pageLimits"]): Venue {
  const most: Partial<Record<StreamName, number>> = {
    income: limits.income,
    fills: limits.userTrades,
    forced_orders: limits.forceOrders,
    margin_changes: limits.marginHistory,
  };
  const smaller = (stream: StreamName): readonly [StreamName, StreamSupport][] => {
    const support = venue.streams[stream];
    if (support === undefined) return [];
    const pageRowsMax = most[stream];
    const isSmaller = support.kind === "supported" && pageRowsMax !== undefined;
    return [[stream, isSmaller ? { ...support, pageRowsMax } : support]];
  };
  return {
    ...venue,
    streams: Object.fromEntries(STREAM_NAMES.flatMap(smaller)) as Venue["streams"],
    pageRequest: (ask) => {
      const request = venue.pageRequest(ask);
      const query = request.query.map(
        ([name, value]) => [name, name === "limit" ? String(most[ask.stream]) : value] as const,
      );
      return { ...request, query };
    },
  };
}
