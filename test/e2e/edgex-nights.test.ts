/**
 * What changes at edgeX between one night and the next: rows that are confirmed or appear late, and a listing
 * that names late, or nothing.
 */
import { sql } from "kysely";
import { expect, test } from "vitest";
import { bookAccount, forgetBooks } from "../../src/book/book-account.ts";
import { DAY_MS, HOUR_MS, type Instant, plus } from "../../src/domain/instant.ts";
import { normalise } from "../../src/normalise/normalise.ts";
import { readOpenItems } from "../../src/pipeline/open-items.ts";
import { reconcileAccount } from "../../src/reconcile/reconcile-account.ts";
import {
  type AdversarialEdgexWorld,
  adversarialEdgexWorld,
  type EdgexTrap,
} from "../../src/simulator/edgex/world/adversarial.ts";
import type { EdgexEvent, EdgexWorld } from "../../src/simulator/edgex/world/world.ts";
import { faultPlan } from "../../src/simulator/faults/plan.ts";
import { seededRandom } from "../../src/simulator/shared/random.ts";
import type { Store } from "../../src/store/store.ts";
import { expectEdgexTruth } from "../support/edgex-auditor.ts";
import { edgexRehearsalOf } from "../support/edgex-rehearsal.ts";
import { inPart } from "../support/sample.ts";
import { playNight } from "../support/seeded-run.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";

function worldWith(...traps: readonly EdgexTrap[]): AdversarialEdgexWorld {
  const made = adversarialEdgexWorld({ seed: "nights", generation: "v1", traps });
  // Pages as the venue has them: how rows are read page by page is seen elsewhere.
  return { ...made, pageRowsMax: { transactions: 100, snapshots: 1000 } };
}

/** The last fill of the third day, with more rows behind it. */
function fillOfDayThree({ world, since }: AdversarialEdgexWorld): EdgexEvent {
  const [main] = world.accounts;
  const found = main?.events.findLast(
    (event) => event.fill !== null && event.createdAt < plus(since, 3 * DAY_MS),
  );
  return found ?? expect.unreachable("the third day has no fill");
}

/** The same world, in which all rows of one event appear by so much later. */
function withLateRow(world: EdgexWorld, { collateral }: EdgexEvent, lateBy: number): EdgexWorld {
  const late = (event: EdgexEvent) => (event.collateral.id === collateral.id ? { ...event, lateBy } : event);
  return { ...world, accounts: world.accounts.map((one) => ({ ...one, events: one.events.map(late) })) };
}

/** The name in the books of the one account that is read. */
const accountId = "main";

/** An account of this world in a store of its own, read at the nights that the test says. */
async function stage(made: AdversarialEdgexWorld, world: EdgexWorld = made.world) {
  const store = await newStore(QUICK_KIND);
  const rehearsal = edgexRehearsalOf({ ...made, world }, "v1", 1);
  let now = made.since;
  const simulator = await rehearsal.start(() => now, faultPlan({ seed: 1, rate: 0 }));
  const random = seededRandom(accountId);
  const clock = {
    now: () => now,
    elapsed: () => now - made.since,
    sleep: async (duration: number) => {
      now = plus(now, duration);
    },
  };
  return {
    store,
    /** What is open for a person, and which checks differ. */
    night: async (at: Instant) => {
      now = now < at ? at : now;
      const { venue, since } = rehearsal;
      await playNight({ store, accountId, venue, since, clock, url: simulator.url, random });
      const { rows } = await sql<{ check_name: string }>`
        select distinct check_name from ledger.reconciliation
        where account_id = ${accountId} and status = 'differs' order by check_name
      `.execute(store.db);
      const { open } = (await readOpenItems(store.db, [accountId], "UTC"))(accountId);
      return { open: open.map(({ words }) => words), differs: rows.map((row) => row.check_name) };
    },
    rebuild: async () => {
      const { venue } = rehearsal;
      await forgetBooks(store, accountId);
      await normalise(store, accountId, venue.decode);
      await bookAccount(store, accountId, { configured: [], amountDecimals: venue.amountDecimals });
      await reconcileAccount(store, accountId, venue.amountDecimals);
    },
    expectTruth: (nights?: readonly Instant[]) =>
      expectEdgexTruth(store, world, now, { main: accountId }, nights),
    /** How often a window of the statement that holds this instant was requested. */
    requestsAround: (at: Instant) =>
      simulator.requests().filter(({ path, params }) => {
        const from = params["filterStartCreatedTimeInclusive"];
        const until = params["filterEndCreatedTimeExclusive"];
        return path.endsWith("getCollateralTransactionPage") && Number(from) <= at && at < Number(until);
      }).length,
    close: async () => {
      await simulator.close();
      await store.close();
    },
  };
}

const DONE = { open: [], differs: [] };

/** Every row that the books and proofs of an account consist of, as text. */
async function booksOf(store: Store): Promise<object> {
  const tables = [
    "history.income",
    "history.fill",
    "history.collateral_transaction",
    "history.position_transaction",
    "ledger.entry",
    "ledger.movement",
    "ledger.disposal",
    "ledger.reconciliation",
  ];
  const texts = await Promise.all(
    tables.map(async (table) => {
      const { rows } = await sql<{ row: string }>`
        select to_jsonb(own)::text as row from ${sql.table(table)} as own where account_id = ${accountId} order by 1
      `.execute(store.db);
      return [table, rows.map(({ row }) => row)];
    }),
  );
  return Object.fromEntries(texts);
}

test("a deposit that is read while it is on its way counts in the wallet from its confirmation on", async () => {
  const made = worldWith("pending_deposit");
  const { night, expectTruth, close } = await stage(made);
  const [first, second, third, last] = made.nights as readonly [Instant, Instant, Instant, Instant];
  // One is on its way at the first night, another at the second: a row set aside, and a wallet that is right
  // without it.
  for (const at of [first, second])
    expect(await night(at)).toEqual({ open: ["1 record set aside"], differs: [] });
  expect(await night(third)).toEqual(DONE);
  expect(await night(last)).toEqual(DONE);
  await expectTruth(made.nights);
  await close();
});

test.each(inPart(1, [7, 4]))(
  "a row of the statement that appears %d days late comes in with the next run",
  async (lateDays) => {
    const made = worldWith();
    const late = fillOfDayThree(made);
    const world = withLateRow(made.world, late, lateDays * DAY_MS);
    const { store, night, expectTruth, close } = await stage(made, world);
    const nightOf = (days: number) => plus(made.since, days * DAY_MS + 3 * HOUR_MS);
    const appearsAt = plus(late.createdAt, lateDays * DAY_MS);
    expect(await night(nightOf(2))).toEqual(DONE);
    let days = 3;
    for (; nightOf(days) < appearsAt; days += 1) {
      const { differs } = await night(nightOf(days));
      expect({ days, differs }).toEqual({ days, differs: expect.arrayContaining(["wallet"]) });
    }
    expect(await night(nightOf(days))).toEqual(DONE);
    await expectTruth();
    const left = await store.db
      .selectFrom("raw.reread")
      .selectAll()
      .where("account_id", "=", accountId)
      .execute();
    expect(left, "what is found no longer is sought no longer").toEqual([]);
    await close();
  },
);

test("what never comes is read at each run while it is young, once when it no longer is, and then no more; and the advice says so", async () => {
  const made = worldWith();
  const lost = fillOfDayThree(made);
  const world = withLateRow(made.world, lost, 900 * DAY_MS);
  const { store, night, requestsAround, close } = await stage(made, world);
  const readsAt = async (days: number) => {
    const before = requestsAround(lost.createdAt);
    await night(plus(made.since, days * DAY_MS + 3 * HOUR_MS));
    return requestsAround(lost.createdAt) > before;
  };
  const adviceNow = async () => {
    const { next } = await store.db
      .selectFrom("ledger.reconciliation")
      .select("next")
      .where("account_id", "=", accountId)
      .where("check_name", "=", "wallet")
      .where("status", "=", "differs")
      .executeTakeFirstOrThrow();
    return next;
  };
  await readsAt(2);
  await readsAt(3);
  expect(await adviceNow()).toMatch(/^run again/);
  expect([await readsAt(6), await readsAt(9), await readsAt(14)]).toEqual([true, true, true]);
  expect(await adviceNow()).toMatch(
    /^run again: that time was read again at 2026-03-16T.*, and it is read at each run until 2026-03-19T/,
  );
  expect(await readsAt(20)).toBe(true);
  expect(await adviceNow()).toMatch(
    /^look at this asset's postings.*; that time was read again at 2026-03-22T.*, and nothing came that settles this$/,
  );
  expect([await readsAt(21), await readsAt(30)]).toEqual([false, false]);
  await close();
});

test("a record that somebody took out of the store is read again, where the seal misses it; that it was taken out stays for a person", async () => {
  const made = worldWith();
  const { store, night, close } = await stage(made);
  const nightOf = (days: number) => plus(made.since, days * DAY_MS + 3 * HOUR_MS);
  expect(await night(nightOf(12))).toEqual(DONE);
  const keys = async () => {
    const rows = await store.db
      .selectFrom("raw.record")
      .select("record_key")
      .distinct()
      .where("account_id", "=", accountId)
      .where("stream", "=", "fills")
      .execute();
    return rows.map((row) => row.record_key).toSorted();
  };
  const [taken = "", ...others] = await keys();
  await store.db
    .deleteFrom("raw.record")
    .where("account_id", "=", accountId)
    .where("stream", "=", "fills")
    .where("record_key", "=", taken)
    .execute();
  // As once a week: the whole is proven.
  await store.db.deleteFrom("ledger.proven").execute();
  const { differs } = await night(nightOf(13));
  expect([await keys(), differs]).toEqual([others, ["record_count", "record_history", "record_sequence"]]);
  const after = await night(nightOf(14));
  expect([await keys(), after.differs]).toEqual([
    [taken, ...others],
    ["record_count", "record_sequence"],
  ]);
  await close();
});

test("a contract and a coin that the listing names after they were used keep their numbers, and books rebuilt are the same", async () => {
  const made = worldWith("late_names");
  const { store, night, rebuild, expectTruth, close } = await stage(made);
  const [first, second, third, last] = made.nights as readonly [Instant, Instant, Instant, Instant];
  for (const at of [first, second]) {
    expect(await night(at), "a coin that nothing names is for a person").toMatchObject({
      differs: ["coin_name"],
    });
  }
  expect(await night(third)).toEqual(DONE);
  expect(await night(last)).toEqual(DONE);
  await expectTruth(made.nights);
  const books = await booksOf(store);
  await rebuild();
  expect(await booksOf(store)).toEqual(books);
  const margin = await store.db
    .selectFrom("raw.instrument")
    .select("margin_asset")
    .distinct()
    .where("account_id", "=", accountId)
    .execute();
  expect(margin, "what backs a contract is called as its cash is").toEqual([{ margin_asset: "1000" }]);
  await close();
});

test("a coin that is renamed keeps its name, in the cash and in what backs a contract", async () => {
  const made = worldWith();
  const coins = made.world.coins.map((coin) => ({ ...coin }));
  const { store, night, close } = await stage(made, { ...made.world, coins });
  const [first, second] = made.nights as readonly [Instant, Instant];
  expect(await night(first)).toEqual(DONE);
  for (const coin of coins) if (coin.coinId === "1000") coin.coinName = "USDX";
  expect(await night(second)).toEqual(DONE);
  const of = (table: "history.income" | "raw.instrument", column: string) =>
    sql<{ name: string }>`
      select distinct ${sql.ref(column)} as name from ${sql.table(table)} where account_id = ${accountId}
    `
      .execute(store.db)
      .then(({ rows }) => rows.map(({ name }) => name));
  expect(await of("history.income", "asset")).toEqual(["USD"]);
  expect(await of("raw.instrument", "margin_asset")).toEqual(["USD"]);
  const known = await store.db
    .selectFrom("raw.name")
    .select(["name", "listed_name"])
    .where("account_id", "=", accountId)
    .where("kind", "=", "asset")
    .where("venue_id", "=", "1000")
    .execute();
  expect(known).toEqual([{ name: "USD", listed_name: "USDX" }]);
  await close();
});

test.each([
  ["contracts", { contracts: [] }],
  ["coins", { coins: [] }],
])("a listing without %s stops the account's run", async (what, empty) => {
  const made = worldWith();
  // The account's own rows still name their contracts: only what the venue lists is gone.
  const { night, close } = await stage(made, { ...made.world, ...empty });
  await expect(night(made.since)).rejects.toThrow(
    `main snapshot: edgeX lists no ${what}
  an empty list is a mistake of the venue's; what was loaded before is kept
  next: run it again later; if it persists, look at the venue's status page`,
  );
  await close();
});
