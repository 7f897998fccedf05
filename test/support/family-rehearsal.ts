/** Small worlds of Aster and Binance, and the venues that read them. */
import { createHash } from "node:crypto";
import { Secret } from "../../src/config/secret.ts";
import type { Instant } from "../../src/domain/instant.ts";
import {
  type AdversarialWorld,
  adversarialWorld,
} from "../../src/simulator/binance-family/world/adversarial.ts";
import { equityBefore } from "../../src/simulator/binance-family/world/equity.ts";
import type { FaultPlan } from "../../src/simulator/faults/plan.ts";
import { type Simulator, startAsterSimulator, startBinanceSimulator } from "../../src/simulator/server.ts";
import { addressOf } from "../../src/venues/aster/sign.ts";
import { asterVenue } from "../../src/venues/aster/venue.ts";
import { binanceUsdmVenue } from "../../src/venues/binance-usdm/venue.ts";
import type { Venue } from "../../src/venues/venue.ts";
import { expectTruth } from "./auditor.ts";
import { type Rehearsal, withPageRowsMax } from "./rehearsal.ts";

export type BinanceLikeFamily = "aster-v1" | "aster-v3" | "binance-usdm";

export function familyRehearsal(family: BinanceLikeFamily, seed: number): Rehearsal {
  const adversarial = adversarialWorld({ seed, venue: family === "binance-usdm" ? "binance" : "aster" });
  const { world, nights, since, pageLimits, leavesOpen } = adversarial;
  return {
    since,
    nights,
    leavesOpen,
    differences: 0,
    venue: withPageRowsMax(makeVenue(family, agentOf(seed)), "limit", {
      income: pageLimits.income,
      fills: pageLimits.fills,
      forced_orders: pageLimits.forcedOrders,
      margin_changes: pageLimits.marginChanges,
    }),
    start: (now, faults) => startSimulator(family, adversarial, now, faults, seed),
    expectTruth: (store, until, accountId, from) => expectTruth(store, world, until, () => accountId, from),
    worth: {
      before: (at) => equityBefore(world, "main", at),
      flows: world.accounts.flatMap(({ incomes }) =>
        incomes
          .filter(({ incomeType }) => FLOWS.includes(incomeType))
          .map(({ occurredAt, asset, amount }) => ({ at: occurredAt, asset, amount })),
      ),
      // Its marks are gone with it.
      withoutMarks: world.instruments
        .filter(({ delisting }) => delisting !== undefined)
        .map(({ symbol }) => symbol),
      isValuedOtherwise: () => false,
    },
  };
}

/** Of the income types that these worlds have, those that are no result of trading. */
const FLOWS: readonly string[] = [
  "TRANSFER",
  "COIN_SWAP_WITHDRAW",
  "COIN_SWAP_DEPOSIT",
  "AUTO_EXCHANGE",
  "EVENT_CONTRACTS_PAYOUT",
];

type Agent = { readonly user: string; readonly signer: string; readonly privateKey: string };

/**
 * An agent of the seed's own: nonces only ever rise for a signer, and each seed begins at the same time
 * again.
 */
function agentOf(seed: number): Agent {
  const privateKey = `0x${createHash("sha256").update(`agent ${seed}`).digest("hex")}`;
  const signer = addressOf(privateKey);
  return { user: signer, signer, privateKey };
}

function makeVenue(family: BinanceLikeFamily, agent: Agent): Venue {
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
  family: BinanceLikeFamily,
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
