/**
 * One seed: a small world full of traps, a venue that fails as the seed says, and the real extraction,
 * booking and proofs, night after night. At the end the store must hold the venue's rows, once each, and the
 * books must be its truth.
 */
import { sql } from "kysely";
import { type BatchSizes, bookAccount } from "../../src/book/book-account.ts";
import type { OpeningTerms } from "../../src/book/book-position-openings.ts";
import { sumDays } from "../../src/book/sum-days.ts";
import type { Clock } from "../../src/clock.ts";
import { DAY_MS, type Instant, plus } from "../../src/domain/instant.ts";
import { syncAccount } from "../../src/extract/sync-account.ts";
import { createVenueClient } from "../../src/http/client.ts";
import { WeightBudget } from "../../src/http/weight.ts";
import { normalise } from "../../src/normalise/normalise.ts";
import { fetchLackingMarks } from "../../src/price/fetch-marks.ts";
import { reconcileAccount } from "../../src/reconcile/reconcile-account.ts";
import { type FaultKind, faultPlan } from "../../src/simulator/faults/plan.ts";
import type { Violations } from "../../src/simulator/server.ts";
import { type Random, seededRandom } from "../../src/simulator/shared/random.ts";
import { insertRows } from "../../src/store/insert-rows.ts";
import type { Store } from "../../src/store/store.ts";
import type { Venue } from "../../src/venues/venue.ts";
import { edgexRehearsal } from "./edgex-rehearsal.ts";
import { expectEquity } from "./equity-auditor.ts";
import { familyRehearsal } from "./family-rehearsal.ts";
import type { Rehearsal } from "./rehearsal.ts";
import { expectHarmNamed, expectWalletNamed } from "./seeded-harm.ts";

export const FAMILIES = ["aster-v1", "aster-v3", "binance-usdm", "edgex-v1", "edgex-v2"] as const;
export type Family = (typeof FAMILIES)[number];

export type SeedOutcome = {
  readonly accountId: string;
  readonly violations: Violations;
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  readonly requests: number;
  /** What differs at the end, but for what is said of contracts whose openings nothing tells. */
  readonly differences: readonly string[];
  readonly expectedDifferences: number;
  readonly leavesOpen: Rehearsal["leavesOpen"];
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
  const rehearsal = rehearse(family, seed);
  const { nights } = rehearsal;
  const { since, from, venue } = beginningOf(rehearsal, seed);
  let now = nights[0] ?? rehearsal.since;
  const faults = faultPlan({ seed, rate: faultRate });
  const simulator = await rehearsal.start(() => now, faults);
  const clock: Clock = {
    now: () => now,
    elapsed: () => now - rehearsal.since,
    sleep: async (duration, signal) => {
      signal?.throwIfAborted();
      now = plus(now, duration);
    },
  };
  const accountId = `${family}-${seed}`;
  const random = seededRandom(`jitter/${seed}`);
  let differences: readonly string[] = [];
  try {
    for (const night of nights) {
      now = now < night ? night : now;
      await playNight({
        store,
        accountId,
        venue,
        since,
        clock,
        url: simulator.url,
        random,
      });
    }
    const held = await rehearsal.expectTruth(store, now, accountId, from);
    await expectEquity({ store, accountId, worth: rehearsal.worth, held, nights, from });
    differences = await differencesOf(store, accountId, held);
    await expectHarmNamed({ store, accountId, venue, random: seededRandom(`harm/${seed}`) });
    now = plus(now, DAY_MS);
    const night = { store, accountId, venue, since, clock, url: simulator.url, random };
    await expectWalletNamed(night, seededRandom(`wallet/${seed}`));
  } finally {
    await simulator.close();
  }
  return {
    accountId,
    violations: simulator.violations(),
    faults: faults.done(),
    requests: simulator.requests().length,
    differences,
    expectedDifferences: rehearsal.differences,
    leavesOpen: rehearsal.leavesOpen,
  };
}

/**
 * Where the history begins that the account requests: with the account (`whole`), as far back as the venue
 * serves (`unset`, the plain path), or while positions are open and money is in the wallet (`inside`).
 */
type Beginning = {
  readonly kind: "whole" | "unset" | "inside";
  readonly since: Instant | null;
  /** Of `inside`: rows from then on are in the history. */
  readonly from?: Instant;
  readonly venue: Venue;
};

/**
 * But of contracts that were open before the history (`held`): where nothing says what an opening cost, that
 * is what must be said.
 */
async function differencesOf(store: Store, accountId: string, held: readonly string[]): Promise<string[]> {
  const rows = await store.db
    .selectFrom("ledger.reconciliation")
    .selectAll()
    .where("account_id", "=", accountId)
    .where("status", "=", "differs")
    .execute();
  return rows
    .filter(({ symbol }) => !held.includes(symbol))
    .map(
      (row) =>
        `${row.check_name} ${row.subject} at ${row.checked_at}: expected ${row.expected}, found ${row.found}`,
    );
}

function beginningOf({ since, nights, venue }: Rehearsal, seed: number): Beginning {
  const random = seededRandom(`beginning/${seed}`);
  const kind = random.pick(["whole", "whole", "unset", "inside"] as const);
  switch (kind) {
    case "whole":
      return { kind, since, venue };
    case "unset":
      // Real venues began years before: that many empty weeks would be most of what is played.
      return {
        kind,
        since: null,
        venue: { ...venue, historyBegins: plus(since, -random.integer(0, 20) * DAY_MS) },
      };
    case "inside": {
      // Before the first night, as a history that is read has begun.
      const latest = Math.min(6 * DAY_MS, (nights[0] ?? since) - since - DAY_MS);
      const from = plus(since, random.integer(2 * DAY_MS, latest));
      return { kind, since: from, from, venue };
    }
  }
}

export type Night = {
  readonly store: Store;
  readonly accountId: string;
  readonly venue: Venue;
  readonly since: Instant | null;
  readonly clock: Clock;
  readonly url: string;
  readonly random: Random;
};

/** Everything that a run does to an account but its reports. Returns how many checks differ. */
export async function playNight(night: Night): Promise<number> {
  const { store, accountId, venue, since, clock, url, random } = night;
  const client = createVenueClient({
    venue,
    baseUrl: url,
    clock,
    budget: new WeightBudget({
      weightPerMinute: venue.weightPerMinute,
      paceMs: venue.paceMs ?? 0,
      clock,
    }),
    log: () => {},
    random: () => random.integer(0, 999) / 1000,
  });
  const extraction = {
    accountId,
    store,
    client,
    log: () => {},
    signal: new AbortController().signal,
    runId: `night ${clock.now()}`,
    progress: () => {},
    tell: () => {},
  };
  await syncAccount(extraction, { since, symbols: [], sweepAgain: false, requestsAtOnce: 1 });
  await normalise(store, accountId, venue.decode, random.integer(1, 40));
  const openings = { configured: [], amountDecimals: venue.amountDecimals };
  await bookBothWays(night, openings);
  await sumDays(store, accountId, "Asia/Kathmandu");
  await fetchLackingMarks({ ...extraction, timeZone: "UTC" });
  return proveBothWays(night);
}

/** Going on from what was kept, and reading the whole: the one must leave nothing to book for the other. */
async function bookBothWays({ store, accountId, random }: Night, openings: OpeningTerms): Promise<void> {
  const terms = { program: "", openDays: random.integer(0, 3), isWhole: false };
  await bookAccount(store, accountId, openings, batchSizes(random), () => {}, terms);
  const kept = await provenOf(store, accountId);
  const onward = await entriesOf(store, accountId);
  await bookAccount(store, accountId, openings, batchSizes(random), () => {}, { ...terms, isWhole: true });
  const whole = await entriesOf(store, accountId);
  if (onward !== whole) throw new Error(`booked onward:\n${onward}\nand whole:\n${whole}`);
  await store.db.deleteFrom("ledger.proven").where("account_id", "=", accountId).execute();
  await insertRows(store.db, "ledger.proven", ["account_id", "check_name"], kept);
}

/** All but those from cash, as text. */
async function entriesOf(store: Store, accountId: string): Promise<string> {
  const { rows } = await sql<{ line: string }>`
    select concat_ws(' ', entry, movement)::text as line
    from ledger.entry inner join ledger.movement using (account_id, entry_id)
    where account_id = ${accountId} and entry.basis <> 'cash' order by 1
  `.execute(store.db);
  return rows.map(({ line }) => line).join("\n");
}

/**
 * Going on from the last proof, and the whole: both must say the same. The next night goes on from what the
 * first kept.
 */
async function proveBothWays({ store, accountId, venue, random }: Night): Promise<number> {
  const terms = { program: "", openDays: random.integer(0, 3) };
  const differences = await reconcileAccount(store, accountId, venue.amountDecimals, {
    ...terms,
    isWhole: false,
  });
  const [said, kept] = [await rowsOf(store, accountId), await provenOf(store, accountId)];
  await reconcileAccount(store, accountId, venue.amountDecimals, { ...terms, isWhole: true });
  const whole = await rowsOf(store, accountId);
  const onlyIn = (ones: readonly unknown[], others: readonly unknown[]) => {
    const known = new Set(others.map((row) => JSON.stringify(row)));
    return ones.map((row) => JSON.stringify(row)).filter((text) => !known.has(text));
  };
  const [onward, anew] = [onlyIn(said, whole), onlyIn(whole, said)];
  if (onward.length + anew.length > 0)
    throw new Error(["proven onward:", ...onward, "and whole:", ...anew].join("\n"));
  await store.db.deleteFrom("ledger.proven").where("account_id", "=", accountId).execute();
  await insertRows(store.db, "ledger.proven", ["account_id", "check_name"], kept);
  return differences;
}

const rowsOf = (store: Store, accountId: string) =>
  store.db
    .selectFrom("ledger.reconciliation")
    .selectAll()
    .where("account_id", "=", accountId)
    .orderBy("check_name")
    .orderBy("subject")
    .orderBy("checked_at")
    .execute();

const provenOf = (store: Store, accountId: string) =>
  store.db.selectFrom("ledger.proven").selectAll().where("account_id", "=", accountId).execute();

/** Small, so that a small world has many batches, and their edges fall anywhere. */
function batchSizes(random: Random): BatchSizes {
  return {
    cashRows: random.integer(1, 40),
    missingEntries: random.integer(1, 40),
    lots: {
      batchEvents: random.integer(1, 40),
      keptWhenFlatFills: random.integer(1, 10),
      keptFills: random.integer(1, 20),
    },
  };
}

function rehearse(family: Family, seed: number): Rehearsal {
  return family === "edgex-v1" || family === "edgex-v2"
    ? edgexRehearsal(family, seed)
    : familyRehearsal(family, seed);
}
