/**
 * A small world of two accounts, read night after night until every proof agrees: on Aster in one-way mode,
 * on Binance in hedge mode with fees in BNB; each with partial closes, funding, isolated margin, a
 * liquidation, an auto-deleveraging, transfers and rewards.
 */
import { expect } from "vitest";
import { bookAccount } from "../../src/book/book-account.ts";
import { rehearsalClock } from "../../src/clock.ts";
import { Secret } from "../../src/config/secret.ts";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, formatInstant, type Instant, MINUTE_MS, plus } from "../../src/domain/instant.ts";
import { syncAccount } from "../../src/extract/sync-account.ts";
import { createVenueClient } from "../../src/http/client.ts";
import { WeightBudget } from "../../src/http/weight.ts";
import { normalise } from "../../src/normalise/normalise.ts";
import { fetchLackingFundingRates } from "../../src/price/fetch-funding-rates.ts";
import { reconcileAccount } from "../../src/reconcile/reconcile-account.ts";
import { generateWorld } from "../../src/simulator/binance-family/world/generate.ts";
import type { World } from "../../src/simulator/binance-family/world/world.ts";
import { type Simulator, startAsterSimulator, startBinanceSimulator } from "../../src/simulator/server.ts";
import type { Store } from "../../src/store/store.ts";
import { asterVenue } from "../../src/venues/aster/venue.ts";
import { binanceUsdmVenue } from "../../src/venues/binance-usdm/venue.ts";
import type { Venue } from "../../src/venues/venue.ts";
import { expectTruth } from "./auditor.ts";

export type ReconciledAccount = { readonly accountId: string; readonly venue: Venue };

const FROM = parseInstant("2026-05-04T00:00:00Z");
const DAYS = 6;
const UNTIL = plus(FROM, DAYS * DAY_MS);
/**
 * One before anything happened, so that no opening balance must be inferred, which would take in what is
 * wrong before the first snapshot; then at the end of each day; and one when nothing can appear any more.
 */
const NIGHTS: readonly Instant[] = [
  plus(FROM, MINUTE_MS / 2),
  ...Array.from({ length: DAYS }, (_, day) => plus(FROM, (day + 1) * DAY_MS - MINUTE_MS)),
  plus(UNTIL, 4 * DAY_MS),
];

const KEY = { apiKey: "simulated-key", apiSecret: "simulated-secret" };
const SECRETS = { apiKey: new Secret(KEY.apiKey), apiSecret: new Secret(KEY.apiSecret) };

type WorldPlace = ReconciledAccount & {
  readonly world: World;
  readonly start: (world: World, now: () => Instant) => Promise<Simulator>;
};

function places(seed: string): readonly WorldPlace[] {
  const world = (venue: "aster" | "binance", symbols: readonly string[]) =>
    generateWorld({
      seed: `${seed}/${venue}`,
      from: FROM,
      until: UNTIL,
      fills: 60,
      accounts: [{ name: "main", mode: venue === "binance" ? "hedge" : "one-way" }],
      venue,
      symbols,
    });
  const shared = (world: World, now: () => Instant) => ({
    world,
    clock: { kind: "following", now } as const,
    weightPerMinute: Number.POSITIVE_INFINITY,
  });
  return [
    {
      accountId: "aster-one-way",
      venue: asterVenue({ kind: "v1", ...SECRETS }),
      world: world("aster", ["BTCUSDT", "ETHUSDT", "ASTERUSDT", "XRPUSDT"]),
      start: (of, now) =>
        startAsterSimulator({
          ...shared(of, now),
          credentials: [{ account: "main", kind: "v1", ...KEY }],
        }),
    },
    {
      accountId: "binance-hedge",
      venue: binanceUsdmVenue({ kind: "hmac", ...SECRETS }),
      world: world("binance", ["BTCUSDT", "BNBUSDT", "ETHUSDC"]),
      start: (of, now) =>
        startBinanceSimulator({
          ...shared(of, now),
          credentials: [{ account: "main", kind: "hmac", ...KEY }],
        }),
    },
  ];
}

/** Leaves the world in the store, equal to the venue's truth and with no proof that differs. */
export async function loadReconciledWorld(store: Store, seed: string): Promise<readonly ReconciledAccount[]> {
  for (const place of places(seed)) {
    const { accountId, venue, world, start } = place;
    let now = NIGHTS[0] ?? FROM;
    const simulator = await start(world, () => now);
    const clock = { ...rehearsalClock(now), now: () => now };
    const client = createVenueClient({
      venue,
      baseUrl: simulator.url,
      clock,
      budget: new WeightBudget({ weightPerMinute: venue.weightPerMinute * 1000, clock }),
      log: () => {},
      random: () => 0,
    });
    let differences = -1;
    for (const night of NIGHTS) {
      now = night;
      const runId = `night ${night}`;
      const signal = new AbortController().signal;
      await syncAccount(
        { accountId, store, client, log: () => {}, signal, runId, progress: () => {}, tell: () => {} },
        { since: FROM, symbols: [], sweepAgain: false, requestsAtOnce: 4 },
      );
      await normalise(store, accountId, venue.decode);
      await bookAccount(store, accountId, { configured: [], amountDecimals: venue.amountDecimals });
      await fetchLackingFundingRates({ store, client, accountId, signal, progress: () => {} });
      differences = await reconcileAccount(store, accountId, venue.amountDecimals);
    }
    await simulator.close();
    // The world ends, and its positions are charged no more: the last night settles what was read, and proves
    // nothing of the time behind it.
    for (const table of ["snapshot.taken", "snapshot.balance", "snapshot.position"] as const)
      await store.db.deleteFrom(table).where("taken_at", ">", formatInstant(UNTIL)).execute();
    differences = await reconcileAccount(store, accountId, venue.amountDecimals);
    await expectTruth(store, world, UNTIL, () => accountId);
    expect(differences, `${accountId}: differences before anything is changed`).toBe(0);
  }
  return places(seed).map(({ accountId, venue }) => ({ accountId, venue }));
}
