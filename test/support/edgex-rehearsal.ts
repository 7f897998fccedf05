/** Small worlds of edgeX, and the venue that reads them, in both generations. */
import { Secret } from "../../src/config/secret.ts";
import { DAY_MS } from "../../src/domain/instant.ts";
import type { EdgexCredential } from "../../src/simulator/edgex/auth.ts";
import {
  type AdversarialEdgexWorld,
  adversarialEdgexWorld,
} from "../../src/simulator/edgex/world/adversarial.ts";
import { edgexEquityBefore, isValuedOtherwise } from "../../src/simulator/edgex/world/equity.ts";
import { startEdgexSimulator } from "../../src/simulator/server.ts";
import { edgexVenue } from "../../src/venues/edgex/venue.ts";
import { coinNameOf, expectEdgexTruth } from "./edgex-auditor.ts";
import type { Worth } from "./equity-auditor.ts";
import { type Rehearsal, withPageRowsMax } from "./rehearsal.ts";

/** The dummy key of the tests of edgeX's own development kit; it guards nothing. */
export const PUBLISHED_STARK_KEY = "0123456789abcdef".repeat(4);
const KEY = {
  apiKey: "simulated-key",
  apiSecret: "simulated-secret",
  passphrase: "simulated-passphrase",
} as const;
const NAME = "main";

export function edgexRehearsal(family: "edgex-v1" | "edgex-v2", seed: number): Rehearsal {
  const generation = family === "edgex-v1" ? "v1" : "v2";
  return edgexRehearsalOf(adversarialEdgexWorld({ seed, generation }), generation, seed);
}

export function edgexRehearsalOf(
  made: AdversarialEdgexWorld,
  generation: "v1" | "v2",
  seed: number,
): Rehearsal {
  const { world, nights, since, pageRowsMax, leavesOpen } = made;
  const { accountId = "" } = world.accounts.find(({ name }) => name === NAME) ?? {};
  const credential: EdgexCredential =
    generation === "v1"
      ? { account: NAME, kind: "stark", starkPrivateKey: PUBLISHED_STARK_KEY }
      : { account: NAME, kind: "hmac", ...KEY };
  const venue = edgexVenue(
    generation === "v1"
      ? { kind: "v1", accountId, starkPrivateKey: new Secret(PUBLISHED_STARK_KEY) }
      : {
          kind: "v2",
          accountId,
          apiKey: new Secret(KEY.apiKey),
          apiSecret: new Secret(KEY.apiSecret),
          passphrase: new Secret(KEY.passphrase),
        },
  );
  const { transactions, snapshots } = pageRowsMax;
  return {
    since,
    nights,
    leavesOpen,
    // A row of a type that nobody knows moves the collateral, and none of the counters that the venue keeps
    // of it.
    differences: leavesOpen.includes("unknown type") ? 1 : 0,
    venue: withPageRowsMax(venue, "size", {
      income: transactions,
      fills: transactions,
      position_transactions: transactions,
      position_cycles: transactions,
      hourly_equity: snapshots,
      daily_equity: snapshots,
    }),
    start: (now, faults) =>
      startEdgexSimulator({
        world,
        clock: { kind: "following", now },
        weightPlan: { stopwatch: now },
        credentials: [credential],
        pageRowsMax,
        faults,
        paceMs: venue.paceMs ?? 0,
        sendsRetryAfter: seed % 2 === 0,
      }),
    expectTruth: (store, until, id, from) =>
      expectEdgexTruth(store, world, until, { [NAME]: id }, nights, from),
    worth: worthOf(made),
  };
}

function worthOf({ world, nights }: AdversarialEdgexWorld): Worth {
  const account = world.accounts.find(({ name }) => name === NAME);
  if (account === undefined) throw new RangeError(`the world has no account ${NAME}`);
  const asset = coinNameOf(world, account, nights);
  return {
    before: (at, valuedBy) => {
      const { wallet, equity, equityAtExactCost } = edgexEquityBefore(world, NAME, at);
      return { [asset]: { wallet, equity: valuedBy === "venue" ? equity : equityAtExactCost } };
    },
    flows: account.events
      .filter(({ position, collateral }) => position === null && collateral.type !== "FILL_FEE_INCOME")
      .map(({ createdAt, collateral }) => ({ at: createdAt, asset, amount: collateral.deltaAmount })),
    withoutMarks: [],
    isValuedOtherwise: (at) => at % DAY_MS === 0 && isValuedOtherwise(account, at),
  };
}
